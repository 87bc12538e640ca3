"""A mirror of a package index: files are downloaded in parallel, each with a few attempts."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

log = logging.getLogger("mirror")


class Index:
    FILES = {"attrs.whl": b"a" * 10, "numpy.whl": b"n" * 30, "yarl.whl": b"y" * 20}

    def get(self, name):
        return self.FILES[name]


class Mirror:
    def __init__(self, index, attempts=3, delay=0.002):
        self.index, self.attempts, self.delay = index, attempts, delay
        self.files = {}

    def download(self, name):
        for attempt in range(1, self.attempts + 1):
            try:
                return self.index.get(name)
            except ConnectionError as error:
                log.warning("%s, attempt %d: %r", name, attempt, error)
                if attempt == self.attempts:
                    raise
                time.sleep(self.delay * attempt)

    def sync(self, names):
        with ThreadPoolExecutor(2, thread_name_prefix="mirror") as pool:
            futures = {name: pool.submit(self.download, name) for name in names}
        for name, future in futures.items():
            self.files[name] = future.result()
        return self.files


@pytest.mark.taskfail
def test_mirrored_files_are_those_of_the_index():
    mirror = Mirror(Index())
    try:
        assert len(mirror.sync(list(Index.FILES))) == 3
    finally:
        for name, content in mirror.files.items():
            assert content == Index.FILES[name], name
