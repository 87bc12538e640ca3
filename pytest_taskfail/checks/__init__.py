"""Assertion helpers: pure functions of a trace, each with a `find_` twin that returns what it would complain of."""

from .breaker import assert_breaker, find_breaker_faults
from .cancelled import assert_cancelled, find_not_cancelled
from .deadlock import assert_no_deadlock, find_deadlock
from .delivered import assert_delivered, find_undelivered
from .dependents import assert_dependents_skipped, find_run_dependents
from .fan_in import assert_fan_in, find_partial
from .idempotent import assert_idempotent, find_repeated
from .left import assert_cleaned_up, find_left
from .order import assert_order, find_disorder
from .retried import assert_retried, find_bad_retries
from .state import assert_same_state, find_difference
from .stopped import assert_stopped_all, find_not_stopped
from .surfaced import assert_surfaced, find_unseen
from .taken_over import assert_recovered, assert_taken_over, find_not_taken_over, find_unrecovered

TWINS = {
    assert_breaker: find_breaker_faults,
    assert_cancelled: find_not_cancelled,
    assert_cleaned_up: find_left,
    assert_delivered: find_undelivered,
    assert_dependents_skipped: find_run_dependents,
    assert_fan_in: find_partial,
    assert_idempotent: find_repeated,
    assert_no_deadlock: find_deadlock,
    assert_order: find_disorder,
    assert_recovered: find_unrecovered,
    assert_retried: find_bad_retries,
    assert_same_state: find_difference,
    assert_stopped_all: find_not_stopped,
    assert_surfaced: find_unseen,
    assert_taken_over: find_not_taken_over,
}
"""Each assertion and the function that returns what it would complain of."""

__all__ = [
    "TWINS",
    "assert_breaker", "assert_cancelled", "assert_cleaned_up", "assert_delivered", "assert_dependents_skipped", "assert_fan_in",
    "assert_idempotent", "assert_no_deadlock", "assert_order", "assert_recovered", "assert_retried", "assert_same_state",
    "assert_stopped_all", "assert_surfaced", "assert_taken_over",
    "find_bad_retries", "find_breaker_faults", "find_deadlock", "find_difference", "find_disorder", "find_left",
    "find_not_cancelled", "find_not_stopped", "find_not_taken_over", "find_partial", "find_repeated", "find_run_dependents",
    "find_undelivered", "find_unrecovered", "find_unseen",
]  # fmt: skip
