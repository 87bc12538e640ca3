"""Logging through a queue: the listener thread is started at import, as a library would do, and ends at exit."""

import atexit
import logging
import logging.handlers
import queue
from concurrent.futures import ThreadPoolExecutor


MEMORY, RECORDS = logging.handlers.BufferingHandler(10_000), queue.SimpleQueue()
LISTENER = logging.handlers.QueueListener(RECORDS, MEMORY)
LISTENER.start()
atexit.register(LISTENER.stop)

log = logging.getLogger("feeds")
log.addHandler(logging.handlers.QueueHandler(RECORDS))
log.setLevel(logging.INFO)
log.propagate = False


class Feed:
    def __init__(self, name):
        self.name = name

    def read(self):
        return [f"{self.name} {n}" for n in range(2)]


def read(feed):
    try:
        items = feed.read()
    except OSError as error:
        log.warning("%s: %r", feed.name, error)
        return []
    log.info("%s: %d items", feed.name, len(items))
    return items


def read_all(names):
    with ThreadPoolExecutor(2) as pool:
        return [item for items in pool.map(read, [Feed(name) for name in names]) for item in items]


def test_all_feeds_are_read():
    assert read_all(["news", "sport"]) == ["news 0", "news 1", "sport 0", "sport 1"]
