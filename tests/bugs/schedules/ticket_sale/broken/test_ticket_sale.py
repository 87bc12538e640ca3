"""Two counters sell tickets until none is left."""

import queue
import threading

import pytest


class Box:
    def __init__(self, tickets):
        self._mu = threading.Lock()
        self._left = tickets
        self.sold = queue.Queue()

    def left(self):
        with self._mu:
            return self._left

    def take(self):
        with self._mu:
            if self._left < 1:
                return False
            self._left -= 1
            return True


def sell(box, buyer):
    if box.left() > 0:
        box.take()
        box.sold.put(buyer)


@pytest.mark.taskfail
def test_ticket_sale():
    box = Box(tickets=1)
    counters = [threading.Thread(target=sell, args=(box, buyer)) for buyer in ("Ada", "Bob")]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    assert box.sold.qsize() == 1
