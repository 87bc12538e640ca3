"""Tasks of a pool put rows into a queue of a Manager; another task writes them until the end mark comes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def read(number: int) -> int:
    return number


def produce(rows: Any, count: int) -> None:
    try:
        for number in range(count):
            rows.put(read(number))
    finally:
        rows.put(None)


def write(rows: Any) -> int:
    written = 0
    while rows.get() is not None:
        written += 1
    return written


def copy(count: int) -> int:
    with CONTEXT.Manager() as manager, ProcessPoolExecutor(2, mp_context=CONTEXT) as pool:
        rows = manager.Queue()
        writer = pool.submit(write, rows)
        reader = pool.submit(produce, rows, count)
        reader.result()
        return writer.result()


def test_all_rows_are_copied() -> None:
    assert copy(3) == 3
