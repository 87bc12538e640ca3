"""For authors of adapters: `check_adapter` says which promises an adapter keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import CheckFailed, PlanError
from ..runtime import control
from . import promises
from .subject import Subject

__all__ = ["check_adapter"]


def _submit(executor: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
    return executor.submit(function, *args, **kwargs)


def check_adapter(
    make: Callable[[], Any],
    *,
    submit: Callable[..., Any] = _submit,
    result: Callable[[Any], Any] = lambda handle: handle.result(),
    cancel: Callable[[Any], Any] | None = None,
    close: Callable[[Any], Any] = lambda executor: executor.shutdown(),
    watch: tuple[type, str] | None = None,
) -> None:
    """Runs every promise of an adapter: outside of an experiment, under control, and under faults.

    It takes about a second, and goes into an ordinary test, which does not ask for the fixture `taskfail`.

    Args:
        make: makes a fresh executor, as tests use it: wrapped, or of a type that is named in `watch`.
        submit: hands it a task: `submit(executor, function, *args, **kwargs)`; gives a handle.
        result: waits for a handle; gives what the function returned or raises what it raised.
        cancel: cancels a handle; true if the task will never run. By default the handle's own `cancel`, where it has one;
            without it nothing is promised about cancelling.
        close: waits until the executor has done all that it was given, then ends it.
        watch: the type and the name of the method, as `pytest_taskfail_executors` gives them.

    Raises:
        CheckFailed: with a line for each broken promise: what was expected, and what happened.
        PlanError: an experiment is under way already.

    Example:
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> check_adapter(lambda: ThreadPoolExecutor(2))
    """
    __tracebackhide__ = True
    if control.active is not None:
        raise PlanError("check_adapter runs experiments of its own: call it in a test without the fixture taskfail or its marker")
    subject = Subject(make, submit, result, cancel, close, watch)
    problems = []
    for promise in promises.ALL:
        words = (promise.__doc__ or "").rstrip(".")
        try:
            promise(subject)
        except promises.Broken as broken:
            problems.append(f"{words}: {broken}")
    if problems:
        head = f"taskfail: the adapter breaks {len(problems)} of {len(promises.ALL)} promises"
        raise CheckFailed("\n".join([head, *(f"  {problem}" for problem in problems)]))
