"""Readings are sent through a queue by a task that is timed by a decorator."""

import contextlib
import queue
import time
from concurrent.futures import ThreadPoolExecutor

SPENT = []


@contextlib.contextmanager
def timed():
    began = time.monotonic()
    yield
    SPENT.append(time.monotonic() - began)


@timed()
def send(readings, line):
    try:
        for reading in readings:
            line.put(reading * 2)
    finally:
        line.put(None)


def receive(line):
    return list(iter(line.get, None))


def test_readings_arrive():
    line = queue.Queue()
    with ThreadPoolExecutor(2) as pool:
        received = pool.submit(receive, line)
        sent = pool.submit(send, [1, 2], line)
        assert received.result() == [2, 4]
        sent.result()
