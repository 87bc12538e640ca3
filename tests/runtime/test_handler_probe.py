"""The probe of handlers is exact on forty planted ones, beside coverage and without it, and disturbs nobody."""

import dis
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import CodeType

import pytest

from pytest_taskfail.runtime.reading.handler_list import handlers_of
from pytest_taskfail.runtime.reading.handler_offsets import entrances

HERE = Path(__file__).parent
PLANTED = HERE / "planted_handlers.py"
TOOLS = ["bare", "ctrace", *(["sysmon"] if sys.version_info >= (3, 12) else [])]
ERRORS = ("", "KeyError", "ValueError", "OSError")


def expected() -> dict[int, set[str]]:
    """What the comments say: the line of a handler -> the exceptions that enter it."""
    found = {}
    for number, line in enumerate(PLANTED.read_text().splitlines(), 1):
        comment = re.search(r"# by: (.+)", line)
        if comment:
            found[number] = set(comment[1].split()) - {"nothing"}
    return found


@cache
def ran(*arguments: str) -> dict:
    command = [sys.executable, str(HERE / "run_planted.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=HERE.parents[1])
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr  # coverage warns there if somebody takes its tracer away
    return json.loads(done.stdout)


def test_all_forty_are_listed_and_have_entrances() -> None:
    handlers = handlers_of(str(PLANTED))
    assert [handler.line for handler in handlers] == sorted(expected())
    assert len(handlers) >= 40
    todo = [compile(PLANTED.read_text(), str(PLANTED), "exec")]
    keys = set()
    for code in todo:
        keys |= {key for found in entrances(code).values() for key in found}
        todo += [const for const in code.co_consts if isinstance(const, CodeType)]
    assert {handler.key for handler in handlers} <= keys


@pytest.mark.parametrize("tool", TOOLS)
def test_each_handler_is_entered_by_exactly_those_exceptions(tool: str) -> None:
    lines = {handler.key: handler.line for handler in handlers_of(str(PLANTED))}
    seen: dict[int, set[str]] = {line: set() for line in lines.values()}
    for error, keys in ran(tool, "probe")["entered"].items():
        for key in keys:
            if key in lines:  # else it is the place where the clauses of a `try` are asked
                seen[lines[key]].add(error)
    assert seen == expected()


@pytest.mark.parametrize("tool", TOOLS)
def test_the_clauses_of_a_try_are_asked_whether_or_not_they_take_it(tool: str) -> None:
    attempts = {handler.attempt for handler in handlers_of(str(PLANTED)) if handler.text == "except KeyError"}
    entered = ran(tool, "probe")["entered"]
    assert not attempts & set(entered[""])
    assert attempts & set(entered["OSError"])


@pytest.mark.parametrize("tool", TOOLS)
def test_lines_are_those_that_run_under_each_exception(tool: str) -> None:
    lines = {error: set(found) for error, found in ran(tool, "probe")["lines"].items()}
    body = next(handler.body[0] for handler in handlers_of(str(PLANTED)) if handler.text == "except LookupError")
    assert [error for error in ERRORS if body in lines[error]] == ["KeyError"]


@pytest.mark.parametrize("tool", TOOLS[1:])
def test_coverage_measures_the_same_beside_the_probe(tool: str) -> None:
    alone, together = ran(tool)["measured"], ran(tool, "probe")["measured"]
    assert alone == together
    assert len(alone) > 100


def test_offsets_are_instructions() -> None:
    code = compile(PLANTED.read_text(), str(PLANTED), "exec")
    function = next(const for const in code.co_consts if isinstance(const, CodeType))
    assert set(entrances(function)) <= {step.offset for step in dis.get_instructions(function)}
