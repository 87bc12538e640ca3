"""A library retries what a pool runs, as often as a policy of the user's allows."""

from concurrent.futures import ThreadPoolExecutor

from again import Retrying


def quota_left():
    return 2


def fetch(page):
    return page * 10


class Policy:
    def once_more(self, future):
        return quota_left() > 0 and future.exception() is not None


def fetch_all(pages):
    out = []
    with ThreadPoolExecutor(1) as pool:
        retrying = Retrying(pool, Policy())
        for future in [retrying.submit(fetch, page) for page in pages]:
            try:
                out.append(future.result())
            except Exception:
                out.append(None)
    return out


def test_pages_are_fetched():
    assert fetch_all([1, 2]) == [10, 20]
