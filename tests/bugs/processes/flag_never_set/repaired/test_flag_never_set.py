"""Two guards run until the search is over; a flag of a Manager tells them."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def search(places: list[str]) -> str:
    return places[0]


def guard(over: Any) -> int:
    rounds = 0
    while not over.is_set():
        time.sleep(0.01)
        rounds += 1
    return rounds


def search_guarded(places: list[str], over: Any, pool: ProcessPoolExecutor) -> str:
    guards = [pool.submit(guard, over) for _ in range(2)]
    job = pool.submit(search, places)
    try:
        found = job.result()
    finally:
        over.set()
    for one in guards:
        one.result()
    return found


def test_the_guards_go_home() -> None:
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        over = manager.Event()
        with ProcessPoolExecutor(3, mp_context=context) as pool:
            assert search_guarded(["attic", "cellar"], over, pool) == "attic"
