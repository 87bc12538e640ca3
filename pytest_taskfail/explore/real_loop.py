"""The loop of real experiments: fault-free runs, the sweep of single faults, each finding confirmed by running it again.

Real processes and real time: a verdict is told only if it comes every time, and what cannot be judged is said.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import UnfiredFault
from ..laws import judge
from ..model.faults import Raise
from ..model.findings import Finding, Story
from ..model.plans import Injection, Plan
from ..model.points import Point
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import exceptions, real
from ..runtime.processes import papers, revive, side, tracing, world
from ..runtime.processes.watch import Limits
from ..runtime.reading.sources import Sources
from . import reduce
from .eligible import Eligible
from .handler_coverage import HandlerCoverage
from .real_menu import RealMenu
from .refusals import refuse_custom, refuse_unfired, refuse_unmatched
from .results import Report, Scenario
from .settings import Settings
from .strict import strict_finding
from .tried import Tried, tried

GOLDEN = Limits(quiet=1.0, timed=20.0, total=30.0)
SWEEP_SHARE = 0.3
"""Of the budget that the sweep gets in any case, however long the fault-free runs took."""

CONFIRMATIONS = {"hang": 1, "leaked-process": 2, "strict": 2}
"""How often a finding must come again; others once."""

REPLAYS = 3
"""How often a plan is tried in a replay, and again to be sure: a lock that is kept harms nobody where its process is the last."""

JUDGED = ("", "hang", "livelock")
"""Ends of an experiment that say something."""

CONSEQUENCES = frozenset(
    "BrokenExecutor BrokenProcessPool TerminatedWorkerError WorkerLostError KilledWorker MaybeEncodingError PicklingError "
    "UnpicklingError TimeoutError Empty Full BrokenBarrierError EOFError ConnectionResetError BrokenPipeError "
    "ConnectionRefusedError ProcessError RemoteError".split()
)
"""What the standard library and pools raise because a worker died or a value could not be pickled."""


class RealExplorer:
    """Explores one test by real experiments.

    Args:
        scenario: runs the test once.
        files: whose code is whose.
        settings: what the user chose.
        why: why these experiments are real ones, in words.
        progress: called now and then with the report so far.
        drain: gives what a stopped experiment has printed.
    """

    def __init__(
        self,
        scenario: Scenario,
        files: Sources,
        settings: Settings,
        why: str,
        progress: Callable[[Report], None] = lambda report: None,
        drain: Callable[[], str] = str,
    ) -> None:
        self.scenario = scenario
        self.files = files
        self.settings = settings
        self.progress = progress
        self.drain = drain
        self.report = Report(mode="real", why_mode=why)
        self.menu = RealMenu(settings.kinds, settings.strict, every=bool(settings.points))
        self.can_fail = Eligible(files, every=bool(settings.points))
        self.limits = GOLDEN
        self.coverage: HandlerCoverage | None = None
        self.began = real.monotonic()

    def explore(self) -> Report:
        """Runs everything that the budget allows."""
        with _prepared():
            if self._golden():
                self._try_earlier()
                self._sweep()
        self.report.seconds = real.monotonic() - self.began
        return self.report

    def list_points(self) -> Report:
        """Runs the test fault-free and says what could be injected."""
        with _prepared():
            passes = self._golden()
        if passes:
            golden = self.report.golden
            self.report.points = len({case.point for case in reduce.representatives(golden.reached, self.settings)})
            self.report.raw_points = len(golden.reached)
        return self.report

    def replay(self, plan: Plan, schedule: Schedule) -> Report:
        """Runs the test fault-free, then under this plan.

        Raises:
            UnfiredFault: a fault of the plan never fired.
        """
        self.report.replayed = True
        if schedule:
            raise UnfiredFault("a schedule replays under control only; this test starts processes, whose order is their own")
        refuse_custom(plan)
        with _prepared():
            self._replay(plan)
        self.report.seconds = real.monotonic() - self.began
        return self.report

    def _replay(self, plan: Plan) -> None:
        if not self._golden():
            return
        for _ in range(REPLAYS):
            trace, ended = self.run(plan)
            refuse_unfired(unfired(plan, trace), self.report.golden)
            if self._judge(plan, trace, ended):
                return

    # ------------------------------------------------------------------ steps

    def _golden(self) -> bool:
        """The fault-free run, twice: the test must pass, and points must be the same."""
        report = self.report
        traces, seconds, quiet = [], 0.0, 0.0
        for _ in range(2):
            trace, ended = self.run(Plan(), discover=True)
            if ended.told.get("skipped"):
                report.why_not = "it skips itself"
                return False
            problem = ended.told.get("error") or (_WORDS[ended.stopped] + ended.how.strip() if ended.stopped else "")
            if problem:
                report.why_not = f"it does not pass in a process of its own without any fault ({problem})"
                return False
            traces.append(trace)
            seconds, quiet = max(seconds, ended.told["seconds"]), max(quiet, ended.quiet)
            self.limits = dataclasses.replace(GOLDEN, left=len(trace.processes), threads=len(trace.alive))
        first, second = (tuple(str(one.point) for one in trace.reached) for trace in traces)
        report.unstable += sorted(set(first) ^ set(second))
        report.golden = traces[-1]
        self.limits = Limits(
            quiet=min(max(4 * quiet, 0.25), 2.0),
            timed=min(max(3 * seconds + 1, 2.0), 5.0),
            total=min(max(6 * seconds + 2, 3.0), 12.0, self.settings.limit),
            tasks=max(500, 50 * sum(event.kind == "submit" for event in report.golden.events)),
            left=self.limits.left,
            threads=self.limits.threads,
        )
        report.limits = (
            f"the fault-free run takes {seconds:.2f} s; a run is a hang when nothing moves and nobody waits with a time limit "
            f"for {self.limits.quiet:.2g} s, it is given up after {self.limits.total:.3g} s"
        )
        return True

    def _try_earlier(self) -> None:
        """The findings of earlier runs first; what had a schedule was found under control."""
        for plan, schedule in self.settings.earlier:
            if schedule:
                continue
            if real.monotonic() > self.began + self.settings.budget:
                break
            trace, ended = self.run(plan)
            if not unfired(plan, trace):
                self._judge(plan, trace, ended)

    def _sweep(self) -> None:
        report, golden = self.report, self.report.golden
        refuse_unmatched(self.settings.points, golden)
        queue = breadth_first(reduce.representatives(golden.reached, self.settings))
        known = {reduce.group_of(one.point) for one in golden.reached}
        report.raw_points, report.points = len(golden.reached), len({case.point for case in queue})
        done_points = set()
        now = real.monotonic()
        end = max(self.began + self.settings.budget, now + SWEEP_SHARE * self.settings.budget)
        position = 0
        while position < len(queue):
            if real.monotonic() > end:
                report.left = len(queue) - position
                report.tried += [Tried(left, "not tried") for left in queue[position:]]
                break
            case = queue[position]
            position += 1
            more = len(case.plan.injections) <= self.settings.max_faults
            trace, ended = self.run(case.plan, discover=more)
            report.swept += 1
            if len(trace.injected) < len(case.plan.injections):
                report.unstable.append(str(case.point))
                report.tried.append(Tried(case, "unfired"))
                continue
            done_points.add(case.point)
            report.tried.append(tried(case, self._judge(case.plan, trace, ended), bool(ended.told.get("error"))))
            if more:
                new = [one for one in trace.reached if reduce.group_of(one.point) not in known]
                queue += breadth_first(reduce.representatives(new, self.settings, case.plan))
                known |= {reduce.group_of(one.point) for one in new}
            self.progress(report)
        report.swept_points = len(done_points)
        report.points = len({case.point for case in queue})
        self._try_plans(end)

    def _try_plans(self, end: float) -> None:
        """What plugins want to be tried."""
        golden = self.report.golden
        for plan in self.settings.plans(golden):
            refuse_custom(plan)
            if real.monotonic() > end:
                self.report.left += 1
                continue
            trace, ended = self.run(plan)
            refuse_unfired(unfired(plan, trace), golden)
            self.report.swept += 1
            self._judge(plan, trace, ended)

    def run(self, plan: Plan, discover: bool = False) -> tuple[Trace, world.Ended]:
        """One experiment."""

        def orders(host: int) -> papers.Orders:
            menu = self.menu if discover else None
            cover = None if self.coverage is None else self.coverage.chosen
            return papers.Orders(str(plan), self.files, menu, self.can_fail, self.settings.strict, host, cover)

        ended = world.run(orders, lambda: self._told(plan), self.limits)
        self.report.experiments += 1
        if ended.stopped:
            ended.told["output"] = self.drain()
        if self.coverage is not None:
            self.coverage.read(ended.records, plan)
        return tracing.trace_of(ended, plan, self.files), ended

    def _told(self, plan: Plan) -> dict[str, Any]:
        """Runs the test, in its own process, and says how it went; the exception itself stays there."""
        outcome = self.scenario()
        error = outcome.error
        told: dict[str, Any] = {"skipped": outcome.skipped, "output": outcome.output, "error": "", "surfaced": False}
        if error is not None:
            text = str(error).splitlines()
            told["error"] = f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
            told["surfaced"] = side.is_marked(error)
            alone = any(one.at.task in side.own_processes() for one in plan.injections)
            told["accepted"] = isinstance(error, self.settings.tolerate) or surfaces(error, alone)
            told["finding"] = strict_finding(error, self.files)
        outcome.error = None
        return told

    # ------------------------------------------------------------------ judging

    def _judge(self, plan: Plan, trace: Trace, ended: world.Ended) -> list[Finding] | None:
        """The findings that came every time; `None` where nothing can be said."""
        if ended.stopped not in JUDGED:
            self.report.doubts.setdefault(_unjudged(ended, trace))
            return None
        if ended.told.get("error"):
            self.report.changed += 1
        found, told = self._findings(trace, ended), []
        for finding in found:
            known = any(story.finding.key == finding.key for story in self.report.stories)
            if known or self._comes_again(finding, plan):
                self._tell(finding, plan, trace, ended)
                told.append(finding)
            else:
                self.report.doubts.setdefault(f"{finding.law} under '{plan}' did not come every time, so it is not reported")
        return told if told or not found else None

    def _findings(self, trace: Trace, ended: world.Ended) -> list[Finding]:
        found = judge(trace, self.report.golden, self.settings.laws)
        if self.settings.strict and ended.told.get("error") and not ended.told.get("accepted"):
            found.append(ended.told["finding"])
        return found

    def _comes_again(self, finding: Finding, plan: Plan) -> bool:
        """Whether the test fails each time; in another order of processes a lock that is kept may hang somebody or nobody."""
        chances = REPLAYS if self.report.replayed else 1
        return all(any(self._fails(plan) for _ in range(chances)) for _ in range(CONFIRMATIONS.get(finding.law, 1)))

    def _fails(self, plan: Plan) -> bool:
        trace, ended = self.run(plan)
        return ended.stopped in JUDGED and bool(self._findings(trace, ended))

    def _tell(self, finding: Finding, plan: Plan, trace: Trace, ended: world.Ended) -> None:
        stories = self.report.stories
        for number, story in enumerate(stories):
            if story.finding.key == finding.key:
                stories[number] = Story(story.finding, story.plan, story.schedule, story.trace, story.same + 1, story.output)
                return
        stories.append(Story(finding, plan, Schedule(), trace, 0, ended.told.get("output", "")))


def breadth_first(cases: list[reduce.Case]) -> list[reduce.Case]:
    """Few experiments fit into the budget: every point gets its first exception and its kill before any gets another one."""
    ranks: dict[Point, int] = {}
    firsts: dict[reduce.Group, Point] = {}
    keys = []
    for number, case in enumerate(cases):
        late = firsts.setdefault(reduce.group_of(case.point), case.point) != case.point
        rank = 0
        if isinstance(case.fault, Raise):
            rank = ranks[case.point] = ranks.get(case.point, -1) + 1
        keys.append((rank + late, number))
    return [cases[number] for _, number in sorted(keys)]


@contextlib.contextmanager
def _prepared() -> Iterator[None]:
    """What all experiments of one exploration share."""
    revive.survey()
    try:
        yield
    finally:
        revive.forget()


def surfaces(error: BaseException, alone: bool = False) -> bool:
    """Whether what came out of a test is the injected fault, or what pools make of it.

    Args:
        error: what came out.
        alone: whether the fault struck a process that is a task itself: nothing but its exit code comes back from it, so any
            error that the code makes of that is the fault's.
    """
    if isinstance(error, AssertionError) and error.__cause__ is None:
        return False
    if side.is_marked(error):
        return True
    names = {kind.__name__ for one in exceptions.related(error) for kind in type(one).__mro__}
    if alone and isinstance(error, Exception) and not exceptions.is_programming_error(error):
        return True
    return bool(names & CONSEQUENCES)


def unfired(plan: Plan, trace: Trace) -> list[Injection]:
    """The faults of a plan that did not happen."""
    if len(trace.injected) >= len(plan.injections):
        return []
    fired = {str(fault.fault) + str(fault.point) for fault in trace.injected}
    return [one for one in plan.injections if str(one.fault) + str(one.at) not in fired] or list(plan.injections)


_WORDS = {
    "hang": "it hangs",
    "timed": "it waits with a time limit for long",
    "total": "it does not end in time",
    "spin": "a thread of it spins",
    "livelock": "it submits tasks without end",
    "died": "its process ended: ",
}


def _unjudged(ended: world.Ended, trace: Trace) -> str:
    where = next((f" at {wait.place}" for wait in trace.waits if wait.task == "test"), "")
    if ended.stopped == "died":
        return f"the test's own process ended in an experiment: {ended.how.strip().splitlines()[-1]}"
    what = "something waits with a time limit" if ended.stopped == "timed" else "something still goes on"
    return f"not judged: {what}{where}"
