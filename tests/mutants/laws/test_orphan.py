"""Groups of tasks: when one fails the others do not go on without anybody who waits for them."""

import asyncio


async def ask(shop, article):
    await asyncio.sleep(shop / 10)
    if article is None:
        raise LookupError(shop)
    return shop, article


async def prices(article):
    found = []
    async with asyncio.TaskGroup() as group:
        for shop in range(3):
            found.append(group.create_task(ask(shop, article)))
    return [task.result() for task in found]


async def best(article):
    tasks = [asyncio.create_task(ask(shop, article)) for shop in range(3)]
    try:
        return min(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


async def stock(article):
    answers = await asyncio.gather(*[ask(shop, article) for shop in range(3)], return_exceptions=True)
    return [answer for answer in answers if not isinstance(answer, BaseException)]


async def shown(question):
    try:
        return await question
    except* Exception:
        await asyncio.sleep(1)


def test_prices():
    asyncio.run(shown(prices("tea")))


def test_best():
    asyncio.run(shown(best("tea")))


def test_stock():
    asyncio.run(shown(stock("tea")))
