"""Runs experiments of one test and judges each of them."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..laws import judge
from ..model.findings import RETRY_STORM, Finding, Story
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import descriptors, real
from ..runtime.calls import CallProbe
from ..runtime.experiment import Experiment
from ..runtime.lines import LineProbe
from ..runtime.reading.sources import Sources
from ..runtime.registries import Registries, workers
from . import added
from .eligible import Eligible
from .menu import Menu
from .missing_work import is_missing_work
from .open_files import OpenFiles
from .random_orders import Picker
from .results import Outcome, Report, Scenario
from .scaffold import ProductionMenu, is_endless_poll, is_tests_part
from .settings import Settings
from .storms import retry_storm
from .strict import strict_finding, surfaces
from .surroundings import under_control

if TYPE_CHECKING:
    from .handler_coverage import HandlerCoverage

resource: Any = None
with contextlib.suppress(ImportError):  # not on Windows
    import resource

GARBAGE_MAX = 20_000
PEAK_STEP = 64 * 1024
"""Garbage is collected only between two experiments: after so many objects, or when so many more KiB of memory are in use."""


class Runner:
    """Runs experiments of one test and judges each of them.

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
        self.laws = settings.laws + (retry_storm,) * (RETRY_STORM in settings.asked)
        self.progress = progress
        self.report = Report()
        self.began = real.monotonic()
        self.peak = _peak_memory()
        self.spared: set[tuple[str, str]] = set()
        self.spares = settings.production and not settings.strict and not settings.points
        menu = ProductionMenu(settings.kinds, self.spared) if self.spares else Menu(settings.kinds, settings.strict)
        self.menu = added.longer(menu, settings.kinds)
        self.probe = CallProbe(files, Eligible(files, every=bool(settings.points)))
        self.lines = LineProbe(files, settings.lines)
        self.open_files = OpenFiles(self)
        self.coverage: HandlerCoverage | None = None
        self.registries: Registries | None = None
        self.aftermath: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext

    def run(
        self,
        plan: Plan,
        schedule: Schedule,
        discover: bool = False,
        probe: bool = True,
        linger: bool = False,
        picker: Picker | None = None,
        pausing: bool = False,
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
        experiment.scheduler.chooser.pausing |= pausing
        if probe:
            experiment.watch_thread = self._watch_thread
        elif self.settings.lines:
            experiment.watch_thread = self.lines.watch_thread
        if self.coverage is not None:
            self.coverage.begins(experiment, plan, golden=discover and not plan and not schedule)
        before = descriptors.open_now()
        experiment.begin()
        outcome = Outcome()
        try:
            outcome = self.scenario()
        finally:
            with self.aftermath():
                trace = experiment.end(outcome.error)
            opened = descriptors.new_since(before)
            trace = dataclasses.replace(trace, opened=opened) if opened else trace
            if self.coverage is not None:
                self.coverage.ended()
            if self.registries is not None:
                self.registries.drop(workers(experiment.workers))
        self.report.experiments += 1
        if trace.stopped == "interrupted":
            self.began -= self.settings.budget  # the time limit of another plugin has passed: no more experiments
        return trace, outcome, experiment

    def judge(self, plan: Plan, schedule: Schedule, trace: Trace, outcome: Outcome) -> list[Finding]:
        """The findings of an experiment, told in the report."""
        self.note_doubts(trace)
        if outcome.error is not None and not trace.stopped:
            self.report.changed += 1
        if RETRY_STORM not in self.settings.asked:
            known = {storm.key for storm in self.report.storms}
            self.report.storms += [storm for storm in retry_storm(trace, self.report.golden) if storm.key not in known]
        found = self.findings(plan, schedule, trace, outcome)
        told = {story.finding.key for story in self.report.stories}
        if trace.doubts and trace.stopped in ("", "deadlock") and not all(finding.key in told for finding in found):
            found = self.come_again(found, plan, schedule)
        for finding in found:
            self.tell(finding, plan, schedule, trace, outcome)
        return found

    def findings(self, plan: Plan, schedule: Schedule, trace: Trace, outcome: Outcome) -> list[Finding]:
        """What an experiment breaks: laws, and what a strict test promises."""
        found = self._confirmed(judge(trace, self.report.golden, self.laws), plan, schedule)
        found += self.open_files.findings(trace, plan, schedule)
        if self.spares:
            found = [finding for finding in found if not is_tests_part(finding, trace) and not is_endless_poll(finding, trace)]
            found = [finding for finding in found if not is_missing_work(finding, trace, lambda *how: self.run(*how)[0])]
        failed = outcome.error is not None and not trace.stopped and self.settings.strict
        if failed and not self._surfaces(schedule, trace, outcome):
            assert outcome.error is not None
            found.append(strict_finding(outcome.error, self.files))
        return found

    def come_again(self, found: list[Finding], plan: Plan, schedule: Schedule) -> list[Finding]:
        """What is still found when the same experiment is run once more: a run that was not under full control proves nothing.
        That is not asked of one that was stopped by the clock: it takes too long, and may not end by itself."""
        trace, outcome, _ = self.run(plan, schedule)
        again = {finding.key for finding in self.findings(plan, schedule, trace, outcome)}
        return [finding for finding in found if finding.key in again]

    def _confirmed(self, found: list[Finding], plan: Plan, schedule: Schedule) -> list[Finding]:
        """A task that is about to end is not left behind: the same experiment again, with time for that."""
        if not any(finding.law == "leaked-task" for finding in found):
            return found
        trace, _, _ = self.run(plan, schedule, linger=True)
        again = {finding.key for finding in judge(trace, self.report.golden)}
        return [finding for finding in found if finding.law != "leaked-task" or finding.key in again]

    def _surfaces(self, schedule: Schedule, trace: Trace, outcome: Outcome) -> bool:
        """Whether what came out of the test is the injected fault."""
        return surfaces(outcome.error, trace, schedule) or isinstance(outcome.error, self.settings.tolerate)

    def tell(self, finding: Finding, plan: Plan, schedule: Schedule, trace: Trace, outcome: Outcome) -> None:
        """Keeps a finding, or counts it where there is the same one."""
        for number, story in enumerate(self.report.stories):
            if story.finding.key == finding.key:
                self.report.stories[number] = dataclasses.replace(story, same=story.same + 1)
                return
        self.report.stories.append(Story(finding, plan, schedule, trace, 0, outcome.output))

    def note_doubts(self, trace: Trace) -> None:
        """Keeps why a run was not under full control."""
        self.report.doubts.update(dict.fromkeys(trace.doubts))

    def seconds_left(self, share: float = 1.0) -> float:
        """Seconds until this share of the budget is used up."""
        return self.began + self.settings.budget * share - real.monotonic()

    def _watch_thread(self) -> None:
        self.probe.watch_thread()
        self.lines.watch_thread()

    @contextlib.contextmanager
    def under_control(self) -> Iterator[None]:
        """What all experiments of the exploration share."""
        with under_control(self.settings.limit):
            self.lines.start()
            self.registries = Registries(self.files)
            try:
                yield
            finally:
                self.lines.stop()
                self.registries = None

    @contextlib.contextmanager
    def probing(self) -> Iterator[None]:
        """Calls are points meanwhile."""
        self.probe.start()
        try:
            yield
        finally:
            self.probe.stop()


def _peak_memory() -> int:
    """The most memory that this process has used so far, in KiB; 0 where the system does not say."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource is not None else 0
