"""Reports of two parts that are made at the same time; several reports at once, of which some may be cancelled."""

import asyncio


class Database:
    async def query(self, seconds):
        await asyncio.sleep(seconds)
        await asyncio.sleep(seconds)
        return seconds


async def report(database):
    async with asyncio.TaskGroup() as group:
        sales = group.create_task(database.query(0.01))
        stock = group.create_task(database.query(0.02))
    return sales.result() + stock.result()


async def all_reports(database):
    reports = [asyncio.create_task(report(database)) for _ in range(2)]
    await asyncio.wait(reports)
    await asyncio.sleep(0.1)
    return [None if one.cancelled() or one.exception() else one.result() for one in reports]


def test_all_reports_are_made():
    assert asyncio.run(all_reports(Database())) == [0.03, 0.03]
