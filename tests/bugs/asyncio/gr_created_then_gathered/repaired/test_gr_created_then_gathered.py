"""A print shop: the sheets of an order are printed at the same time; if one cannot be printed the order is given back."""

import asyncio


class Press:
    def __init__(self):
        self.printed = []

    async def print(self, sheet):
        await asyncio.sleep(sheet / 100)
        self.printed.append(sheet)


class Shop:
    def __init__(self, press):
        self.press, self.returned = press, []

    async def order(self, sheets):
        tasks = [asyncio.create_task(self.press.print(sheet)) for sheet in sheets]
        try:
            await asyncio.gather(*tasks)
        except Exception:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.give_back(sheets)
            return 0
        return len(sheets)

    async def give_back(self, sheets):
        await asyncio.sleep(0.1)
        self.returned += sheets


def test_an_order_is_printed():
    press = Press()
    assert asyncio.run(Shop(press).order([1, 2, 3])) == 3
    assert press.printed == [1, 2, 3]
