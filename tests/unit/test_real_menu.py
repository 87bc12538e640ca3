"""Real experiments are few: what is tried first, and which exceptions are worth one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pytest_taskfail.explore.real_loop import breadth_first, surfaces
from pytest_taskfail.explore.real_menu import RealMenu, travels
from pytest_taskfail.explore.reduce import representatives
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.model.faults import Fault, Kill, Pickle, Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Place, Reached
from pytest_taskfail.runtime import exceptions
from pytest_taskfail.runtime.processes import side
from pytest_taskfail.runtime.reading.sources import Sources

ONE, TWO, LASTING = Raise(OSError), Raise(KeyError), Raise(OSError, always=True)


def reached(kind: str, task: str, *faults: Fault) -> Reached:
    return Reached(Point(kind, "work", task), Place(), "", faults)


def test_every_point_gets_its_first_exception_and_its_kill_before_any_gets_another() -> None:
    tasks = [f"work#{number}" for number in range(4)]
    golden = [reached(kind, task, ONE, TWO, LASTING, Kill()) for kind in ("call", "start") for task in tasks]
    order = [(case.point.kind, case.point.task, case.fault) for case in breadth_first(representatives(golden, Settings()))]
    assert order[:4] == [
        ("call", "work#0", ONE),
        ("call", "work#0", Kill()),
        ("start", "work#0", ONE),
        ("start", "work#0", Kill()),
    ]
    assert {(kind, task) for kind, task, fault in order[4:] if fault in (ONE, Kill())} == {
        (kind, task) for kind in ("call", "start") for task in ("work#1", "work#3")
    }
    assert order[-1][2] in (TWO, LASTING)
    assert len(order) == len(set(order)) == 2 * (4 + 3 + 3)


class TwoArguments(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


class ByName(Exception):
    def __init__(self, *, code: str) -> None:
        super().__init__(code)


class Refuses(Exception):
    def __init__(self, number: int, other: int) -> None:
        super().__init__(number + other / 0)


def test_exceptions_are_made_from_as_many_texts_as_they_ask_for() -> None:
    assert str(exceptions.make_any(TwoArguments)) == f"{exceptions.MESSAGE} {exceptions.MESSAGE}"
    assert str(exceptions.make_any(ByName)) == exceptions.MESSAGE
    assert exceptions.make_any(Refuses) is None


class OfTheDriver(Exception):
    """Can be made from one text, and not be rebuilt from its pickle."""

    def __init__(self, key: str) -> None:
        super().__init__(key, "not there")


def plain() -> None:
    pass


def raises() -> None:
    raise OfTheDriver("key")


@pytest.mark.parametrize(("function", "offered"), [(plain, False), (raises, True)])
def test_what_cannot_travel_is_raised_in_a_worker_only_where_its_code_does(function: Callable[[], None], offered: bool) -> None:
    class Submission:
        alone, may_raise = False, [OfTheDriver, OSError]

    assert (travels(OfTheDriver), travels(OSError)) == (False, True)
    Submission.function = staticmethod(function)  # type: ignore[attr-defined]
    _, faults = RealMenu(frozenset({"raise"}))(None, None, "start", "work", None, Submission())
    assert [Raise(OfTheDriver) in faults, Raise(OSError) in faults] == [offered, True]


class Own:
    def __getstate__(self) -> Any:
        return None


@pytest.mark.parametrize(
    ("value", "faults"), [(1, 0), ("text", 0), ([1, {"a": (2, None)}], 0), (Own(), 2), ([Own()], 2), ({"a": Own()}, 2)]
)
def test_plain_data_can_be_pickled_unless_every_value_is_asked_for(value: object, faults: int) -> None:
    class Here:
        files = Sources(str(Path(__file__).parent))

    menu = RealMenu(frozenset({"pickle"}))
    assert len(menu(Here(), None, "pickle", "result", None, value)[1]) == faults
    every = RealMenu(frozenset({"pickle"}), every=True)
    assert every(Here(), None, "pickle", "result", None, value)[1] == (Pickle(), Pickle(decode=True))


class BrokenProcessPool(RuntimeError):
    """Stands for the one of the standard library, or of another pool: they are known by name."""


def _from(error: Exception, cause: Exception | None) -> Exception:
    error.__cause__ = cause
    return error


MARKED = side.mark(OSError("injected"), "here")


@pytest.mark.parametrize(
    ("error", "alone", "accepted"),
    [
        (MARKED, False, True),
        (_from(ValueError(), MARKED), False, True),
        (ExceptionGroup("two", [KeyError(), MARKED]), False, True),
        (BrokenProcessPool(), False, True),
        (_from(ValueError(), BrokenProcessPool()), False, True),
        (TimeoutError(), False, True),
        (_from(AssertionError(), MARKED), False, True),
        (AssertionError(), True, False),
        (ValueError(), False, False),
        (ValueError(), True, True),
        (TypeError(), True, False),
    ],
)
def test_what_counts_as_the_fault_that_surfaces(error: BaseException, alone: bool, accepted: bool) -> None:
    assert surfaces(error, alone) is accepted


class World:
    """As much of an experiment as the menu asks about calls."""

    files = Sources(str(Path(__file__).parent))

    def is_users(self, frame: FrameType) -> bool:
        return self.files.is_users(frame.f_code)

    def prepared_types(self) -> list[type[BaseException]]:
        return []


def can_fail(called: Callable[..., Any]) -> bool:
    """Whether a call that the caller makes of this can fail."""
    subject = ("it is input or output", called, None)
    return bool(RealMenu(frozenset({"raise"}))(World(), None, "call", "", sys._getframe(1), subject)[1])


def test_a_file_can_be_taken_away_in_a_finally_but_other_calls_can_fail_there() -> None:
    try:
        before = can_fail(os.unlink), can_fail(os.replace)
    finally:
        after = can_fail(os.unlink), can_fail(os.replace)
    assert (before, after) == ((True, True), (False, True))
