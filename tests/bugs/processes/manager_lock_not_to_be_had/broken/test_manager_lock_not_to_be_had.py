"""Tasks in processes book on one account, under a lock of a Manager that other programs use too."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def book(lock: Any, account: Any, amount: int) -> None:
    lock.acquire()
    try:
        account.append(amount)
    finally:
        lock.release()


def test_all_bookings() -> None:
    with CONTEXT.Manager() as manager, ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        lock, account = manager.Lock(), manager.list()
        jobs = [pool.submit(book, lock, account, amount) for amount in (5, 7)]
        assert [job.exception() for job in jobs] == [None, None]
