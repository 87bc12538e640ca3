"""Drawings share a plotter: its lock is tried in a loop with a short timeout, and given up after a while."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Plotter:
    def __init__(self):
        self.sheets = []

    def draw(self, name):
        self.sheets.append(name)


class Studio:
    def __init__(self, plotter, tries=20):
        self.plotter, self.tries = plotter, tries
        self.lock = threading.Lock()

    def draw(self, name):
        for _ in range(self.tries):
            if not self.lock.acquire(timeout=0.01):
                continue
            try:
                self.plotter.draw(name)
                return "drawn"
            finally:
                self.lock.release()
        return "put off"

    def draw_all(self, names):
        with ThreadPoolExecutor(3, thread_name_prefix="draw") as pool:
            futures = {name: pool.submit(self.draw, name) for name in names}
        return {name: repr(future.exception() or future.result()) for name, future in futures.items()}


def test_everything_is_drawn():
    studio = Studio(Plotter())
    assert set(studio.draw_all(["house", "garden", "road"]).values()) == {"'drawn'"}
    assert sorted(studio.plotter.sheets) == ["garden", "house", "road"]
