"""An encoder thread of its own that answers requests of an event loop."""

import asyncio
import queue
import threading


class Codec:
    def encode(self, text):
        return text[::-1]


class EncoderThread:
    def __init__(self, codec):
        self.codec, self.jobs = codec, queue.Queue()
        self.thread = threading.Thread(target=self._run, name="encoder", daemon=True)
        self.thread.start()

    def _run(self):
        while (job := self.jobs.get()) is not None:
            text, future, loop = job
            try:
                result, error = self.codec.encode(text), None
            except Exception as failure:
                result, error = None, failure
            loop.call_soon_threadsafe(self._finish, future, result, error)

    @staticmethod
    def _finish(future, result, error):
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    async def encode(self, text):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self.jobs.put((text, future, loop))
        return await future

    def close(self):
        self.jobs.put(None)
        self.thread.join()


async def encode_all(texts):
    encoder = EncoderThread(Codec())
    try:
        results = await asyncio.gather(*(encoder.encode(text) for text in texts), return_exceptions=True)
    finally:
        encoder.close()
    return [result for result in results if isinstance(result, str)]


def test_texts_are_encoded():
    assert asyncio.run(encode_all(["abc", "de"])) == ["cba", "ed"]
