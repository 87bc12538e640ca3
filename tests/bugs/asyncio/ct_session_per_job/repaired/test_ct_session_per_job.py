"""Each job opens a session of its own, which is locked while it is open. Whoever fails drops his session."""

import asyncio


class Session:
    def __init__(self):
        self.busy = asyncio.Lock()

    async def open(self):
        await self.busy.acquire()

    async def send(self, text):
        await asyncio.sleep(0.01)
        return text.upper()

    def close(self):
        self.busy.release()


async def job(text):
    session = Session()
    await session.open()
    answer = await session.send(text)
    session.close()
    return answer


async def main():
    return await asyncio.gather(job("first"), job("second"), return_exceptions=True)


def test_two_jobs():
    assert asyncio.run(main()) == ["FIRST", "SECOND"]
