"""A process reads the lines of a file, the test counts them."""

import multiprocessing
import queue
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
            get_from(producer, lines)
    finally:
        producer.join()
    return count


def get_from(producer: Any, lines: Any) -> Any:
    while True:
        try:
            return lines.get(timeout=0.05)
        except queue.Empty:
            if not producer.is_alive() and lines.empty():
                raise RuntimeError(f"the producer has ended with {producer.exitcode}") from None


def test_all_lines_arrive() -> None:
    assert count_lines(3) == 3
