"""A print shop: pages wait in a queue for two presses; the shop closes when every page is dealt with."""

import logging
import queue
import threading

log = logging.getLogger("print")


class Press:
    def print(self, page):
        return f"[{page}]"


class Shop:
    def __init__(self, press):
        self.press = press
        self.pages, self.printed = queue.Queue(), []

    def _work(self):
        while (page := self.pages.get()) is not None:
            try:
                self.printed.append(self.press.print(page))
            except Exception:
                log.exception("page %s is lost", page)
            finally:
                self.pages.task_done()

    def run(self, pages):
        workers = [threading.Thread(target=self._work, name=f"press-{n}", daemon=True) for n in (1, 2)]
        for page in pages:
            self.pages.put(page)
        for worker in workers:
            worker.start()
        self.pages.join()
        for worker in workers:
            self.pages.put(None)
        for worker in workers:
            worker.join()
        return sorted(self.printed)


def test_all_pages_are_printed():
    assert Shop(Press()).run(["cover", "index", "story", "word"]) == ["[cover]", "[index]", "[story]", "[word]"]
