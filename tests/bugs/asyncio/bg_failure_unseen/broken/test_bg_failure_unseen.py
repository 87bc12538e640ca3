"""An order service that writes its audit trail in the background."""

import asyncio
import logging

log = logging.getLogger("orders")


class Audit:
    def __init__(self):
        self.lines = []

    async def write(self, line):
        await asyncio.sleep(0.01)
        self.lines.append(line)


class Orders:
    def __init__(self, audit):
        self.audit, self.accepted = audit, []
        self.background = set()

    def _in_background(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.background.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self.background.discard(task)

    async def accept(self, number):
        self.accepted.append(number)
        self._in_background(self.audit.write(f"accepted {number}"))

    async def close(self):
        while self.background:
            await asyncio.wait(self.background)


async def morning(audit):
    orders = Orders(audit)
    for number in (1, 2):
        await orders.accept(number)
    await orders.close()
    return orders.accepted


def test_orders_are_accepted_and_audited():
    audit = Audit()
    assert asyncio.run(morning(audit)) == [1, 2]
    assert sorted(audit.lines) == ["accepted 1", "accepted 2"]
