"""Swaps between two shelves give up when the other shelf is busy."""

import threading


class Shelf:
    def __init__(self, boxes):
        self.mu = threading.Lock()
        self.boxes = boxes


def move(source, target, outcome):
    with source.mu:
        if not target.mu.acquire(timeout=0.02):
            outcome.append("busy")
            return
        try:
            source.boxes -= 1
            target.boxes += 1
            outcome.append("moved")
        finally:
            target.mu.release()


def test_control_timed_opposite_locks():
    upper, lower, outcome = Shelf(4), Shelf(6), []
    porters = [
        threading.Thread(target=move, args=(upper, lower, outcome)),
        threading.Thread(target=move, args=(lower, upper, outcome)),
    ]
    for porter in porters:
        porter.start()
    for porter in porters:
        porter.join()
    assert upper.boxes + lower.boxes == 10
    assert len(outcome) == 2
