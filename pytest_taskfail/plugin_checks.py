"""The assertion helpers as methods of the fixture `taskfail`: each reads its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from . import checks
from .checks.dependents import Needs
from .checks.retried import TOLERANCE, Errors, Waits
from .explore.recovery import STEPS, assert_recoverable, crash_at_each
from .model.traces import Trace
from .runtime.crashes import LIMIT, MOST, Crash, Run
from .runtime.noting import note
from .runtime.reading.sources import Sources
from .runtime.record import Key, record

__tracebackhide__ = True


class Checks:
    """What can be asked of the trace of the present experiment; the functions of the same names take any trace."""

    @property
    def trace(self) -> Trace:
        raise NotImplementedError

    def record(
        self, function: Any, key: Key = None, *, name: str | None = None, failed: Callable[[Any], object] | None = None
    ) -> Any:
        """The function, with each call and its effect recorded in the trace; see `pytest_taskfail.record`."""
        return record(function, key, name=name, failed=failed)

    def note(self, kind: str, name: str, text: str = "") -> None:
        """Notes what a breaker, an emitter or a retry of one's own does; see `pytest_taskfail.note`."""
        note(kind, name, text)

    def assert_no_deadlock(self) -> None:
        """Nobody waits for something that will not come."""
        checks.assert_no_deadlock(self.trace)

    def assert_cleaned_up(self) -> None:
        """No lock is held by an ended task, and no thread, task or process is left."""
        checks.assert_cleaned_up(self.trace)

    def assert_surfaced(self, raised: BaseException | None = None, in_group: bool = False) -> None:
        """Somebody has seen every injected exception; with `raised` it is in what came out, with `in_group` inside of a group."""
        checks.assert_surfaced(self.trace, raised, in_group)

    def assert_cancelled(self, role: str, within: float | None = None) -> None:
        """After the first failure no pending task of this role went on, and those that ran have ended within so many seconds."""
        checks.assert_cancelled(self.trace, role, within)

    def assert_order(self, steps: Sequence[str | set[str]]) -> None:
        """These steps came in this order; those of a set in any order."""
        checks.assert_order(self.trace, steps)

    def assert_retried(
        self,
        name: str,
        *,
        attempts: int | range | None = None,
        waits: Waits | None = None,
        on: Errors | None = None,
        raised: BaseException | None = None,
        tolerance: float = TOLERANCE,
    ) -> None:
        """What failed was tried again so often, after these waits, on these errors, never after a cancellation; see
        `pytest_taskfail.assert_retried`."""
        checks.assert_retried(self.trace, name, attempts=attempts, waits=waits, on=on, raised=raised, tolerance=tolerance)

    def assert_idempotent(self, name: str, *, at_most: int = 1, at_least: int = 0) -> None:
        """The effect of a recorded function happened at most once for each key."""
        checks.assert_idempotent(self.trace, name, at_most=at_most, at_least=at_least)

    def assert_same_state(self, fault_free: Any, state: Any, where: str = "state") -> None:
        """What a run has left equals what the fault-free run has left."""
        checks.assert_same_state(fault_free, state, where)

    def assert_breaker(self, states: Sequence[str], name: str | None = None) -> None:
        """A circuit breaker went through these states, and counted no cancellation as a failure."""
        checks.assert_breaker(self.trace, states, name)

    def assert_dependents_skipped(self, needs: Needs) -> None:
        """What needs the result of something that failed was not run."""
        checks.assert_dependents_skipped(self.trace, needs)

    def assert_fan_in(self, whole: str, parts: str, count: int | None = None) -> None:
        """What gathers parts ended well only when every part had; else it failed too."""
        checks.assert_fan_in(self.trace, whole, parts, count)

    def assert_delivered(
        self,
        event: str,
        *,
        to: str | Iterable[str] | None = None,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """Each listener got each event as often as promised: exactly once if nothing else is said."""
        checks.assert_delivered(self.trace, event, to=to, exactly=exactly, at_least=at_least, at_most=at_most)

    def assert_stopped_all(self, role: str, within: float) -> None:
        """The first failure stopped all tasks of this role, within so many seconds after the flag, and nothing is left."""
        checks.assert_stopped_all(self.trace, role, within)

    def assert_recovered(self, name: str) -> None:
        """After a worker was killed the work went on, and no recorded key is lost."""
        checks.assert_recovered(self.trace, name)

    def assert_taken_over(self, name: str) -> None:
        """What a killed worker had begun was done again by another one."""
        checks.assert_taken_over(self.trace, name)

    @property
    def files(self) -> Sources:
        """Whose code is whose."""
        raise NotImplementedError

    def leave(self, what: str) -> None:
        """Ends the present experiment: what follows runs outside of it."""
        raise NotImplementedError

    def crash_at_each(
        self, run: Run, folder: Path, *, steps: str | Sequence[str] = STEPS, most: int = MOST, limit: float = LIMIT
    ) -> Iterator[Crash]:
        """Runs the code once for each persistence step, in a process that is killed just before it; see
        `pytest_taskfail.crash_at_each`. The test is no experiment from there on."""
        self.leave("crash_at_each")
        return crash_at_each(run, folder, steps=steps, most=most, limit=limit, files=self.files)

    def assert_recoverable(
        self,
        run: Run,
        recover: Run,
        state: Callable[[Path], Any],
        folder: Path,
        *,
        steps: str | Sequence[str] = STEPS,
        most: int = MOST,
        limit: float = LIMIT,
    ) -> None:
        """After a crash at each persistence step recovery comes to the state of the run without a crash; see
        `pytest_taskfail.assert_recoverable`. The test is no experiment from there on."""
        self.leave("assert_recoverable")
        assert_recoverable(run, recover, state, folder, steps=steps, most=most, limit=limit, files=self.files)
