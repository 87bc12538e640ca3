"""A polite crawler has at most two requests in flight; the rest wait before they are submitted."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Site:
    def get(self, path):
        return f"page {path}"


class Crawler:
    LIMIT = 2

    def __init__(self, site):
        self.site = site
        self.changed = threading.Condition()
        self.in_flight, self.pages = 0, {}

    def _fetch(self, path):
        self.pages[path] = self.site.get(path)

    def _landed(self, future):
        with self.changed:
            self.in_flight -= 1
            self.changed.notify()

    def crawl(self, paths):
        futures = {}
        with ThreadPoolExecutor(self.LIMIT, thread_name_prefix="crawl") as pool:
            for path in paths:
                with self.changed:
                    while self.in_flight == self.LIMIT:
                        self.changed.wait()
                    self.in_flight += 1
                futures[path] = pool.submit(self._fetch, path)
                futures[path].add_done_callback(self._landed)
        return [path for path, future in futures.items() if future.exception() is not None]


def test_all_pages_are_fetched():
    crawler = Crawler(Site())
    assert crawler.crawl(["/", "/a", "/b", "/c", "/d"]) == []
    assert len(crawler.pages) == 5 and crawler.in_flight == 0
