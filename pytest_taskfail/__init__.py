"""pytest-taskfail: breaks every task, at every point where it can break, and tells which failures your code does not survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checks import (
        assert_cancelled,
        assert_cleaned_up,
        assert_no_deadlock,
        assert_order,
        assert_surfaced,
        find_deadlock,
        find_disorder,
        find_left,
        find_not_cancelled,
        find_unseen,
    )
    from .errors import CheckFailed, Diverged, NotImportable, PlanError, TaskFailError, UnfiredFault
    from .model.faults import Cancel, Delay, Drop, Duplicate, Expire, Hold, Kill, Pickle, Raise, Twice
    from .model.plans import Injection, Plan
    from .model.points import Point, Selector
    from .model.schedules import Schedule
    from .model.traces import Event, Trace
    from .plugin_hand import TaskFail

_PLACES = {
    "checks": (
        "assert_cancelled assert_cleaned_up assert_no_deadlock assert_order assert_surfaced "
        "find_deadlock find_disorder find_left find_not_cancelled find_unseen"
    ),
    "errors": "CheckFailed Diverged NotImportable PlanError TaskFailError UnfiredFault",
    "model.faults": "Cancel Delay Drop Duplicate Expire Hold Kill Pickle Raise Twice",
    "model.plans": "Injection Plan",
    "model.points": "Point Selector",
    "model.schedules": "Schedule",
    "model.traces": "Event Trace",
    "plugin_hand": "TaskFail",
}
_HOMES = {name: module for module, names in _PLACES.items() for name in names.split()}

__all__ = [
    "Cancel", "CheckFailed", "Delay", "Diverged", "Drop", "Duplicate", "Event", "Expire", "Hold", "Injection", "Kill",
    "NotImportable", "Pickle", "Plan", "PlanError", "Point", "Raise", "Schedule", "Selector", "TaskFail", "TaskFailError",
    "Trace", "Twice", "UnfiredFault",
    "assert_cancelled", "assert_cleaned_up", "assert_no_deadlock", "assert_order", "assert_surfaced",
    "find_deadlock", "find_disorder", "find_left", "find_not_cancelled", "find_unseen",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
