"""What is noted of calls, retries, circuit breakers and deliveries: the kinds of these events, and how a retry reads."""

from __future__ import annotations

import re

ATTEMPT, EFFECT, FAILURE = "attempt", "effect", "failure"
"""A call of a recorded function begins; it has returned; it has raised."""

RETRY, BREAKER, COUNTED, EMIT, DELIVER = "retry", "breaker", "breaker-failure", "emit", "deliver"
"""Another attempt is planned; a breaker is in this state; it counts a failure; an event is sent; a listener gets it."""

CANCELLING = "cancelling"
"""The task goes on although it has been cancelled; said in front of an attempt or a retry."""

SAW = "saw"
"""A task has looked at a flag between processes and found it set."""

KILLED = "kill"
"""The fault that ends a worker, as text."""

LOST = "the reply was lost"
"""Stands for the error that a caller has seen of a call that had its effect."""

NOTED = (ATTEMPT, EFFECT, FAILURE, RETRY, BREAKER, COUNTED, EMIT, DELIVER)
"""What may be noted by hand or by an observer."""

_RETRY = re.compile(r"#(\d+) after (\S*), waits (\S+) s")


def retry_text(number: int, error: str, wait: float) -> str:
    """The note of a retry.

    Args:
        number: of the retry, counted from 1.
        error: name of the type of the exception that led to it; empty where a result did.
        wait: seconds until the next attempt.

    Example:
        >>> retry_text(1, "ConnectionError", 0.5)
        '#1 after ConnectionError, waits 0.5 s'
    """
    return f"#{number} after {error}, waits {wait:g} s"


def read_retry(text: str) -> tuple[int, str, float] | None:
    """What `retry_text` was given; `None` for another text.

    Example:
        >>> read_retry("#1 after ConnectionError, waits 0.5 s")
        (1, 'ConnectionError', 0.5)
    """
    found = _RETRY.fullmatch(text)
    return None if found is None else (int(found[1]), found[2], float(found[3]))


def error_text(error: BaseException) -> str:
    """An exception as a note has it: its type, and the beginning of its first line.

    Example:
        >>> error_text(OSError("down"))
        'OSError: down'
    """
    text = str(error).partition("\n")[0][:100]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
