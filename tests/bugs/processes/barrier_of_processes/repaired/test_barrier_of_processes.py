"""Two processes fill their halves, meet at a barrier, and read each other's half."""

import multiprocessing
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def measure(side: int) -> int:
    return side + 1


def fill(side: int, barrier: Any, halves: Any) -> None:
    try:
        halves[side] = measure(side)
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()
    assert halves[1 - side]


def fill_both() -> None:
    barrier, halves = CONTEXT.Barrier(2), CONTEXT.Array("i", 2)
    children = [CONTEXT.Process(target=fill, args=(side, barrier, halves)) for side in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def test_both_halves_are_filled() -> None:
    fill_both()
