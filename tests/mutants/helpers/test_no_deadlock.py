"""Workers take orders from a queue; each order is accounted for, also when it fails."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


class Kitchen:
    def __init__(self):
        self.orders, self.ready = queue.Queue(), threading.Event()
        self.stove, self.log = threading.Lock(), threading.Lock()
        self.cooked, self.failed = [], []

    def cook(self):
        while True:
            order = self.orders.get()
            try:
                if order is None:
                    return
                with self.stove:
                    self.cooked.append(prepare(order))
            except OSError:
                with self.log:
                    self.failed.append(order)
            finally:
                self.orders.task_done()

    def open(self, heat):
        try:
            heat()
        finally:
            self.ready.set()

    def serve(self, orders):
        with ThreadPoolExecutor(3) as pool:
            pool.submit(self.open, heat)
            cooks = [pool.submit(self.cook) for _ in range(2)]
            self.ready.wait()
            for order in orders:
                self.orders.put(order)
            self.orders.join()
            for _ in cooks:
                self.orders.put(None)


def prepare(order):
    return order


def heat():
    return None


@pytest.mark.parametrize("at", ["call:prepare in cook#0", "call:prepare#3 in cook#0", "call:heat in open#0"])
def test_the_kitchen_closes(taskfail, at):
    taskfail.inject(Raise(OSError), at=at)
    Kitchen().serve(range(4))
    taskfail.assert_no_deadlock()
