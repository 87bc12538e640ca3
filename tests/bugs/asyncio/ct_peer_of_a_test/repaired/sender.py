"""Sends in chunks."""


async def send_all(wire, chunks):
    for chunk in chunks:
        wire.write(chunk)
