"""Feeds are read in a pool; what is not there in time is given up."""

from concurrent.futures import ThreadPoolExecutor, wait


def read(feed):
    return f"news of {feed}"


def collect(feeds, seconds):
    with ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(read, feed) for feed in feeds]
        done, late = wait(futures, timeout=seconds)
        for future in late:
            future.cancel()
        return sorted(future.result() for future in done)


def test_all_feeds_are_collected():
    assert collect(["north", "south"], seconds=5) == ["news of north", "news of south"]
