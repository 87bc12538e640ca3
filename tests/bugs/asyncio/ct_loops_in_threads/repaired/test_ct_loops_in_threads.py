"""A loop in a thread of its own; other threads give it work with run_coroutine_threadsafe."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


class Meter:
    async def read(self, number):
        await asyncio.sleep(0.001)
        return number * 10


class LoopThread:
    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="loop")
        self.thread.start()
        return self

    def _run(self):
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    def call(self, coroutine):
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        return future.result(timeout=30)

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def read_all(meter, numbers):
    with LoopThread() as one, LoopThread() as other, ThreadPoolExecutor(2) as pool:
        futures = [pool.submit((one, other)[n % 2].call, meter.read(n)) for n in numbers]
        return [future.result() for future in futures]


def test_all_meters_are_read():
    assert read_all(Meter(), [1, 2, 3]) == [10, 20, 30]
