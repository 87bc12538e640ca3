"""Tasks in processes book on one account, under a lock of a Manager."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def post(amount: int) -> int:
    return amount


def book(lock: Any, account: Any, amount: int) -> None:
    with lock:
        account.append(post(amount))


def test_all_bookings() -> None:
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        lock, account = manager.Lock(), manager.list()
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            jobs = [pool.submit(book, lock, account, amount) for amount in (5, 7, 9, 11)]
        assert [job.exception() for job in jobs] == [None] * 4
        assert sorted(account) == [5, 7, 9, 11]
