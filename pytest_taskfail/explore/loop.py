"""The loop: fault-free run twice, the complete sweep of faults, then orders of threads, without faults and with them.

After SQLite's anomaly testing (https://www.sqlite.org/testing.html, section 3): let every operation fail in turn until a run
meets no failure. The schedule search bounds preemptions after CHESS (Musuvathi and Qadeer, PLDI 2007).
"""

from __future__ import annotations

import dataclasses

from ..errors import Diverged
from ..laws import judge
from ..model.plans import Plan, print_replay
from ..model.schedules import PYTHON, Schedule
from ..model.traces import Trace
from ..runtime import real
from . import eager_threads, fails_by_order, fault_orders, reduce, short_lines, shrink, together, turns
from .refusals import refuse_unfired
from .results import Report
from .runner import Runner
from .short_lines import spelt_out
from .sweep import combine, sweep, try_plans

SCHEDULES_SHARE = 0.3
"""Of the budget, for schedules after a sweep; without exceptions to inject they get all of it."""


class Explorer(Runner):
    """Explores one test."""

    def explore(self) -> Report:
        """Runs everything that the budget allows."""
        with self.under_control():
            self._explore()
        self.report.seconds = real.monotonic() - self.began
        return self.report

    def list_points(self) -> Report:
        """Runs the test fault-free and says what could be injected."""
        with self.under_control():
            golden = self._golden()
            if golden is not None:
                self.report.golden = golden
                self.report.points = len({case.point for case in reduce.representatives(golden.reached, self.settings)})
                self.report.raw_points = len(golden.reached)
        return self.report

    def replay(self, plan: Plan, schedule: Schedule) -> Report:
        """Runs the test fault-free once, then once under this plan and schedule.

        Raises:
            UnfiredFault: a fault of the plan never fired.
            Diverged: the schedule cannot be followed.
        """
        if schedule and schedule.python != PYTHON:
            raise Diverged(
                f"the schedule was recorded on {schedule.python}, this is {PYTHON}: schedules replay on one minor version only"
            )
        self.report.replayed = True
        with self.under_control():
            golden = self._golden()
            if golden is None:
                return self.report
            self.report.golden = golden
            with self.probing():
                trace, outcome, experiment = self.run(plan, schedule, discover=True)
                refuse_unfired(experiment.unfired(), golden)
                if trace.diverged:
                    why = f"the schedule cannot be followed: {trace.diverged}"
                    raise Diverged(f"{why}; the code has changed since it was recorded")
                self.judge(spelt_out(plan, trace), schedule, trace, outcome)
        given = print_replay(plan, schedule)
        self.report.stories[:] = [dataclasses.replace(story, line=given) for story in self.report.stories]
        self.report.seconds = real.monotonic() - self.began
        return self.report

    # ------------------------------------------------------------------ steps

    def _explore(self) -> None:
        golden = self._golden()
        if golden is None:
            return
        report = self.report
        report.golden = golden
        with self.probing():
            self._try_earlier()
            swept = sweep(self, golden)
            combine(self, golden)
            try_plans(self, golden)
            together.sweep_together(self, golden)
            if not report.stories:
                eager_threads.search(self, golden)
            if not report.stories:
                fault_orders.search(self, swept)
        if not report.stories:
            self._search_schedules(golden)
        with self.probing():
            shrink.shrink_all(self)
            short_lines.shorten_all(self)

    def _try_earlier(self) -> None:
        """The findings of earlier runs first: most are still there, and the others are gone."""
        for plan, schedule in self.settings.earlier:
            if schedule and schedule.python != PYTHON:
                continue
            if self.seconds_left() < 0:
                break
            trace, outcome, experiment = self.run(plan, schedule, probe=bool(plan))
            if not experiment.unfired() and not trace.diverged:
                self.judge(spelt_out(plan, trace), schedule, trace, outcome)

    def _golden(self) -> Trace | None:
        """The fault-free run, twice: the test must pass, and points must be the same."""
        traces = []
        with self.probing():
            for _ in range(2):
                trace, outcome, _experiment = self.run(Plan(), Schedule(), discover=True)
                if outcome.skipped:
                    self.report.why_not = "it skips itself"
                    return None
                if outcome.error is not None or trace.stopped:
                    found = judge(trace, Trace()) if trace.stopped else []
                    # That the loop never ends is not certain: the test has passed.
                    if trace.stopped == "deadlock" and self.come_again(found[:1], Plan(), Schedule()):
                        self.note_doubts(trace)
                        self.tell(found[0], Plan(), Schedule(), trace, outcome)
                        return None
                    for finding in fails_by_order.search(self, trace, outcome):
                        self.tell(finding, Plan(), Schedule(), trace, outcome)
                        return None
                    error = outcome.error
                    what = f"{type(error).__name__}: {error}" if error is not None else trace.stopped
                    self.report.why_not = f"it does not pass under control without any fault ({what})"
                    return None
                traces.append(trace)
        if self.lines.off:
            self.report.doubts.setdefault(self.lines.off)
        self.report.lines_seen = self.lines.seen
        self.report.spared = len(self.spared)
        first, second = (tuple(str(reached.point) for reached in trace.reached) for trace in traces)
        self.report.unstable += sorted(set(first) ^ set(second))
        self.note_doubts(traces[-1])
        return traces[-1]

    def _search_schedules(self, golden: Trace) -> None:
        share = SCHEDULES_SHARE if "raise" in self.settings.kinds else 1.0
        began = real.monotonic()
        until = min(began + self.settings.budget * share, self.began + self.settings.budget)
        turns.search(self, golden, until)
