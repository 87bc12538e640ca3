"""Transfers read and write through a pipe, with a pool of two for the work."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


def read(source, pipe):
    for chunk in source:
        pipe.put(chunk)
    pipe.put(None)


def write(pipe):
    return "".join(iter(pipe.get, None))


def transfer(pool, source, copies):
    pipe = queue.Queue()
    writing = pool.submit(write, pipe)
    reading = pool.submit(read, source, pipe)
    reading.result()
    copies.append(writing.result())


def test_transfer_pool():
    copies = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        transfer(pool, "index", copies)
        transfers = [threading.Thread(target=transfer, args=(pool, source, copies)) for source in ("ab", "cd")]
        for thread in transfers:
            thread.start()
        for thread in transfers:
            thread.join()
    assert sorted(copies) == ["ab", "cd", "index"]
