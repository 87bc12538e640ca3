"""Pages are checked in threads; the first error ends the crawl."""

import queue
import threading


def check(url, reports):
    error = None if url.startswith("https:") else "insecure"
    reports.put((url, error))


def crawl(urls):
    reports = queue.Queue()
    checkers = [threading.Thread(target=check, args=(url, reports), daemon=True) for url in urls]
    for checker in checkers:
        checker.start()
    try:
        for _ in urls:
            url, error = reports.get()
            if error is not None:
                return f"{url} is {error}"
        return "fine"
    finally:
        for checker in checkers:
            checker.join()


def test_crawl_first_error():
    assert crawl(["https://a.org", "https://b.org", "http://c.org"]) == "http://c.org is insecure"
