"""Replicas are asked at once, the first answer wins, and nobody looks at the others."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait


class NoAnswer(Exception):
    pass


def fast(key):
    return key * 2


def slow(key):
    time.sleep(0.05)
    return key * 2


def first_answer(replicas, key):
    pool = ThreadPoolExecutor(2)
    try:
        for future in as_completed([pool.submit(replica, key) for replica in replicas]):
            if future.exception() is None:
                return future.result()
        raise NoAnswer(key)
    finally:
        pool.shutdown(cancel_futures=True)


def first_of_two(replicas, key):
    with ThreadPoolExecutor(2) as pool:
        done, _ = wait([pool.submit(replica, key) for replica in replicas], return_when=FIRST_COMPLETED)
        return [future.result() for future in done][0]


def test_one_answer_is_enough():
    assert first_answer([slow, fast, slow], "a") == "aa"
    assert first_of_two([slow, fast], "b") == "bb"
