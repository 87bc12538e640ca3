"""A telephone line: the context manager takes the line and dials."""

import asyncio


class Modem:
    async def dial(self, number):
        await asyncio.sleep(0.002)
        return f"connected to {number}"


class Line:
    def __init__(self, modem):
        self.modem, self.taken = modem, asyncio.Semaphore(1)


class Call:
    def __init__(self, line, number):
        self.line, self.number = line, number

    async def __aenter__(self):
        await self.line.taken.acquire()
        try:
            return await self.line.modem.dial(self.number)
        except BaseException:
            self.line.taken.release()
            raise

    async def __aexit__(self, *error):
        self.line.taken.release()


class Fax:
    def __init__(self, line):
        self.line, self.sent = line, []

    async def send(self, number):
        async with Call(self.line, number) as connection:
            self.sent.append(connection)

    async def send_all(self, numbers):
        done = await asyncio.gather(*(self.send(number) for number in numbers), return_exceptions=True)
        return [number for number, result in zip(numbers, done) if result is None]


def test_all_faxes_are_sent():
    async def main():
        return await Fax(Line(Modem())).send_all([117, 118])

    assert asyncio.run(main()) == [117, 118]
