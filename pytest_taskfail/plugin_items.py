"""Runs a pytest item again and again, each time with fresh function-scoped fixtures.

The one place that knows pytest's inner workings: `_setupstate`, `_initrequest`, `runtestprotocol`, which pytest-xdist and
pytest-rerunfailures rely on too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from .explore.results import Outcome
from .plugin_subtests import unheard
from .runtime import observe, patches
from .runtime.carriers import Abort
from .runtime.reading import sources
from .runtime.reading.sources import Sources

TEARDOWNS_MAX = 20


class Sibling:
    """Stands for a next test beside this one: what is wider than the function stays set up."""

    def __init__(self, item: pytest.Item) -> None:
        self.parent = item.parent
        self.nodeid = item.nodeid + "::taskfail"

    def listchain(self) -> list[Any]:
        return [*(self.parent.listchain() if self.parent is not None else []), self]


class Rerunner:
    """Runs one item.

    Args:
        item: the test.
        files: whose code is whose.
    """

    def __init__(self, item: pytest.Item, files: Sources) -> None:
        self.item = item
        self.sibling = Sibling(item)
        path = str(getattr(item, "path", ""))
        if path and files.kind(path) not in (sources.TEST, sources.TOOL):
            files.add_test_file(path)

    def first(self) -> list[pytest.TestReport]:
        """The ordinary run, not logged yet."""
        return runtestprotocol(self.item, log=False, nextitem=self.sibling)  # type: ignore[arg-type]

    def concurrency(self, run: Callable[[], Any]) -> tuple[Any, dict[str, int]]:
        """What `run` gives and how many threads, loops and processes it started."""
        patches.watch_modules()
        before = dict(observe.counts)
        result = run()
        if patches.watch_modules():  # loops or processes were imported on the way: look once more
            with unheard(self.item.session):
                run()
        return result, {what: observe.counts[what] - number for what, number in before.items()}

    def finish(self, nextitem: pytest.Item | None) -> pytest.TestReport | None:
        """Tears down what the next test does not need; a report only if that failed."""
        session = self.item.session
        state: Any = session._setupstate
        if session.shouldfail or session.shouldstop:
            nextitem = None
        call = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown")
        if call.excinfo is None:
            return None
        report: pytest.TestReport = self.item.ihook.pytest_runtest_makereport(item=self.item, call=call)
        return report

    def scenario(self) -> Outcome:
        """One run under an experiment."""
        with unheard(self.item.session) as failures:
            outcome = self._run()
        if failures and outcome.error is None:
            outcome.error = failures[0]
        return outcome

    def _run(self) -> Outcome:
        item: Any = self.item
        hook = item.ihook
        outcome = Outcome()
        item._initrequest()
        try:
            hook.pytest_runtest_setup(item=item)
            self._tell("setup")
            hook.pytest_runtest_call(item=item)
        except BaseException as error:
            outcome.error = error
        failure = item.__dict__.pop("_excinfo", None)  # where unittest.TestCase leaves what came out of a test
        if failure and outcome.error is None:
            outcome.error = failure[0].value
        self._tell("call")
        for _ in range(TEARDOWNS_MAX):
            try:
                hook.pytest_runtest_teardown(item=item, nextitem=self.sibling)
                break
            except Abort:
                continue
            except BaseException as error:
                outcome.error = outcome.error or error
                break
        sections = getattr(item, "_report_sections", [])
        outcome.output = "\n".join(f"--- {when} {name}\n{text}" for when, name, text in sections)
        sections.clear()
        item._request, item.funcargs = False, None
        if isinstance(outcome.error, KeyboardInterrupt | pytest.exit.Exception):
            raise outcome.error
        if isinstance(outcome.error, pytest.skip.Exception):
            return Outcome(skipped=True)
        return outcome

    @contextlib.contextmanager
    def aftermath(self) -> Iterator[None]:
        """While the other threads of an experiment run out, after the test: what they print is not for the terminal."""
        capture: Any = self.item.config.pluginmanager.getplugin("capturemanager")
        if capture is None or not capture.is_globally_capturing():
            yield
            return
        capture.resume_global_capture()
        try:
            yield
        finally:
            capture.suspend_global_capture(in_=False)
            capture.read_global_capture()

    def drain(self) -> str:
        """What a run in another process, which was stopped, has left in the capture that it shares with this one."""
        capture: Any = self.item.config.pluginmanager.getplugin("capturemanager")
        if capture is None or not capture.is_globally_capturing():
            return ""
        return "".join(capture.read_global_capture())

    def _tell(self, when: str) -> None:
        """Lets plugins know that a phase has ended: `tmp_path` asks for it when it is torn down. The report is not used."""
        call: Any = pytest.CallInfo.from_call(lambda: None, when=when)  # type: ignore[arg-type]
        self.item.ihook.pytest_runtest_makereport(item=self.item, call=call)


class AfterRun:
    """What is to be done when a run of another plugin has passed.

    Args:
        runner: runs the test again.
        nextitem: the test after this one.
        before: what had been started before the run.
    """

    def __init__(self, runner: Rerunner, nextitem: pytest.Item | None, before: dict[str, int]) -> None:
        self.runner = runner
        self.nextitem = nextitem
        self.before = before
        self.call_report: pytest.TestReport | None = None
        self.data: dict[str, Any] | None = None

    def started(self) -> dict[str, int]:
        """How many threads, loops and processes have been started since."""
        return {what: observe.counts[what] - number for what, number in self.before.items()}


AFTER_RUN: pytest.StashKey[AfterRun] = pytest.StashKey()
