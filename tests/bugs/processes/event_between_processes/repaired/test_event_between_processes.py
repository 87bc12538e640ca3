"""A process loads the data and says so by an event; another one uses them."""

import multiprocessing
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def read(name: str) -> str:
    return name.upper()


def load(ready: Any, data: Any) -> None:
    try:
        data.value = len(read("table"))
    finally:
        ready.set()


def use(ready: Any, data: Any) -> None:
    ready.wait()
    print(data.value)


def load_and_use() -> None:
    ready, data = CONTEXT.Event(), CONTEXT.Value("i", 0)
    children = [CONTEXT.Process(target=target, args=(ready, data)) for target in (load, use)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def test_data_are_used() -> None:
    load_and_use()
