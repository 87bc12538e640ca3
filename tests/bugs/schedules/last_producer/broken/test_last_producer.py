"""Producers fill a feed; the last one to leave closes it."""

import queue
import threading


class Feed:
    def __init__(self, producers):
        self.items = queue.Queue()
        self._mu = threading.Lock()
        self._active = producers

    def active(self):
        with self._mu:
            return self._active

    def leave(self):
        with self._mu:
            self._active -= 1
            return self._active


def produce(feed, item):
    feed.items.put(item)
    last = feed.active() == 1
    feed.leave()
    if last:
        feed.items.put(None)


def test_last_producer():
    feed = Feed(producers=2)
    producers = [threading.Thread(target=produce, args=(feed, item)) for item in ("a", "b")]
    for producer in producers:
        producer.start()
    items = sorted(iter(feed.items.get, None))
    for producer in producers:
        producer.join()
    assert items == ["a", "b"]
