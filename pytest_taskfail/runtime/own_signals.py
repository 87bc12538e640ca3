"""Signals that a function of a test's would have given: where the fault keeps it from that, the test waits by its own doing.

A test hands a function to the production code and waits, itself, for the event that this function sets. If the function fails
before, the test waits for ever, and nobody learns anything about the production code. The same holds for what this function would
have called, or handed on to be called.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any

from . import stacks
from .reading import handlers, sources
from .reading.functions import unwrapped
from .reading.syntax import functions_of
from .reading.variables import Variables

if TYPE_CHECKING:
    from .experiment import Experiment
    from .tasks import Task

_SIGNALS = frozenset("set set_result set_exception put put_nowait notify notify_all release task_done send send_nowait".split())
"""Methods that wake whoever waits for their object."""

Promise = tuple["Task", CodeType, int]
"""A task, a function of a test file that it was in when a fault struck, and the identity of what this function gives signals by:
that is not kept alive."""


def promised(experiment: Experiment, task: Task, frame: FrameType, subject: Any) -> Iterator[Promise]:
    """What the functions of test files in which a fault strikes would have signalled.

    Args:
        experiment: in which it fires.
        task: in which it fires.
        frame: that has reached the point.
        subject: of the point.
    """
    for one in _struck(frame, subject):
        struck = _code(one)
        seen, functions = set[CodeType](), [one]
        if isinstance(subject, tuple) and one is subject[-1]:
            functions += _would_call(one)  # it has not begun yet
        for function in functions:
            code = _code(function)
            if code in seen or experiment.files.kind(code.co_filename) != sources.TEST:
                continue
            seen.add(code)
            for thing in _things(function):
                inner = getattr(thing, "__func__", thing)
                if isinstance(inner, FunctionType):
                    functions.append(inner)  # it would have been called, too
                elif thing is not None:
                    yield task, struck, id(thing)


def _would_call(one: FrameType | FunctionType) -> list[FrameType | FunctionType]:
    """The functions that a function calls by names of its own variables: those that it was given."""
    called = (part for part in _signalled(_code(one)) if isinstance(part, ast.Name) and part.id in _code(one).co_varnames)
    found = [handlers.value_of(part, {}, Variables(one) if isinstance(one, FrameType) else {}) for part in called]
    return [function for thing in found if isinstance(function := getattr(thing, "__func__", thing), FunctionType)]


def _code(one: FrameType | FunctionType) -> CodeType:
    return one.f_code if isinstance(one, FrameType) else one.__code__


def _things(one: FrameType | FunctionType) -> Iterator[Any]:
    """What a function gives signals by, and what it calls, as far as names tell."""
    for expression in _signalled(_code(one)):
        if isinstance(one, FrameType):
            yield handlers.value_of(expression, one.f_globals, Variables(one))
        else:
            yield handlers.value_of(expression, one.__globals__, _closure(one))


def is_missing(experiment: Experiment) -> bool:
    """Whether the test itself, or a task of its own, waits for a signal that a function of a test file has not given, as the
    fault struck in it."""
    if not experiment.promises:
        return False
    chains = _chains(experiment)
    awaited = {
        id(thing) for task, chain in chains if _is_tests(experiment, task) for thing in _waits_for(experiment, task, chain)
    }
    for task, code, thing in experiment.promises:
        still_there = any(frame.f_code is code for other, chain in chains if other is task for frame in chain)
        if not still_there and thing in awaited:
            return True
    return False


def _struck(frame: FrameType, subject: Any) -> Iterator[FrameType | FunctionType]:
    """The functions in which a fault strikes: their frames, or functions that have not begun."""
    given = unwrapped(getattr(subject, "function", None))
    given = getattr(given, "__func__", given)
    if isinstance(subject, tuple) and isinstance(subject[-1], FrameType):
        yield subject[-1]  # what is called there
    elif hasattr(subject, "frames"):
        yield from subject.frames()
    elif isinstance(given, FunctionType):
        yield given
    at: FrameType | None = frame
    while at is not None and at.f_code.co_name != "_run_once":
        yield at
        at = at.f_back


def _closure(function: FunctionType) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        with contextlib.suppress(ValueError):  # nothing has been assigned yet
            own[name] = cell.cell_contents
    return own


@functools.lru_cache(maxsize=256)
def _signalled(code: CodeType) -> list[ast.expr]:
    """What a function gives signals by: of which it calls such methods, or hands them on; and what it hands on or calls."""
    found = functions_of(code.co_filename).get((code.co_firstlineno, code.co_name))
    return [] if found is None else [by for part in found.body for by in _given(part)]


def _given(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return  # it is called by somebody else
    if isinstance(node, ast.Attribute) and node.attr in _SIGNALS:
        yield node.value
    elif isinstance(node, ast.Call):
        yield from (part for part in (node.func, *node.args) if isinstance(part, ast.Name | ast.Attribute))
    for child in ast.iter_child_nodes(node):
        yield from _given(child)


def _chains(experiment: Experiment) -> list[tuple[Task, list[FrameType]]]:
    """The frames of all tasks that have not ended, outermost first."""
    chains = [(task, task.coroutine.frames()) for task in experiment.tasks if task.coroutine is not None and not task.ended]
    for carrier in experiment.scheduler.carriers:
        frames, frame = [], stacks.stack_of(carrier.ident)
        while frame is not None:
            frames.append(frame)
            frame = frame.f_back
        chains.append((carrier.task, frames[::-1]))
    return chains


def _is_tests(experiment: Experiment, task: Task) -> bool:
    """Whether this is the test itself, or a task that a test file has written and started."""
    return task.is_test or (task.coroutine is not None and task.coroutine.is_main) or task.is_helper(experiment.files)


def _waits_for(experiment: Experiment, task: Task, chain: list[FrameType]) -> Iterator[Any]:
    """What the innermost function of the user's waits for, where a test file has it."""
    own = [number for number, frame in enumerate(chain) if experiment.is_users(frame)]
    if not own or experiment.files.kind(chain[own[-1]].f_code.co_filename) != sources.TEST:
        return
    if task.coroutine is not None:
        yield task.coroutine.awaited
    for frame in chain[own[-1] + 1 :]:
        yield frame.f_locals.get("self")
