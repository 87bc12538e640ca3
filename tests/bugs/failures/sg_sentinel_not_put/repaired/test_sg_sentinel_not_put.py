"""A news aggregator: feeds are fetched on a pool, one thread stores the articles in the order of their arrival."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Feed:
    def __init__(self, name, size):
        self.name, self.size = name, size

    def fetch(self):
        return [f"{self.name} {number}" for number in range(self.size)]


class Aggregator:
    def __init__(self):
        self.arrived, self.stored = queue.Queue(), []

    def _store(self):
        while (articles := self.arrived.get()) is not None:
            self.stored.extend(articles)

    def _fetch(self, feed):
        self.arrived.put(feed.fetch())

    def run(self, feeds):
        store = threading.Thread(target=self._store, name="store", daemon=True)
        store.start()
        with ThreadPoolExecutor(2, thread_name_prefix="feed") as pool:
            futures = {feed.name: pool.submit(self._fetch, feed) for feed in feeds}
        failed = [name for name, future in futures.items() if future.exception() is not None]
        self.arrived.put(None)
        store.join()
        if failed:
            return "no news from " + ", ".join(failed)
        return f"{len(self.stored)} articles"


def test_all_articles_are_stored():
    assert Aggregator().run([Feed("local", 2), Feed("world", 3)]) == "5 articles"
