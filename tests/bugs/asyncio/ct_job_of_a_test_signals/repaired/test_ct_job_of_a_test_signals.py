"""The test waits, itself, for what its own jobs and listeners tell it."""

import asyncio

from runner import Runner


def test_a_job_runs():
    async def main():
        runner, running = Runner(), asyncio.get_running_loop().create_future()

        async def job():
            running.set_result(None)
            await asyncio.sleep(1)

        runner.start("one", job())
        await running
        await runner.close()
        assert not runner.jobs

    asyncio.run(main())


def test_a_listener_is_called():
    async def main():
        runner, heard = Runner(), asyncio.Event()

        class Listener:
            def __init__(self, event):
                self.event = event

            async def told(self, what):
                self.event.set()

        async def call():
            await runner.call(Listener(heard).told, "begun")

        runner.start("call", call())
        await heard.wait()
        await runner.close()

    asyncio.run(main())


def test_a_job_starts_another():
    async def main():
        runner, done = Runner(), asyncio.Event()

        async def second():
            done.set()

        async def first():
            runner.start("second", second())

        runner.start("first", first())
        await done.wait()
        await runner.close()

    asyncio.run(main())
