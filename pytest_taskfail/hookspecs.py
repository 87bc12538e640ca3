"""The extension points: hooks that a plugin or a `conftest.py` may implement. They run around a test, never at a point.

In a plugin that must also work where pytest-taskfail is not installed, mark each with `@pytest.hookimpl(optionalhook=True)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .model.custom import FaultKind
    from .model.findings import Finding, Verdict
    from .model.plans import Plan
    from .model.traces import Trace


@pytest.hookspec
def pytest_taskfail_executors(config: pytest.Config) -> Iterable[type | tuple[type, str]]:  # type: ignore[empty-body]
    """Types of executors whose tasks are to have points, in every test that is explored or uses the fixture.

    When: once, before the first exploration; not at all in a session that explores nothing.

    Args:
        config: of pytest.

    Returns:
        Types with a method `submit(function, *args, **kwargs)`, or pairs of a type and the name of such a method. The method
        must call what it is given once, in any thread, and pass on its result or exception as it is.

    Example:
        def pytest_taskfail_executors(config):
            from acme.pool import Pool
            return [Pool, (Scheduler, "enqueue")]
    """


@pytest.hookspec(firstresult=True)
def pytest_taskfail_wrap(thing: Any) -> Any:
    """An executor under control, for `taskfail.wrap(thing)`; for what has no method that takes a function and its arguments.

    When: at each call of `taskfail.wrap`, before our own adapters are asked.

    Args:
        thing: what the test wants to wrap.

    Returns:
        What the test uses in its place; `None` for what this plugin does not know. `pytest_taskfail.submit_task` makes a
        submitted callable a task, `pytest_taskfail.testing.check_adapter` says whether it is done well.

    Example:
        def pytest_taskfail_wrap(thing):
            from acme.queue import Queue
            return WrappedQueue(thing) if isinstance(thing, Queue) else None
    """


@pytest.hookspec
def pytest_taskfail_faults(config: pytest.Config) -> Iterable[FaultKind]:  # type: ignore[empty-body]
    """Kinds of faults, which then can be asked for, happen in sweeps, and are read back from replay lines.

    When: once, when pytest is configured; so it is seen in installed plugins, in those given by `-p`, and in each
    `conftest.py` that pytest loads before it collects.

    Args:
        config: of pytest.

    Returns:
        The kinds. A name that is taken ends the session with a usage error.

    Example:
        def pytest_taskfail_faults(config):
            from pytest_taskfail import FaultKind
            return [FaultKind("disk-full", fill, at=("call:*.save",), says="the disk is full at {name}", default=True)]
    """


@pytest.hookspec
def pytest_taskfail_laws(item: pytest.Item) -> Mapping[str, Callable[[Trace, Trace], Iterable[Finding]]]:  # type: ignore[empty-body]
    """Laws that judge every experiment of a test beside the universal ones.

    When: once for each test that is explored, before its first experiment.

    Args:
        item: the test.

    Returns:
        Functions by the names of the laws. Each is called with the trace of an experiment and that of the fault-free run, and
        gives `Finding`s of that name. What it finds in the fault-free run too is no finding. In a verdict the name
        `open-connection` reads OPEN CONNECTION. A name that is taken, or a law that fails, fails the test, in words.

    Example:
        def pytest_taskfail_laws(item):
            return {"open-connection": open_connection}
    """


@pytest.hookspec
def pytest_taskfail_plans(item: pytest.Item, golden: Trace) -> Iterable[Plan | str]:  # type: ignore[empty-body]
    """Plans that are tried after the sweep, within the budget of the test.

    When: once for each test that is explored, after the sweep.

    Args:
        item: the test.
        golden: what the fault-free run has seen; `golden.reached` are the points there are.

    Returns:
        Plans, or their texts. A fault among them that never fires fails the test.

    Example:
        def pytest_taskfail_plans(item, golden):
            saves = [str(one.point) for one in golden.reached if one.point.name == "Store.save"]
            return [" + ".join(f"raise OSError @ {save}" for save in saves)] if len(saves) > 1 else []
    """


@pytest.hookspec
def pytest_taskfail_finding(item: pytest.Item, verdict: Verdict) -> None:
    """A finding, for a log, a tracker, a chat.

    When: once for each finding, when the exploration of its test has ended, in the process that explored it (with
    pytest-xdist: the worker).

    Args:
        item: the test.
        verdict: the finding in short: `test`, `law`, `line`, `replay`.

    Example:
        def pytest_taskfail_finding(item, verdict):
            logging.getLogger("acme").error("%s: %s", verdict.test, verdict.line)
    """
