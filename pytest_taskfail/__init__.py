"""pytest-taskfail: breaks every task, at every point where it can break, and tells which failures your code does not survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .adapters.executors import submit_task
    from .checks import (
        assert_breaker,
        assert_cancelled,
        assert_cleaned_up,
        assert_delivered,
        assert_dependents_skipped,
        assert_fan_in,
        assert_idempotent,
        assert_no_deadlock,
        assert_order,
        assert_recovered,
        assert_retried,
        assert_same_state,
        assert_stopped_all,
        assert_surfaced,
        assert_taken_over,
        find_bad_retries,
        find_breaker_faults,
        find_deadlock,
        find_difference,
        find_disorder,
        find_left,
        find_not_cancelled,
        find_not_stopped,
        find_not_taken_over,
        find_partial,
        find_repeated,
        find_run_dependents,
        find_undelivered,
        find_unrecovered,
        find_unseen,
    )
    from .errors import CheckFailed, Diverged, NotImportable, PlanError, TaskFailError, UnfiredFault
    from .explore.recovery import assert_recoverable, crash_at_each, find_unrecoverable
    from .model.custom import Custom, FaultKind
    from .model.faults import Cancel, Corrupt, Delay, Drop, Duplicate, Expire, Hold, Kill, Pickle, Raise, Twice
    from .model.findings import Finding, Verdict
    from .model.plans import Injection, Plan
    from .model.points import Point, Selector
    from .model.schedules import Schedule
    from .model.traces import Event, Trace
    from .plugin_hand import TaskFail
    from .runtime.noting import note
    from .runtime.record import record

_PLACES = {
    "adapters.executors": "submit_task",
    "checks": (
        "assert_breaker assert_cancelled assert_cleaned_up assert_delivered assert_dependents_skipped assert_fan_in "
        "assert_idempotent assert_no_deadlock assert_order assert_recovered assert_retried assert_same_state "
        "assert_stopped_all assert_surfaced assert_taken_over find_bad_retries find_breaker_faults find_deadlock "
        "find_difference find_disorder find_left find_not_cancelled find_not_stopped find_not_taken_over find_partial "
        "find_repeated find_run_dependents find_undelivered find_unrecovered find_unseen"
    ),
    "errors": "CheckFailed Diverged NotImportable PlanError TaskFailError UnfiredFault",
    "explore.recovery": "assert_recoverable crash_at_each find_unrecoverable",
    "model.custom": "Custom FaultKind",
    "model.faults": "Cancel Corrupt Delay Drop Duplicate Expire Hold Kill Pickle Raise Twice",
    "model.findings": "Finding Verdict",
    "model.plans": "Injection Plan",
    "model.points": "Point Selector",
    "model.schedules": "Schedule",
    "model.traces": "Event Trace",
    "plugin_hand": "TaskFail",
    "runtime.noting": "note",
    "runtime.record": "record",
}
_HOMES = {name: module for module, names in _PLACES.items() for name in names.split()}

__all__ = [
    "Cancel", "CheckFailed", "Corrupt", "Custom", "Delay", "Diverged", "Drop", "Duplicate", "Event", "Expire", "FaultKind",
    "Finding", "Hold", "Injection", "Kill", "NotImportable", "Pickle", "Plan", "PlanError", "Point", "Raise", "Schedule",
    "Selector", "TaskFail", "TaskFailError", "Trace", "Twice", "UnfiredFault", "Verdict", "assert_breaker",
    "assert_cancelled", "assert_cleaned_up", "assert_delivered", "assert_dependents_skipped", "assert_fan_in",
    "assert_idempotent", "assert_no_deadlock", "assert_order", "assert_recoverable", "assert_recovered", "assert_retried",
    "assert_same_state", "assert_stopped_all", "assert_surfaced", "assert_taken_over", "crash_at_each", "find_bad_retries",
    "find_breaker_faults", "find_deadlock", "find_difference", "find_disorder", "find_left", "find_not_cancelled",
    "find_not_stopped", "find_not_taken_over", "find_partial", "find_repeated", "find_run_dependents", "find_undelivered",
    "find_unrecoverable", "find_unrecovered", "find_unseen", "note", "record", "submit_task",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
