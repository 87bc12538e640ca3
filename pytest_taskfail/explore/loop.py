"""The loop: fault-free run twice, the complete sweep of single faults, faults in recovery code, then schedules.

After SQLite's anomaly testing (https://www.sqlite.org/testing.html, section 3): let every operation fail in turn until a run
meets no failure. The schedule search bounds preemptions after CHESS (Musuvathi and Qadeer, PLDI 2007).
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import Diverged, UnfiredFault
from ..laws import judge
from ..model.findings import Finding, Story
from ..model.plans import Plan
from ..model.points import Selector
from ..model.schedules import PYTHON, Schedule
from ..model.traces import Trace
from ..runtime import real
from ..runtime.calls import CallProbe
from ..runtime.experiment import Experiment
from ..runtime.sources import Sources
from . import added, random_orders, random_search, reduce, schedules
from .eligible import Eligible
from .menu import Menu
from .refusals import near_points, refuse_unfired
from .settings import Settings
from .strict import strict_finding, surfaces
from .surroundings import under_control

resource: Any = None
with contextlib.suppress(ImportError):  # not on Windows
    import resource

SWEEP_SHARE = 0.75
"""Of the budget, for the sweep of faults."""

GARBAGE_MAX = 20_000
PEAK_STEP = 64 * 1024
"""Garbage is collected only between two experiments: after so many objects, or when so many more KiB of memory are in use."""

SCHEDULES_SHARE = 0.3
"""Of the budget, for schedules after a sweep; without exceptions to inject they get all of it."""

RANDOM_SHARE = 0.5
"""Of the time for schedules, for random orders where the bounded search needs longer."""


@dataclass(slots=True)
class Outcome:
    """How the test ended: what came out of it, what it printed, and whether it skipped itself."""

    error: BaseException | None = None
    skipped: bool = False
    output: str = ""


Scenario = Callable[[], Outcome]
"""Runs the test once, with fresh fixtures, in the calling thread."""


@dataclass(slots=True)
class Report:
    """The result of exploring one test.

    Args:
        stories: the findings, each with the smallest experiment that shows it.
        unstable: points that two fault-free runs did not both reach.
        points: points after reduction; `raw_points` before.
        swept: faults tried; `left` of them were not, for want of budget.
        schedules: schedules tried; whether all with up to two preemptions were, else up to how many deviations.
        random_orders: random orders tried; of how many threads and choices.
        changed: experiments in which the test's own outcome changed.
        doubts: why runs were not under full control.
        why_not: why the test was not explored, in words; empty if it was.
        mode: `controlled` or `real`; `why_mode` says why it is real, `limits` which limits of time hold there.
    """

    stories: list[Story] = field(default_factory=list)
    golden: Trace = field(default_factory=Trace)
    unstable: list[str] = field(default_factory=list)
    points: int = 0
    raw_points: int = 0
    swept_points: int = 0
    swept: int = 0
    left: int = 0
    schedules: int = 0
    schedules_exhausted: bool = False
    deviations_complete: int = 0
    random_orders: int = 0
    threads: int = 0
    choices: int = 0
    experiments: int = 0
    changed: int = 0
    doubts: dict[str, None] = field(default_factory=dict)
    seconds: float = 0.0
    why_not: str = ""
    replayed: bool = False
    mode: str = "controlled"
    why_mode: str = ""
    limits: str = ""


class Explorer:
    """Explores one test.

    Args:
        scenario: runs the test once.
        files: whose code is whose.
        settings: what the user chose.
        progress: called now and then with the report so far.
    """

    def __init__(
        self,
        scenario: Scenario,
        files: Sources,
        settings: Settings,
        progress: Callable[[Report], None] = lambda report: None,
    ) -> None:
        self.scenario = scenario
        self.files = files
        self.settings = settings
        self.progress = progress
        self.report = Report()
        self.began = real.monotonic()
        self.peak = _peak_memory()
        self.menu = added.longer(Menu(settings.kinds, settings.strict), settings.kinds)
        self.probe = CallProbe(files, Eligible(files, every=bool(settings.points)))

    def explore(self) -> Report:
        """Runs everything that the budget allows."""
        with under_control(self.settings.limit):
            self._explore()
        self.report.seconds = real.monotonic() - self.began
        return self.report

    def list_points(self) -> Report:
        """Runs the test fault-free and says what could be injected."""
        with under_control(self.settings.limit):
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
        with under_control(self.settings.limit):
            golden = self._golden()
            if golden is None:
                return self.report
            self.report.golden = golden
            with self._probing():
                trace, outcome, experiment = self.run(plan, schedule, discover=True)
            refuse_unfired(experiment.unfired(), golden)
            if trace.diverged:
                raise Diverged(f"the schedule cannot be followed: {trace.diverged}; the code has changed since it was recorded")
            self._judge(plan, schedule, trace, outcome)
        self.report.seconds = real.monotonic() - self.began
        return self.report

    # ------------------------------------------------------------------ steps

    def _explore(self) -> None:
        golden = self._golden()
        if golden is None:
            return
        report = self.report
        report.golden = golden
        queue = reduce.representatives(golden.reached, self.settings)
        for text in self.settings.points:
            if not any(reduce.selected(Selector.parse(text), one.point) for one in golden.reached):
                raise UnfiredFault(f"points={text!r} of the taskfail marker matches nothing\n{near_points(text, golden)}")
        report.raw_points, report.points = len(golden.reached), len({case.point for case in queue})
        known = {reduce.group_of(reached.point) for reached in golden.reached}
        done_points = set()
        with self._probing():
            position = 0
            while position < len(queue):
                if self._out_of_time(SWEEP_SHARE):
                    report.left = len(queue) - position
                    break
                case = queue[position]
                position += 1
                plan = case.plan
                trace, outcome, experiment = self.run(plan, Schedule(), discover=len(plan.injections) <= self.settings.max_faults)
                report.swept += 1
                if experiment.unfired():
                    report.unstable.append(str(case.point))
                    continue
                done_points.add(case.point)
                self._judge(plan, Schedule(), trace, outcome)
                if len(plan.injections) <= self.settings.max_faults:
                    new = [reached for reached in trace.reached if reduce.group_of(reached.point) not in known]
                    for more in reduce.representatives(new, self.settings, plan):
                        queue.append(more)
                    known |= {reduce.group_of(reached.point) for reached in new}
                self.progress(report)
        report.swept_points = len(done_points)
        report.points = len({case.point for case in queue})
        self._try_plans(golden)
        if not report.stories:
            self._search_schedules(golden)

    def _try_plans(self, golden: Trace) -> None:
        """What plugins want to be tried."""
        with self._probing():
            for plan in self.settings.plans(golden):
                if self._out_of_time(1.0):
                    self.report.left += 1
                    continue
                trace, outcome, experiment = self.run(plan, Schedule())
                refuse_unfired(experiment.unfired(), golden)
                self.report.swept += 1
                self._judge(plan, Schedule(), trace, outcome)

    def _golden(self) -> Trace | None:
        """The fault-free run, twice: the test must pass, and points must be the same."""
        traces = []
        with self._probing():
            for _ in range(2):
                trace, outcome, _experiment = self.run(Plan(), Schedule(), discover=True)
                if outcome.skipped:
                    self.report.why_not = "it skips itself"
                    return None
                if outcome.error is not None or trace.stopped:
                    found = judge(trace, Trace()) if trace.stopped else []
                    if found and trace.stopped == "deadlock":  # that the loop never ends is not certain: the test has passed
                        self._tell(found[0], Plan(), Schedule(), trace, outcome)
                        return None
                    error = outcome.error
                    what = f"{type(error).__name__}: {error}" if error is not None else trace.stopped
                    self.report.why_not = f"it does not pass under control without any fault ({what})"
                    return None
                traces.append(trace)
        first, second = (tuple(str(reached.point) for reached in trace.reached) for trace in traces)
        self.report.unstable += sorted(set(first) ^ set(second))
        self._note_doubts(traces[-1])
        return traces[-1]

    def _search_schedules(self, golden: Trace) -> None:
        share = SCHEDULES_SHARE if "raise" in self.settings.kinds else 1.0
        began = real.monotonic()
        until = min(began + self.settings.budget * share, self.began + self.settings.budget)
        search = schedules.Search(golden.choices, expiry="timer" in self.settings.kinds)
        for schedule in search:
            if real.monotonic() > until - (until - began) * RANDOM_SHARE:
                break
            trace, outcome, _ = self.run(Plan(), schedule, probe=False)
            self.report.schedules += 1
            search.learn(schedule, trace.choices)
            if self._judge(Plan(), schedule, trace, outcome):
                break
            self.progress(self.report)
        self.report.schedules_exhausted = search.exhausted
        self.report.deviations_complete = search.deviations_complete
        if not self.report.stories and (search.cut or not search.exhausted):
            found = random_search.search(self, golden, until, real.monotonic() - began)
            if found is not None:
                self._judge(Plan(), *found)

    def finds(self, trace: Trace, outcome: Outcome) -> frozenset[str]:
        """The laws that a run without faults breaks."""
        laws = {finding.law for finding in judge(trace, self.report.golden, self.settings.laws)}
        fails = outcome.error is not None and not trace.stopped and self.settings.strict
        if fails and not self._surfaces(Plan(), trace, outcome):
            laws.add("strict")
        return frozenset(laws)

    def run(
        self,
        plan: Plan,
        schedule: Schedule,
        discover: bool = False,
        probe: bool = True,
        linger: bool = False,
        picker: random_orders.Picker | None = None,
    ) -> tuple[Trace, Outcome, Experiment]:
        """One experiment."""
        peak = _peak_memory()
        if gc.get_count()[0] > GARBAGE_MAX or peak - self.peak > PEAK_STEP:
            gc.collect()
            self.peak = peak
        experiment = Experiment(
            self.files,
            plan,
            schedule,
            menu=self.menu if discover else None,
            probe=probe,
            strict=self.settings.strict,
            seed=self.settings.seed,
            linger=linger,
        )
        experiment.scheduler.chooser.picker = picker
        if probe:
            experiment.watch_thread = self.probe.watch_thread
        experiment.begin()
        outcome = Outcome()
        try:
            outcome = self.scenario()
        finally:
            trace = experiment.end(outcome.error)
        self.report.experiments += 1
        if trace.stopped == "interrupted":
            self.began -= self.settings.budget  # the time limit of another plugin has passed: no more experiments
        return trace, outcome, experiment

    def _judge(self, plan: Plan, schedule: Schedule, trace: Trace, outcome: Outcome) -> list[Finding]:
        self._note_doubts(trace)
        found = self._confirmed(judge(trace, self.report.golden, self.settings.laws), plan, schedule)
        if outcome.error is not None and not trace.stopped:
            self.report.changed += 1
            if self.settings.strict and not self._surfaces(plan, trace, outcome):
                found.append(strict_finding(outcome.error, self.files))
        for finding in found:
            self._tell(finding, plan, schedule, trace, outcome)
        return found

    def _confirmed(self, found: list[Finding], plan: Plan, schedule: Schedule) -> list[Finding]:
        """A task that is about to end is not left behind: the same experiment again, with time for that."""
        if not any(finding.law == "leaked-task" for finding in found):
            return found
        trace, _, _ = self.run(plan, schedule, linger=True)
        again = {finding.key for finding in judge(trace, self.report.golden, self.settings.laws)}
        return [finding for finding in found if finding.law != "leaked-task" or finding.key in again]

    def _surfaces(self, plan: Plan, trace: Trace, outcome: Outcome) -> bool:
        """Whether what came out of the test is the injected fault."""
        return surfaces(outcome.error, trace) or isinstance(outcome.error, self.settings.tolerate)

    def _tell(self, finding: Finding, plan: Plan, schedule: Schedule, trace: Trace, outcome: Outcome) -> None:
        for number, story in enumerate(self.report.stories):
            if story.finding.key == finding.key:
                self.report.stories[number] = Story(
                    story.finding, story.plan, story.schedule, story.trace, story.same + 1, story.output
                )
                return
        self.report.stories.append(Story(finding, plan, schedule, trace, 0, outcome.output))

    def _note_doubts(self, trace: Trace) -> None:
        self.report.doubts.update(dict.fromkeys(trace.doubts))

    def _out_of_time(self, share: float) -> bool:
        return real.monotonic() - self.began > self.settings.budget * share

    @contextlib.contextmanager
    def _probing(self) -> Iterator[None]:
        self.probe.start()
        try:
            yield
        finally:
            self.probe.stop()


def _peak_memory() -> int:
    """The most memory that this process has used so far, in KiB; 0 where the system does not say."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource is not None else 0
