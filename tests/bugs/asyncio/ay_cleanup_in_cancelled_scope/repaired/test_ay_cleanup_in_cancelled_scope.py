"""Jobs that need the one licence of a solver; giving it back takes a request."""

import anyio
import pytest


class LicenceServer:
    def __init__(self):
        self.free = anyio.Semaphore(1)

    async def take(self):
        await self.free.acquire()

    async def give(self):
        await anyio.sleep(0.001)
        self.free.release()


class Solver:
    def __init__(self, licences):
        self.licences, self.solved = licences, []

    async def solve(self, job, limit=5):
        with anyio.move_on_after(limit):
            await self.licences.take()
            try:
                await anyio.sleep(0.002)
                self.solved.append(job)
            finally:
                with anyio.CancelScope(shield=True):
                    await self.licences.give()


@pytest.mark.taskfail(faults="timer,cancel")
def test_the_licence_comes_back():
    licences = LicenceServer()

    async def main():
        solver = Solver(licences)
        for job in ("wing", "hull"):
            await solver.solve(job)
        assert len(solver.solved) <= 2

    try:
        anyio.run(main)
    finally:
        assert licences.free.value == 1
