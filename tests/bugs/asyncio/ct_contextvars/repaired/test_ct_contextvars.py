"""Requests with a correlation id in a context variable, which reaches tasks and worker threads."""

import asyncio
import contextvars

request_id = contextvars.ContextVar("request_id", default="-")


class Log:
    def __init__(self):
        self.lines = []

    def write(self, text):
        self.lines.append((request_id.get(), text))


class Handler:
    def __init__(self, log):
        self.log = log

    def _render(self, page):
        self.log.write(f"render {page}")

    async def handle(self, number, page):
        token = request_id.set(f"r{number}")
        try:
            self.log.write(f"get {page}")
            await asyncio.sleep(0.001)
            await asyncio.to_thread(self._render, page)
        finally:
            request_id.reset(token)


async def serve(log, pages):
    handler = Handler(log)
    await asyncio.gather(*(asyncio.create_task(handler.handle(number, page)) for number, page in enumerate(pages)))
    return request_id.get()


def test_each_line_has_its_request():
    log = Log()
    assert asyncio.run(serve(log, ["home", "faq"])) == "-"
    assert sorted(log.lines) == [("r0", "get home"), ("r0", "render home"), ("r1", "get faq"), ("r1", "render faq")]
