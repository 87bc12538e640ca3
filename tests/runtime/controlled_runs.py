"""One controlled experiment around a plain function."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.explore.eligible import Eligible
from pytest_taskfail.explore.menu import Menu
from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime import control as runtime_control
from pytest_taskfail.runtime.calls import CallProbe
from pytest_taskfail.runtime.experiment import STEPS_MAX, Experiment
from pytest_taskfail.runtime.reading.sources import Sources
from pytest_taskfail.runtime.scheduler import Abort

ROOT = Path(__file__).parents[2]
LIMIT = 20.0


@dataclass
class Run:
    """What came out of one experiment."""

    value: Any = None
    error: BaseException | None = None
    trace: Trace = field(default_factory=Trace)
    experiment: Experiment | None = None


class Around(ContextDecorator):
    """An experiment around a function. A decorator of contextlib, so that the function counts as the body of the test."""

    def __init__(self, run: Run, experiment: Experiment) -> None:
        self.run, self.experiment = run, experiment

    def __enter__(self) -> None:
        self.experiment.begin()

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> bool:
        self.run.error = error
        self.run.trace = self.experiment.end(error)
        return error is None or isinstance(error, Exception | Abort | asyncio.CancelledError)


Control = Callable[..., Run]


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """Runs a function as one experiment: `control(function, "PLAN", "SCHEDULE", probe=False)`.

    Threads that are there already belong to other tests or to plugins: they wake nobody.
    """
    there = frozenset(thread.ident for thread in threading.enumerate())
    monkeypatch.setattr(runtime_control, "tool_threads", there)
    with controlling() as control:
        yield control


@contextmanager
def controlling() -> Iterator[Control]:
    """The same for a test that runs in a process of its own."""
    files = Sources(str(ROOT))

    def control(
        function: Callable[[], Any],
        plan: str = "",
        schedule: str = "",
        *,
        probe: bool = False,
        menu: bool = False,
        strict: bool = False,
        steps_max: int = STEPS_MAX,
    ) -> Run:
        experiment = Experiment(
            files,
            Plan.parse(plan),
            Schedule.parse(schedule) if schedule else Schedule(),
            menu=Menu(frozenset({"raise", "hold", "timer", "cancel"})) if menu else None,
            probe=probe,
            strict=strict,
        )
        experiment.scheduler.steps_max = steps_max
        run = Run(experiment=experiment)
        if not probe:
            run.value = Around(run, experiment)(function)()
            return run
        watch = CallProbe(files, Eligible(files, every=True))
        experiment.watch_thread = watch.watch_thread
        watch.start()
        try:
            run.value = Around(run, experiment)(function)()
        finally:
            watch.stop()
        return run

    with under_control(LIMIT):
        yield control


def alone(function: Callable[[Control], None]) -> None:
    """Runs a function of a test module in a process of its own, with a `control`: for what may hang."""
    module = Path(function.__code__.co_filename)
    code = f"import sys; sys.path.insert(0, {str(module.parent)!r}); import controlled_runs, {module.stem} as tests\n"
    code += f"with controlled_runs.controlling() as control: tests.{function.__name__}(control)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def value_of(control: Control) -> Callable[..., Any]:
    """Runs a function as one experiment that must go well, and returns what it returned."""

    def value_of(function: Callable[[], Any], *args: Any, **kwargs: Any) -> Any:
        run = control(function, *args, **kwargs)
        if run.error is not None:
            raise run.error
        assert (run.trace.stopped, run.trace.doubts, run.trace.alive) == ("", (), ())
        return run.value

    return value_of
