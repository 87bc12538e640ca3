"""Reads in a thread, so that the loop goes on."""

import asyncio


async def read(source):
    return await asyncio.get_running_loop().run_in_executor(None, source.read)
