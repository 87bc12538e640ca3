"""What the source says about handlers, raises and calls."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pytest_taskfail.runtime.reading import handlers


class Own(Exception):
    pass


def keep(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def frame() -> FrameType:
    """The frame of the caller, as it stands."""
    found = inspect.currentframe()
    assert found is not None
    assert found.f_back is not None
    return found.f_back


def prepared() -> list[Any]:
    return handlers.prepared_types(frame().f_back)  # type: ignore[arg-type]


def test_the_handlers_around_a_line_innermost_first() -> None:
    try:
        try:
            found = prepared()
        except (KeyError, Own):
            raise
    except OSError:
        raise
    assert found == [KeyError, Own, OSError]


def test_a_line_outside_of_every_try_has_none() -> None:
    try:
        pass
    except KeyError:
        pass
    assert prepared() == []


def test_the_handlers_do_not_guard_themselves_nor_else_nor_finally() -> None:
    found = []
    try:
        raise KeyError
    except KeyError:
        found += prepared()
    finally:
        found += prepared()
    try:
        pass
    except KeyError:
        pass
    else:
        found += prepared()
    assert found == []


def test_a_bare_except_takes_everything() -> None:
    try:
        found = prepared()
    except:
        raise
    assert found == [BaseException]


def test_suppress_is_a_handler() -> None:
    with contextlib.suppress(KeyError, Own), open(__file__, encoding="utf-8"):
        found = prepared()
    assert found == [KeyError, Own]


def test_an_exception_group_s_handler_is_one() -> None:
    try:
        found = prepared()
    except* OSError:
        raise
    assert found == [OSError]


def test_types_are_found_by_name_attribute_and_local_variable() -> None:
    kinds = (LookupError, Own)
    try:
        found = prepared()
    except kinds:
        raise
    except contextlib.suppress:  # type: ignore[misc]
        raise
    except inspect.ClosureVars:  # type: ignore[misc]
        raise
    assert found == [LookupError, Own]


def test_a_function_inside_of_a_try_has_its_own_handlers_only() -> None:
    try:

        def inner() -> list[Any]:
            return prepared()

        found = inner()
    except KeyError:
        raise
    assert found == []


def test_all_handlers_of_the_function_on_request() -> None:
    try:
        pass
    except KeyError:
        pass
    try:
        pass
    except OSError:
        pass
    assert handlers.prepared_types(frame(), whole_function=True) == [KeyError, OSError]


@keep
@functools.lru_cache
def decorated() -> None:
    raise Own("x")


def several(n: int) -> None:
    if n:
        raise ValueError(n)
    try:
        raise contextlib.suppress  # type: ignore[misc]
    except OSError as error:
        raise KeyError from error

    def inner() -> None:
        raise Own

    inner()


def asserts() -> None:
    raise AssertionError


def reraises(error: Exception) -> None:
    raise error


async def later() -> None:
    raise Own


def test_the_types_that_a_function_raises() -> None:
    assert handlers.types_raised(several.__code__, globals()) == [ValueError, KeyError]
    assert handlers.types_raised(asserts.__code__, globals()) == []
    assert handlers.types_raised(later.__code__, globals()) == [Own]
    assert handlers.types_raised(keep.__code__, globals()) == []


def test_whether_a_line_raises() -> None:
    first = reraises.__code__.co_firstlineno
    assert [handlers.raises_at(reraises.__code__, first + n) for n in range(3)] == [False, True, False]


def test_a_decorated_function_is_found_at_its_first_decorator() -> None:
    code = decorated.__wrapped__.__code__  # type: ignore[attr-defined]
    assert handlers.types_raised(code, globals()) == [Own]


def test_what_a_function_calls_as_far_as_names_tell() -> None:
    assert handlers.callees(prepared.__code__, globals(), {}) == [handlers.prepared_types, frame]
    assert handlers.callees(keep.__code__, globals(), {}) == []


def test_to_look_at_a_call_does_not_run_the_user_s_code() -> None:
    """`self.client.get()` names a property: to evaluate it might connect, wait or lock."""
    ran = []

    class Shop:
        @property
        def client(self) -> Any:
            ran.append("property")
            return self

        def get(self) -> None: ...

        def buy(self) -> None:
            self.client.get()

    handlers.callees(Shop.buy.__code__, globals(), {"self": Shop()})
    assert ran == []


@pytest.mark.parametrize(("error", "taken"), [(KeyError("x"), True), (OSError(), True), (ValueError(), False)])
def test_whether_a_handler_takes_an_exception(error: BaseException, taken: bool) -> None:
    first = guarded.__code__.co_firstlineno
    assert handlers.catches(guarded.__code__, first + 3, globals(), error) is taken
    assert not handlers.catches(guarded.__code__, first + 1, globals(), error)


def guarded() -> None:
    keep(guarded)
    try:
        keep(guarded)
    except (KeyError, OSError):
        keep(guarded)
    finally:
        keep(guarded)


def test_which_lines_are_recovery() -> None:
    first = guarded.__code__.co_firstlineno
    assert [handlers.in_recovery(guarded.__code__, first + n) for n in range(8)] == [False] * 5 + [True, False, True]


def test_code_without_source_has_nothing_to_say() -> None:
    names: dict[str, Any] = {}
    exec("def f():\n    raise KeyError", names)
    assert handlers.types_raised(names["f"].__code__, names) == []
    assert handlers.guards_around(names["f"].__code__, 2) == []
