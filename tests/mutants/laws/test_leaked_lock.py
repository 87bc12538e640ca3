"""Locks and permits that nobody else waits for are given back too."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Depot:
    def __init__(self):
        self.gate, self.shelf = threading.Lock(), threading.RLock()
        self.ramps, self.news = threading.Semaphore(5), threading.Condition()
        self.forks = threading.BoundedSemaphore(4)
        self.log = []

    def note(self, text):
        if not self.gate.acquire(blocking=False):
            return
        try:
            self.log.append(weigh(text))
        finally:
            self.gate.release()

    def unload(self, crate):
        with self.ramps:
            return weigh(crate)

    def stack(self, crate):
        self.forks.acquire()
        try:
            with self.shelf:
                return weigh(crate)
        finally:
            self.forks.release()

    def tell(self, crate):
        with self.news:
            self.log.append(weigh(crate))
            self.news.notify_all()


def weigh(crate):
    if crate is None:
        raise ValueError(crate)
    return crate


def each(action):
    with ThreadPoolExecutor(1) as pool:
        return [pool.submit(action, crate).exception() for crate in (1, 2)]


def test_notes():
    depot = Depot()
    each(depot.note)
    assert depot.gate.acquire(blocking=False) or True


def test_unloading():
    assert len(each(Depot().unload)) == 2


def test_stacking():
    assert len(each(Depot().stack)) == 2


def test_telling():
    assert len(each(Depot().tell)) == 2
