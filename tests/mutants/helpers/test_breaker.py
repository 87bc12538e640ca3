"""A breaker of one's own: two failures open it, after ten seconds one call is let through."""

import asyncio

from pytest_taskfail import Cancel, Raise


class Breaker:
    def __init__(self, note, limit=2, rest=10.0):
        self.note, self.limit, self.rest = note, limit, rest
        self.failures, self.opened = 0, None
        self.state = ""
        self.become("closed")

    def become(self, state):
        self.state = state
        self.note("breaker", "gateway", state)

    async def call(self, function):
        now = asyncio.get_running_loop().time()
        if self.state == "open":
            if now - self.opened < self.rest:
                return None
            self.become("half-open")
        try:
            answer = await function()
        except Exception as error:
            self.note("breaker-failure", "gateway", f"{type(error).__name__}: ")
            self.failures += 1
            if self.failures >= self.limit:
                self.opened = now
                self.become("open")
            raise
        except asyncio.CancelledError:
            if self.state == "half-open":
                self.become("open")
            raise
        self.failures = 0
        self.become("closed")
        return answer


async def ask():
    await asyncio.sleep(1)
    return "yes"


async def client(breaker):
    for _ in range(5):
        try:
            await breaker.call(ask)
        except OSError:
            await asyncio.sleep(0.1)
        await asyncio.sleep(5)


async def run(breaker):
    await asyncio.wait([asyncio.create_task(client(breaker))])


def test_it_opens_and_closes_again(taskfail):
    taskfail.inject(Raise(OSError), at="await:sleep@ask in client#0")
    taskfail.inject(Raise(OSError), at="await:sleep@ask#1 in client#0")
    asyncio.run(run(Breaker(taskfail.note)))
    taskfail.assert_breaker(["closed", "open", "half-open", "closed"])


def test_it_opens_again_when_the_trial_fails(taskfail):
    for number in range(3):
        taskfail.inject(Raise(OSError), at=f"await:sleep@ask#{number} in client#0")
    asyncio.run(run(Breaker(taskfail.note)))
    taskfail.assert_breaker(["closed", "open", "half-open", "open"])


def test_a_cancellation_is_no_failure(taskfail):
    taskfail.inject(Raise(OSError), at="await:sleep@ask in client#0")
    taskfail.inject(Cancel(), at="await:sleep@ask#1 in client#0")
    asyncio.run(run(Breaker(taskfail.note)))
    taskfail.assert_breaker(["closed"])


def test_a_trial_that_is_cancelled_opens_it_again(taskfail):
    taskfail.inject(Raise(OSError), at="await:sleep@ask in client#0")
    taskfail.inject(Raise(OSError), at="await:sleep@ask#1 in client#0")
    taskfail.inject(Cancel(), at="await:sleep@ask#2 in client#0")
    asyncio.run(run(Breaker(taskfail.note)))
    taskfail.assert_breaker(["closed", "open", "half-open", "open"])
