"""A music library is indexed in parallel; files that cannot be read are remembered as broken."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("library")


class Reader:
    def tags(self, track):
        return {"title": track.removesuffix(".mp3").title()}


class Library:
    def __init__(self, reader):
        self.reader = reader
        self.lock = threading.RLock()
        self.index, self.broken = {}, set()

    def mark_broken(self, track):
        with self.lock:
            self.broken.add(track)
            self.index.pop(track, None)

    def update(self, track):
        with self.lock:
            try:
                self.index[track] = self.reader.tags(track)
            except (OSError, ValueError) as error:
                log.warning("cannot read %s: %r", track, error)
                self.mark_broken(track)

    def scan(self, tracks):
        with ThreadPoolExecutor(2, thread_name_prefix="scan") as pool:
            futures = [pool.submit(self.update, track) for track in tracks]
        for future in futures:
            future.result()


def test_all_tracks_are_indexed():
    library = Library(Reader())
    library.scan(["aria.mp3", "blues.mp3", "canon.mp3"])
    assert sorted(library.index) == ["aria.mp3", "blues.mp3", "canon.mp3"]
    assert library.broken == set()
