"""A thread of the test serves what a pool of processes has made."""

import multiprocessing
import queue
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def fetch(number: int) -> int:
    return number


def serve(requests: Any, results: list[Any]) -> None:
    while (number := requests.get()) is not None:
        try:
            results.append(fetch(number))
        except Exception as error:
            results.append(error)


def serve_all(count: int) -> list[Any]:
    requests: queue.Queue[Any] = queue.Queue()
    results: list[Any] = []
    thread = threading.Thread(target=serve, args=(requests, results))
    thread.start()
    try:
        with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
            for number in range(count):
                requests.put(pool.submit(fetch, number).result())
    finally:
        requests.put(None)
        thread.join()
    return results


def test_all_are_served() -> None:
    assert serve_all(2) == [0, 1]
