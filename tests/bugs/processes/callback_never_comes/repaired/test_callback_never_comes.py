"""Results come by a callback, and the driver waits until all have come."""

import multiprocessing
import threading

CONTEXT = multiprocessing.get_context("fork")


def convert(number: int) -> int:
    return number + 1


def convert_all(count: int) -> list[int]:
    results: list[int] = []
    done = threading.Semaphore(0)

    def came(result: int) -> None:
        results.append(result)
        done.release()

    def failed(error: BaseException) -> None:
        print("failed:", error)
        done.release()

    with CONTEXT.Pool(2) as pool:
        for number in range(count):
            pool.apply_async(convert, (number,), callback=came, error_callback=failed)
        for _ in range(count):
            done.acquire()
    return sorted(results)


def test_all_are_converted() -> None:
    assert convert_all(3) == [1, 2, 3]
