"""Two importers report what went wrong to the one who started them."""

import queue
from concurrent.futures import ThreadPoolExecutor


def read_customers():
    return ["ada"]


def read_orders():
    return ["book"]


def run_import(read, problems):
    try:
        read()
    except OSError as problem:
        problems.put(problem)


def test_import():
    problems = queue.Queue(1)
    with ThreadPoolExecutor(2) as pool:
        imports = [pool.submit(run_import, read, problems) for read in (read_customers, read_orders)]
        for one in imports:
            one.result()
    assert problems.qsize() <= 2
