"""A serial line to a balance: one request, one answer, with a time limit."""

import asyncio

import pytest


class Balance:
    def __init__(self, line):
        self.line = line

    def ask(self, number):
        asyncio.get_running_loop().call_later(0.002, self.line.answers.put_nowait, (number, number * 1.5))


class Line:
    def __init__(self):
        self.answers = asyncio.Queue()
        self.balance = Balance(self)

    async def weigh(self, number):
        self.balance.ask(number)
        try:
            async with asyncio.timeout(1):
                answered, weight = await self.answers.get()
                while answered != number:
                    answered, weight = await self.answers.get()
        except TimeoutError:
            return None
        return weight


class Laboratory:
    def __init__(self, line):
        self.line, self.weights = line, {}

    async def weigh_all(self, numbers):
        for number in numbers:
            self.weights[number] = await self.line.weigh(number)


@pytest.mark.taskfail
def test_each_sample_has_its_own_weight():
    async def main():
        laboratory = Laboratory(Line())
        await laboratory.weigh_all([1, 2, 3])
        return laboratory.weights

    assert all(weight in (None, number * 1.5) for number, weight in asyncio.run(main()).items())
