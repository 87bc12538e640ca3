"""A clerk serves customers in the order in which they arrive."""

import threading
from collections import deque


class Desk:
    def __init__(self):
        self._cond = threading.Condition()
        self._line = deque()

    def arrive(self, customer):
        with self._cond:
            self._cond.notify()
        with self._cond:
            self._line.append(customer)

    def next_customer(self):
        with self._cond:
            while not self._line:
                self._cond.wait()
            return self._line.popleft()


def attend(desk, count, served):
    for _ in range(count):
        served.append(desk.next_customer())


def test_ticket_desk():
    desk = Desk()
    served = []
    clerk = threading.Thread(target=attend, args=(desk, 1, served))
    clerk.start()
    desk.arrive("Ada")
    clerk.join()
    assert served == ["Ada"]
