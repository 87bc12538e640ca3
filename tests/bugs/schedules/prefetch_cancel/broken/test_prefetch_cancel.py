"""A site is built in a pool, then its feed is followed; a preview needs no feed."""

import queue
from concurrent.futures import ThreadPoolExecutor


def build(pages):
    return [page.upper() for page in pages]


def follow(feed, entries):
    for entry in iter(feed.get, None):
        entries.append(entry)


def preview(pages):
    feed, entries = queue.Queue(), []
    with ThreadPoolExecutor(max_workers=1) as pool:
        building = pool.submit(build, pages)
        following = pool.submit(follow, feed, entries)
        following.cancel()
        return building.result()


def test_prefetch_cancel():
    assert preview(["home", "news"]) == ["HOME", "NEWS"]
