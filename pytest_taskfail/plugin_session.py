"""What one pytest session explores and says."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .model.counts import count
from .plugin_coverage import RAW, CoverageReport, watcher
from .plugin_settings import MARKER, Options, check_marker, is_off, read_replay, settings_for
from .plugin_text import FindingText
from .runtime import control

if TYPE_CHECKING:
    from .explore.loop import Explorer
    from .explore.real_loop import RealExplorer
    from .explore.results import Report
    from .plugin_items import Rerunner
    from .runtime.reading.sources import Sources

PROGRESS_EVERY = 1.0
"""Seconds between two lines of progress in a terminal."""

MISUSE: pytest.StashKey[str] = pytest.StashKey()


class Session:
    """One pytest session.

    Args:
        config: of pytest.
        options: what was asked for.
    """

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self.config = config
        self.options = options
        self.exploring = False
        self._results: dict[str, dict[str, Any]] = {}
        self.alone = 0
        self.printed = 0.0
        self.not_written = ""
        self._files: Sources | None = None
        self.coverage: CoverageReport | None = None

    @property
    def results(self) -> list[dict[str, Any]]:
        """What is known of each test."""
        return list(self._results.values())

    @property
    def files(self) -> Sources:
        """Whose code is whose."""
        if self._files is None:
            from .runtime.reading.sources import Sources

            self._files = Sources(str(self.config.rootpath), tuple(self.config.getini("python_files")))
        return self._files

    def header(self) -> str | None:
        """A line for the head of the run, where there is something to say."""
        if not self.options.active:
            return None
        what = "replays" if self.options.replay else "lists points" if self.options.listing else "explores every test"
        return f"taskfail: {what}, at most {self.options.budget:g} s each"

    def check_items(self, items: list[pytest.Item]) -> None:
        """Refuses markers that cannot mean what they say."""
        if self.options.replay is not None and not hasattr(self.config, "workerinput"):
            try:
                read_replay(self.options.replay)
            except ValueError as error:
                raise pytest.UsageError(f"--taskfail-replay: {error}") from None
        marked = False
        for item in items:
            marker = item.get_closest_marker(MARKER)
            if marker is not None:
                marked = marked or not is_off(item)
                try:
                    check_marker(item, marker)
                except pytest.UsageError as error:
                    if not hasattr(self.config, "workerinput"):
                        raise
                    item.stash[MISUSE] = str(error)  # a worker of pytest-xdist cannot end the session with a usage error
        if marked and self.options.marked:
            from .plugin_hooks import add_executors
            from .runtime import patches

            add_executors(self.config)
            patches.arm()

    def wants(self, item: pytest.Item) -> bool:
        """Whether a test is to be explored."""
        if not isinstance(item, pytest.Function) or not self.options.marked:
            return False
        if not self.options.active and (item.get_closest_marker(MARKER) is None or is_off(item)):
            return False
        return "taskfail" not in item.fixturenames and MISUSE not in item.stash

    # ------------------------------------------------------------------ running

    def protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Runs and explores a test, or leaves it to others."""
        if not self.wants(item):
            return self._by_hand(item, nextitem)
        from .plugin_items import AFTER_RUN, AfterRun, Rerunner
        from .runtime import observe, patches

        runner = Rerunner(item, self.files)
        if self._is_rerun(item):
            patches.watch_modules()
            item.stash[AFTER_RUN] = AfterRun(runner, nextitem, dict(observe.counts))
            return None
        reports, started = runner.concurrency(runner.first)
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        data = None
        if all(report.passed for report in reports):
            data = self._consider(item, runner, started)
        self._log(item, reports, runner.finish(nextitem), data)
        return True

    def _by_hand(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Runs a test that places faults by hand; once more, in a process of its own, where a fault needs that."""
        if "taskfail" not in getattr(item, "fixturenames", ()) or MISUSE in item.stash or self._is_rerun(item):
            return None
        from .plugin_hand import NEEDS_REAL, RESTARTABLE
        from .plugin_items import Rerunner
        from .runtime import patches

        runner = Rerunner(item, self.files)
        marker = item.get_closest_marker(MARKER)
        item.stash[NEEDS_REAL] = marker is not None and marker.kwargs.get("mode") == "real"
        item.stash[RESTARTABLE] = True
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = [] if item.stash[NEEDS_REAL] else runner.first()
        if not item.stash[NEEDS_REAL] and "processes" in patches.watch_modules():
            reports = runner.first()  # they were imported on the way: those that it started were not seen
        if item.stash[NEEDS_REAL]:
            from . import plugin_real

            reports = plugin_real.run(runner, self.files)
        self._log(item, reports, runner.finish(nextitem), None)
        return True

    def _log(
        self, item: pytest.Item, reports: list[pytest.TestReport], late: pytest.TestReport | None, data: dict[str, Any] | None
    ) -> None:
        """Hands on the reports of a test; what its last clean-up said takes the place of the last one."""
        if late is not None:
            reports[-1] = late
        for report in reports:
            if data is not None:
                _attach(report, data)
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def made_report(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Where pytest-rerunfailures runs the test: explores when a run has passed, before that plugin looks at its reports."""
        from .plugin_items import AFTER_RUN

        after = item.stash.get(AFTER_RUN, None)
        if after is None or self.exploring:
            return
        if report.when == "call":
            after.call_report = report
        if report.when == "teardown" and report.passed and after.call_report is not None and after.call_report.passed:
            if after.data is None:
                after.data = self._consider(item, after.runner, after.started())
                after.runner.finish(after.nextitem)
            if after.data is not None:
                _attach(after.call_report, after.data)
                _attach(report, after.data)

    def _is_rerun(self, item: pytest.Item) -> bool:
        if not self.config.pluginmanager.hasplugin("rerunfailures"):
            return False
        return (
            bool(self.config.getoption("reruns", 0) or self.config.getini("reruns"))
            or item.get_closest_marker("flaky") is not None
        )

    def _consider(self, item: pytest.Item, runner: Rerunner, started: dict[str, int]) -> dict[str, Any] | None:
        """Explores a test that has passed, if it starts tasks."""
        from .explore.results import Report

        if is_off(item):
            return {"test": item.nodeid, "alone": True, "off": True, "texts": [], "findings": []}
        why_real = self._why_real(item, started)
        for what, words in _NOT_EXPLORED.items():
            if started[what] and not why_real:
                return self._data(item, Report(why_not=words))
        concurrent = started["threads"] or started["loops"] or why_real
        if not concurrent and self.options.replay is None:
            if item.get_closest_marker(MARKER) is not None:
                return self._data(item, Report(why_not="it is marked, but starts no thread, event loop or process"))
            self.alone += 1
            return {"test": item.nodeid, "alone": True, "texts": [], "findings": []}
        if _expected_to_fail(item):
            return self._data(item, Report(why_not="it is expected to fail"))
        return self._explore(item, runner, why_real)

    def _why_real(self, item: pytest.Item, started: dict[str, int]) -> str:
        """Why a test is explored by real experiments, in words; empty for controlled ones."""
        marker = item.get_closest_marker(MARKER)
        asked = None if marker is None else marker.kwargs.get("mode")
        if asked is not None:
            return "the marker says so" if asked == "real" else ""
        return "it starts processes" if started["processes"] else ""

    def _explore(self, item: pytest.Item, runner: Rerunner, why_real: str) -> dict[str, Any]:
        from .errors import PlanError
        from .explore.loop import Explorer
        from .explore.results import Report
        from .model.faults import UnknownException
        from .plugin_hooks import with_added

        settings = settings_for(item, self.options, self.files)
        explorer: Explorer | RealExplorer
        try:
            settings = with_added(item, settings)
        except PlanError as error:
            return {**self._data(item, Report()), "texts": [f"taskfail: {error}"]}
        self.exploring = True
        if why_real:
            from .explore.real_loop import RealExplorer

            explorer = RealExplorer(runner.scenario, self.files, settings, why_real, self._progress(item), runner.drain)
        else:
            explorer = Explorer(runner.scenario, self.files, settings, self._progress(item))
            explorer.aftermath = runner.aftermath
        coverage = explorer.coverage = watcher(self.options.coverage, self.files)
        try:
            with warnings.catch_warnings(record=True):  # the ordinary run has told them
                with contextlib.nullcontext() if coverage is None else coverage.watching(real=bool(why_real)):
                    report = self._explored(explorer)
            data = self._data(item, report)
            if coverage is not None and data["explored"]:
                data[RAW] = coverage.as_data(explorer.report.left)
            return data
        except (PlanError, UnknownException) as error:
            data = self._data(item, explorer.report)
            data["texts"].append(f"taskfail: {error}")
            return data
        finally:
            self.exploring = False

    def _explored(self, explorer: Explorer | RealExplorer) -> Report:
        if self.options.replay is not None:
            return explorer.replay(*read_replay(self.options.replay))
        return explorer.list_points() if self.options.listing else explorer.explore()

    def _data(self, item: pytest.Item, report: Report) -> dict[str, Any]:
        from .plugin_hooks import tell
        from .plugin_memory import printed
        from .report.json import as_data
        from .report.text import list_points, render, with_laws

        data = as_data(item.nodeid, report, detailed=bool(self.options.report))
        replays = [
            printed(self.config.rootpath, item.nodeid, story.replay, self.options.lines) + with_laws(story)
            for story in report.stories
        ]
        data["texts"] = [render(*one, report, item.nodeid) for one in zip(report.stories, replays, strict=True)]
        data["outputs"] = [story.output for story in report.stories]
        data["listing"] = list_points(report) if self.options.listing else []
        data["lines_seen"] = report.lines_seen
        data["strict"] = item.get_closest_marker(MARKER) is not None
        tell(item, data)
        return data

    @contextlib.contextmanager
    def around_call(self, item: pytest.Item) -> Iterator[None]:
        """Around the test function: faults placed by hand, and findings of an exploration that came before."""
        control.files = lambda: self.files
        misuse = item.stash.get(MISUSE, None)
        if misuse:
            pytest.fail(misuse, pytrace=False)
        if self.exploring or "taskfail" not in getattr(item, "fixturenames", ()):
            yield
        else:
            from .plugin_hand import placed_by_hand

            with placed_by_hand(item, self.files):
                yield

    # ------------------------------------------------------------------ saying

    def _progress(self, item: pytest.Item) -> Any:
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        if reporter is None or not getattr(reporter, "isatty", False) or reporter.verbosity < 0:
            return lambda report: None
        self.printed = time.monotonic()

        def show(report: Report) -> None:
            now = time.perf_counter()
            if now - self.printed < PROGRESS_EVERY:
                return
            self.printed = now
            schedules, findings = count(report.schedules, "schedule"), count(len(report.stories), "finding")
            text = f"taskfail: {count(report.swept, 'fault')}, {schedules}, {findings}"
            capture = self.config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
                reporter.rewrite(f"{item.nodeid}: {text}", erase=True)

        self.printed = time.perf_counter()
        return show

    def add(self, report: pytest.TestReport, data: dict[str, Any]) -> None:
        """Keeps the result of a test, whose text is a plain one up to here: such travels and is what other plugins know."""
        self._results[data["test"]] = data  # a test that is run again counts once
        if data["texts"] and isinstance(report.longrepr, str):
            report.longrepr = FindingText(report.longrepr, report.location)  # type: ignore[assignment]


_NOT_EXPLORED = {
    "experiments": "it makes experiments of its own",
    "trio": "it runs on trio, whose loop is not under control; with anyio the asyncio backend is explored",
    "uvloop": "it runs on uvloop, whose loop is not under control; run the test on asyncio's own loop to explore it",
}


def _expected_to_fail(item: pytest.Item) -> bool:
    return any(not marker.args or marker.args[0] is not False for marker in item.iter_markers("xfail"))


def _attach(report: pytest.TestReport, data: dict[str, Any]) -> None:
    """Puts the result on the report of the call, which travels to the controller of pytest-xdist."""
    for finding in data["findings"]:
        report.user_properties.append(("taskfail.replay", finding["replay"]))
    if report.when != "call":
        return
    report.taskfail = data  # type: ignore[attr-defined]
    if data["texts"]:
        report.outcome = "failed"
        report.longrepr = "\n\n".join(data["texts"])
        report.sections[:] = [("Captured in the experiment", output) for output in data.get("outputs", ()) if output]
