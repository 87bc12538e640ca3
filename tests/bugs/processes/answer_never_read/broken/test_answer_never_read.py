"""Letters are delivered by a pool; the driver waits until it has done everything."""

import multiprocessing

CONTEXT = multiprocessing.get_context("fork")


def deliver(letter: int) -> int:
    return letter


def deliver_all(count: int) -> int:
    with CONTEXT.Pool(1) as pool:
        letters = [pool.apply_async(deliver, (letter,)) for letter in range(count)]
        for letter in letters:
            letter.wait()
        return len(letters)


def test_all_are_delivered() -> None:
    assert deliver_all(2) == 2
