"""An exception that only the experiment still knows keeps no frames alive, and is known to have been where it was."""

from __future__ import annotations

import contextlib
import gc
import sys
import weakref
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_taskfail.runtime import kept


class Connection:
    pass


class Handled:
    """An experiment that knows one exception, the connection in its frames, and who else refers to it."""

    def __init__(self) -> None:
        self.experiment: Any = SimpleNamespace(fired=[], errors=[], trails={}, wanted_after={}, wanted_reply={})
        self.connection: Any = None

    def fails(self, wraps: bool = False) -> None:
        connection = Connection()
        self.connection = weakref.ref(connection)
        error = OSError("injected")
        self.experiment.fired.append((None, None, None, error, 0))
        del error
        try:
            raise self.experiment.fired[0][3]
        except OSError as cause:
            if wraps:
                raise ValueError("in other words") from cause
            raise

    @property
    def names(self) -> list[str]:
        return [code.co_name for code, _, _ in kept.trail(self.experiment, self.experiment.fired[0][3])]


@pytest.fixture
def handled() -> Iterator[Handled]:
    gc.disable()
    yield Handled()
    gc.enable()


def test_what_was_handled_is_let_go(handled: Handled) -> None:
    try:
        handled.fails()
    except OSError:
        kept.let_go(handled.experiment)
        assert handled.connection() is not None  # it is just being handled
    names = handled.names
    kept.let_go(handled.experiment)
    assert handled.connection() is None
    assert handled.names == names == ["test_what_was_handled_is_let_go", "fails"]


def test_what_somebody_keeps_is_not(handled: Handled) -> None:
    errors = []
    try:
        handled.fails()
    except OSError as error:
        errors.append(error)
    kept.let_go(handled.experiment)
    assert handled.connection() is not None
    errors.clear()
    kept.let_go(handled.experiment)
    assert handled.connection() is None


def test_a_task_that_ended_with_it_is_no_other(handled: Handled) -> None:
    try:
        handled.fails()
    except OSError as error:
        handled.experiment.errors.append((None, error))
    kept.let_go(handled.experiment)
    assert handled.connection() is None


def test_what_comes_from_it_is_let_go_too(handled: Handled) -> None:
    try:
        handled.fails(wraps=True)
    except ValueError as error:
        handled.experiment.errors.append((None, error))
    kept.let_go(handled.experiment)
    assert handled.connection() is None


def test_what_comes_from_it_and_is_kept_is_not(handled: Handled) -> None:
    errors = []
    try:
        handled.fails(wraps=True)
    except ValueError as error:
        errors.append(error)
    kept.let_go(handled.experiment)
    assert handled.connection() is not None
    errors.clear()
    kept.let_go(handled.experiment)
    assert handled.connection() is None


def test_nobody_waits_for_the_return_of_a_call_that_has_raised(handled: Handled) -> None:
    wanted = handled.experiment.wanted_after

    def call() -> None:
        wanted[1] = (None, None, sys._getframe())
        kept.let_go(handled.experiment)
        assert list(wanted) == [1]  # it is still under way
        handled.fails()

    with contextlib.suppress(OSError):
        call()
    kept.let_go(handled.experiment)
    assert not wanted
    assert handled.connection() is None
