"""Payments of a process pool: when a worker is killed, what it had begun is done in another pool."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from real_runs import real

from pytest_taskfail import assert_taken_over, record

FORK = multiprocessing.get_context("fork")


def charge(order):
    return order


charged = record(charge, key="order")


def pay(order):
    return charged(order)


def pay_all(orders):
    left = set(orders)
    for _ in range(2):
        with ProcessPoolExecutor(1, mp_context=FORK) as pool:
            jobs = {order: pool.submit(pay, order) for order in sorted(left)}
            for order, job in jobs.items():
                try:
                    if job.result():
                        left.discard(order)
                except BrokenProcessPool:
                    continue
        if not left:
            break
    return left


def test_what_was_begun_is_done():
    trace = real(lambda: pay_all([1, 2]), "kill @ call:charge in pay#0", __file__)
    assert_taken_over(trace, "charge")
