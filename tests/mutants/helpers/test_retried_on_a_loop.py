"""A question is asked again when its answer is late, and not when nobody wants the answer any more."""

import asyncio

from pytest_taskfail import Cancel, Raise


async def ask(number):
    await asyncio.sleep(1)
    return number


class Client:
    def __init__(self, ask):
        self.ask, self.open = ask, 0

    async def answer(self, number):
        self.open += 1
        try:
            for limit in (0.5, 3):
                try:
                    async with asyncio.timeout(limit):
                        return await self.ask(number)
                except TimeoutError:
                    continue
                except asyncio.CancelledError:
                    raise
        finally:
            self.open -= 1


async def answers(client):
    tasks = [asyncio.create_task(client.answer(number)) for number in range(2)]
    await asyncio.wait(tasks)
    return tasks


def test_what_is_late_is_asked_once_more(taskfail):
    asyncio.run(answers(Client(taskfail.record(ask, key="number"))))
    taskfail.assert_retried("ask", attempts=2, waits=[0])


def test_after_a_cancellation_nobody_asks_again(taskfail):
    taskfail.inject(Cancel(), at="await:sleep@ask in answer#1")
    asyncio.run(answers(Client(taskfail.record(ask, key="number"))))
    taskfail.assert_retried("ask", attempts=range(1, 3))


def test_a_failure_of_another_kind_ends_it(taskfail):
    taskfail.inject(Raise(OSError), at="start:answer#0")
    taskfail.inject(Raise(OSError), at="call:ask in answer#1")
    asyncio.run(answers(Client(taskfail.record(ask, key="number"))))
    taskfail.assert_retried("ask", attempts=1, on=TimeoutError)
