"""A process reads the lines of a file, the test counts them."""

import multiprocessing
from typing import Any


def read(number: int) -> str:
    return f"line {number}"


def produce(lines: Any, count: int) -> None:
    for number in range(count):
        lines.put(read(number))


def count_lines(count: int) -> int:
    context = multiprocessing.get_context("fork")
    lines = context.Queue()
    producer = context.Process(target=produce, args=(lines, count))
    producer.start()
    try:
        for _ in range(count):
            lines.get()
    finally:
        producer.join()
    return count


def test_all_lines_arrive() -> None:
    assert count_lines(3) == 3
