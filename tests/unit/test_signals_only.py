"""Functions that only take locks and give signals, read from their source."""

from __future__ import annotations

import ast
import asyncio
import queue
import threading
from typing import Any

import pytest

from pytest_taskfail.runtime.reading.signals_only import is_primitive, parts


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("async with self.lock:\n    self.changed.notify_all()", ["self.lock", "self.changed.notify_all"]),
        ("'Wakes.'\nwith lock:\n    give()\n    done.set()", ["lock", "give", "done.set"]),
        ("await inbox.put(item)", ["inbox.put"]),
        ("inbox.put(item + 1)", None),
        ("inbox.put(load())", None),
        ("with open_it():\n    done.set()", None),
        ("if len(self.all) - 1 == self.wanted and not stop:\n    done.set()", ["done.set"]),
        ("if done():\n    done.set()", None),
        ("if ready:\n    load()\nelse:\n    count += 1", None),
        ("self.count += 1", None),
    ],
)
def test_what_a_body_takes_and_calls(source: str, named: list[str] | None) -> None:
    found = parts(ast.parse(source).body)
    assert (None if found is None else [ast.unparse(one) for one in found]) == named


class Own(threading.Condition):
    pass


class Line:
    """Of a module of the user's whose name begins like that of a known one."""

    __module__ = "queues"


@pytest.mark.parametrize(
    ("value", "primitive"),
    [
        (threading.Event().set, True),
        (threading.Event.set, True),
        (asyncio.Condition(), True),
        (queue.Queue.put, True),
        (threading.Lock(), True),
        (asyncio.gather, False),
        (Own(), False),
        (Line(), False),
        (print, False),
        (None, False),
    ],
)
def test_which_of_these_cannot_fail(value: Any, primitive: bool) -> None:
    assert is_primitive(value) is primitive
