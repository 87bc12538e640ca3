"""Each assertion has a twin that only finds, a method of the fixture, a public name, and an example that runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import pytest_taskfail
from pytest_taskfail import checks
from pytest_taskfail.model import notes, points
from pytest_taskfail.plugin_checks import Checks
from pytest_taskfail.runtime import record

MODULES = [importlib.import_module(f"{checks.__name__}.{one.name}") for one in pkgutil.iter_modules(checks.__path__)]
PUBLIC = {name: getattr(pytest_taskfail, name) for name in pytest_taskfail.__all__ if name != "TaskFail"}
ASSERTIONS = list(checks.TWINS)


@pytest.mark.parametrize("module", [*MODULES, notes, points, record], ids=lambda module: module.__name__)
def test_examples_run_with_the_public_names(module: ModuleType) -> None:
    result = doctest.testmod(module, extraglobs=PUBLIC)
    assert result.attempted
    assert result.failed == 0


@pytest.mark.parametrize("function", [*ASSERTIONS, *checks.TWINS.values()], ids=lambda function: function.__name__)
def test_every_helper_has_an_example_and_is_public(function: Callable[..., Any]) -> None:
    assert "Example:\n" in (function.__doc__ or "")
    assert f"{function.__name__}(" in str(function.__doc__).partition("Example:")[2]
    assert getattr(pytest_taskfail, function.__name__) is function


@pytest.mark.parametrize("function", ASSERTIONS, ids=lambda function: function.__name__)
def test_every_assertion_says_when_it_fails_and_is_a_method_of_the_fixture(function: Callable[..., Any]) -> None:
    assert "Raises:\n    CheckFailed:" in (inspect.getdoc(function) or "")
    own = [name for name in inspect.signature(function).parameters if name != "trace"]
    method = getattr(Checks, function.__name__)
    assert [name for name in inspect.signature(method).parameters if name != "self"] == own


@pytest.mark.parametrize("function", ASSERTIONS, ids=lambda function: function.__name__)
def test_the_twin_takes_what_the_assertion_takes(function: Callable[..., Any]) -> None:
    twin = checks.TWINS[function]
    assert [str(one) for one in inspect.signature(twin).parameters.values()] == [
        str(one) for one in inspect.signature(function).parameters.values()
    ]
