"""A call that reads something fails as malformed input makes it fail, where a handler around it names just that."""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.explore.eligible import Eligible
from pytest_taskfail.explore.parsers import RULE, malformed
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(str(Path(__file__).parent))


def asked(callee: Any) -> list[type[BaseException]]:
    return malformed(callee, sys._getframe(1), FILES)


def no_handler(callee: Any) -> list[type[BaseException]]:
    return asked(callee)


def broad_handler(callee: Any) -> list[type[BaseException]]:
    try:
        return asked(callee)
    except Exception:
        return []


def other_handler(callee: Any) -> list[type[BaseException]]:
    try:
        return asked(callee)
    except (KeyError, OSError):
        return []


def of_values(callee: Any) -> list[type[BaseException]]:
    try:
        return asked(callee)
    except (TypeError, ValueError):
        return []


def of_json(callee: Any) -> list[type[BaseException]]:
    try:
        return asked(callee)
    except json.JSONDecodeError:
        return []


def of_caller(callee: Any) -> list[type[BaseException]]:
    try:
        return no_handler(callee)
    except ValueError:
        return []


@pytest.mark.parametrize("parser", [json.loads, base64.b64decode, time.strptime, datetime.fromisoformat])
def test_a_handler_that_names_what_the_parser_raises_says_that_it_may_fail(parser: Any) -> None:
    assert of_values(parser) == of_caller(parser) == [ValueError]


def test_the_exception_is_the_one_that_the_handler_names() -> None:
    assert of_json(json.loads) == [json.JSONDecodeError]
    assert of_json(base64.b64decode) == []


@pytest.mark.parametrize("reads", [no_handler, broad_handler, other_handler])
def test_without_such_a_handler_nobody_expects_malformed_input(reads: Callable[[Any], list[type[BaseException]]]) -> None:
    assert reads(json.loads) == []


@pytest.mark.parametrize("callee", [json.dumps, print, int, [].append, ValueError("x")])
def test_what_does_not_parse_is_left_alone(callee: Any) -> None:
    assert of_values(callee) == []


def test_such_a_call_is_a_point_of_its_own_rule() -> None:
    eligible = Eligible(FILES)
    try:
        inside = eligible(json.loads, None, sys._getframe())
    except ValueError:
        raise
    assert inside == RULE
    assert eligible(json.loads, None, sys._getframe()) == ""
