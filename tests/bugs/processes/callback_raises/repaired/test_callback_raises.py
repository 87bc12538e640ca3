"""Results are stored by a callback in the thread of the pool; the driver then waits for each of them."""

import multiprocessing

CONTEXT = multiprocessing.get_context("fork")


def convert(number: int) -> int:
    return number + 1


def store(result: int) -> None:
    print("stored", result)


def convert_all(count: int) -> list[int]:
    def came(result: int) -> None:
        try:
            store(result)
        except Exception as error:
            print("not stored:", error)

    with CONTEXT.Pool(1) as pool:
        jobs = [pool.apply_async(convert, (number,), callback=came) for number in range(count)]
        return [job.get() for job in jobs]


def test_all_are_converted() -> None:
    assert convert_all(1) == [1]
