"""What is submitted to an adapter that is checked. These functions count as the user's own code."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

Log = list[Any]


def add(log: Log, number: int, *, plus: int = 0) -> int:
    """Notes that it has been called."""
    log.append(number)
    return number + plus


def fail(error: BaseException) -> None:
    """Raises this very exception."""
    raise error


def ask(log: Log, number: int) -> int:
    """Makes a call that can fail."""
    return answer(log, number)


def answer(log: Log, number: int) -> int:
    """Is called by a task."""
    log.append(number)
    return number


def wait(gate: threading.Event, log: Log, number: int) -> int:
    """Waits until it may go on."""
    gate.wait()
    log.append(number)
    return number


def outer(submit: Callable[..., Any], log: Log, number: int) -> Any:
    """Submits a task itself; gives its handle."""
    return submit(add, log, number)
