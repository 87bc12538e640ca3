"""A flow simulation: all cells compute their pressure, meet at a barrier, then exchange it with their neighbours."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Cell:
    def __init__(self, value):
        self.value = value

    def pressure(self):
        return self.value * 2


class Flow:
    def __init__(self, cells):
        self.cells = cells
        self.pressures = [0] * len(cells)
        self.barrier = threading.Barrier(len(cells))

    def advance(self, number):
        self.pressures[number] = self.cells[number].pressure()
        self.barrier.wait()
        return self.pressures[number] - self.pressures[number - 1]

    def run(self):
        with ThreadPoolExecutor(len(self.cells), thread_name_prefix="cell") as pool:
            futures = [pool.submit(self.advance, number) for number in range(len(self.cells))]
        errors = [error for future in futures if (error := future.exception()) is not None]
        return [future.result() for future in futures if future.exception() is None], errors


def test_all_cells_advance():
    assert Flow([Cell(1), Cell(4), Cell(2)]).run() == ([-2, 6, -4], [])
