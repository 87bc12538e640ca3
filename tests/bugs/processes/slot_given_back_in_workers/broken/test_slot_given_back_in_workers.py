"""Tasks in processes use a scanner; who uses it takes the slot, and gives it back."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def scan(page: int) -> int:
    return page


def give_back(slots: Any, slot: str) -> None:
    slots.put(slot)


def work(slots: Any, page: int) -> int:
    slot = slots.get()
    result = scan(page)
    give_back(slots, slot)
    return result


def test_pages_are_scanned() -> None:
    with CONTEXT.Manager() as manager, ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        slots = manager.Queue()
        slots.put("scanner")
        jobs = [pool.submit(work, slots, page) for page in range(2)]
        assert [job.exception() for job in jobs] == [None, None]
