"""Two letters are sent on a loop that needs no real time."""

import asyncio
import threading


class NothingToWatch:
    def select(self, timeout):
        return []


class ImpatientLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = NothingToWatch()
        self.now = 0.0

    def time(self):
        return self.now

    def _run_once(self):
        super()._run_once()
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0].when())

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


async def deliver(letter, sent):
    await asyncio.sleep(3600)
    sent.append(letter)


def test_letters_are_sent():
    async def main():
        sent = []
        await asyncio.gather(deliver("a", sent), deliver("b", sent))
        assert len(sent) == 2

    with asyncio.Runner(loop_factory=ImpatientLoop) as runner:
        runner.run(main())


def test_a_thread_tells_the_loop():
    async def main():
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        threading.Thread(target=lambda: loop.call_soon_threadsafe(told.set_result, 1)).start()
        assert await told == 1

    with asyncio.Runner(loop_factory=ImpatientLoop) as runner:
        runner.run(main())
