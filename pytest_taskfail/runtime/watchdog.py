"""A real thread that looks on in real time: it hands the baton on where a thread blocks out of sight, and ends hangs."""

from __future__ import annotations

import sys

from . import control, real, stacks
from .carriers import Carrier
from .reading import sources
from .reading.sources import Sources

TICK = 0.01
TICK_WHILE_IDLE = 0.001
"""Seconds between two looks at the files of event loops, when nobody can run."""

BLOCKED_AFTER = 0.05
"""Seconds of real time at one instruction after which a thread is taken to be blocked in C."""

BUSY_AFTER = 1.0
"""Seconds without a step after which a computing thread shares the processor with the others."""

QUIET = 0.03
"""Seconds without any step after which no input or output of this process is taken to be on its way."""

STALLED_AFTER = 1.0
"""Seconds that a verdict waits for those who might still wake somebody: threads outside of control, open sockets."""

CHILD_TAKES = 10.0
"""Seconds that a child process may take before virtual time overtakes it."""

REAL_TIME_WORDS = ("process", "real time", "file lock", "C code", "computes")


class Watchdog:
    """Watches one experiment after the other.

    Args:
        limit: seconds of real time that one experiment may go on without ending.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._stop = real.allocate_lock()
        self._ended = real.allocate_lock()

    def start(self) -> None:
        """Begins to watch."""
        self._stop.acquire()
        self._ended.acquire()
        real.start_new_thread(self._watch, ())

    def stop(self) -> None:
        """Ends the watch and waits until its thread has gone."""
        self._stop.release()
        self._ended.acquire()

    def _watch(self) -> None:
        seen: object = None
        since = began = real.monotonic()
        watched: object = None
        while not self._stop.acquire(timeout=self._tick()):
            experiment = control.active
            if experiment is None:
                watched = None
                continue
            now = real.monotonic()
            if experiment is not watched:
                watched, began, seen = experiment, now, None
            scheduler = experiment.scheduler
            carrier, steps = scheduler.current, scheduler.steps
            if now - began > self.limit and not scheduler.stopped:
                experiment.doubt(f"it did not end within {self.limit:g} seconds of real time")
                scheduler.stop_from_outside("hang")
            if carrier is None:
                self._idle(experiment, now)
                continue
            if experiment.searching:
                seen = None
                continue
            here = (carrier, steps, _instruction(carrier))
            if here[:2] != (seen[:2] if isinstance(seen, tuple) else None):
                seen, since, moved = here, now, now
            elif isinstance(seen, tuple) and here != seen:
                seen, moved = here, now
            if scheduler.aborting:
                continue
            if now - moved >= BLOCKED_AFTER and not _is_ours(experiment.files, carrier):
                self._take(experiment, carrier, steps, "blocks in C code")
            elif now - since >= BUSY_AFTER:
                self._take(experiment, carrier, steps, "computes without a step")
        self._ended.release()

    def _tick(self) -> float:
        experiment = control.active
        idle = experiment is not None and experiment.scheduler.current is None
        return TICK_WHILE_IDLE if idle else TICK

    def _take(self, experiment: object, carrier: Carrier, steps: int, why: str) -> None:
        from .experiment import Experiment

        assert isinstance(experiment, Experiment)
        if carrier.state != "runnable" or experiment.scheduler.expecting is not None:
            return
        frame = stacks.stack_of(carrier.ident)
        _, user = stacks.split(frame, experiment.files)
        if experiment.scheduler.take_away(carrier, steps, why):
            place = f" at {experiment.files.place_of(user)}" if user is not None else ""
            experiment.doubt(f"{carrier.task.path} {why}{place}")

    def _idle(self, experiment: object, now: float) -> None:
        from .experiment import Experiment

        assert isinstance(experiment, Experiment)
        scheduler = experiment.scheduler
        if scheduler.try_files():
            return
        waited = now - scheduler.idle_since
        deadline = scheduler.next_deadline()
        real_time = any(word in why for why in scheduler.outside.values() for word in REAL_TIME_WORDS)
        if deadline is not None:
            patience = QUIET if not real_time else max(QUIET, deadline - scheduler.clock.now)
            if waited >= patience and scheduler.child_at_work():
                patience = max(patience, min(CHILD_TAKES, deadline - scheduler.clock.now))
        elif scheduler.draining:
            patience = QUIET * 4
        else:
            patience = self.limit if real_time else STALLED_AFTER
        if waited >= patience:
            if deadline is not None and (scheduler.outside or scheduler.files_open()):
                experiment.doubt("time passed while a thread was in a call of the operating system")
            scheduler.while_idle(scheduler.pass_time)


def _is_ours(files: Sources, carrier: Carrier) -> bool:
    """Whether a thread is at work for us: on the way from a look at a lock to the wait for it the baton is not taken away."""
    frame = sys._current_frames().get(carrier.ident)
    while frame is not None:
        layer = files.layers[frame.f_code.co_filename]
        if layer is sources.INSIDE:
            return True
        if layer is sources.WATCHED:
            return False
        frame = frame.f_back
    return False


def _instruction(carrier: Carrier) -> object:
    frame = sys._current_frames().get(carrier.ident)
    return None if frame is None else (id(frame), frame.f_lasti)
