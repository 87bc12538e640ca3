"""The variables of a frame, looked at without keeping alive what the function drops."""

from __future__ import annotations

import sys
import weakref

from pytest_taskfail.runtime.reading import handlers
from pytest_taskfail.runtime.reading.variables import Variables


class Cursor:
    """Something that locks a table while it lives."""


def test_asking_what_handlers_name_keeps_nothing_alive() -> None:
    cursor = Cursor()
    seen = weakref.ref(cursor)
    try:
        kinds = handlers.prepared_types(sys._getframe())
    except LookupError:
        raise
    del cursor
    assert kinds == [LookupError]
    assert seen() is None


def test_own_variables_are_found_and_others_are_not() -> None:
    cursor = Cursor()
    variables = Variables(sys._getframe())
    assert variables["cursor"] is cursor
    assert "Cursor" not in variables
    assert variables.get("nothing") is None


def test_variables_of_an_outer_function_are_found_in_the_inner_one() -> None:
    cursor = Cursor()

    def inner() -> object:
        return Variables(sys._getframe())["cursor"], cursor

    assert inner() == (cursor, cursor)


def test_a_module_has_its_names_as_variables() -> None:
    space: dict[str, object] = {}
    exec("import sys; from pytest_taskfail.runtime.reading.variables import Variables; here = Variables(sys._getframe())", space)
    assert "sys" in space["here"]  # type: ignore[operator]
