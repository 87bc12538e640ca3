"""What counts as entered by a fault: always a difference from the fault-free runs, and never what the tool itself does."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pytest_taskfail.errors import PlanError
from pytest_taskfail.explore.coverage import FailureCoverage, combine
from pytest_taskfail.explore.handler_coverage import HandlerCoverage
from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.runtime.handler_probe import Chosen
from pytest_taskfail.runtime.reading.sources import Sources


@pytest.fixture
def load(tmp_path: Path) -> Iterator[object]:
    """Makes a module of the user's from source."""

    def load(source: str) -> ModuleType:
        path = tmp_path / "users_program.py"
        path.write_text(textwrap.dedent(source))
        spec = importlib.util.spec_from_file_location("users_program", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["users_program"] = module
        spec.loader.exec_module(module)
        return module

    yield load
    sys.modules.pop("users_program", None)


def explored(module: ModuleType, kinds: frozenset[str] = frozenset({"raise"})) -> FailureCoverage:
    """All that faults of these kinds enter in `main()`."""

    def scenario() -> Outcome:
        try:
            module.main()
        except BaseException as error:
            return Outcome(error)
        return Outcome()

    files = Sources(str(Path(str(module.__file__)).parent))
    chosen = Chosen(files)
    explorer = Explorer(scenario, files, Settings(budget=5.0, kinds=kinds))
    coverage = explorer.coverage = HandlerCoverage(chosen)
    with coverage.watching(real=False):
        report = explorer.explore()
    assert not report.why_not
    return combine([("a test", coverage.as_data(report.left))], chosen)


def faults(found: FailureCoverage) -> dict[str, set[str]]:
    """The faults that have entered each handler, by its text."""
    return {entry.handler.text: {plan for _, plan in entry.faults} for entry in found.entries}


USUAL = """
    import threading

    CACHE = {}

    def look_up(key):
        try:
            return CACHE[key]
        except KeyError:
            return None

    def clean():
        try:
            return 1
        finally:
            CACHE.clear()

    def ask(gateway):
        look_up(1)
        try:
            gateway()
        except OSError:
            pass
        clean()

    def gateway():
        raise_nothing = 1
        if raise_nothing == 2:
            raise OSError

    def main():
        thread = threading.Thread(target=ask, args=(gateway,))
        thread.start()
        thread.join()
"""


def test_what_is_entered_without_faults_too_is_no_faults(load) -> None:
    found = explored(load(USUAL))
    entered = faults(found)
    assert entered["except KeyError"] == set()
    assert entered["finally"] == set()
    assert any(plan.startswith("raise OSError @ call:gateway") for plan in entered["except OSError"])
    reasons = {entry.handler.text: entry.why_not for entry in found.entries}
    assert reasons["except KeyError"] == "it is entered without any fault, and by none"
    assert reasons["finally"] == "no point reaches it: no fault was possible in what it guards"


def test_what_is_entered_without_faults_too_is_a_faults_when_its_own_exception_comes(load) -> None:
    source = USUAL.replace("return CACHE[key]", "gateway()\n            return CACHE[key]").replace(
        "except KeyError", "except Exception"
    )
    entered = faults(explored(load(source)))
    assert any(plan.startswith("raise OSError @ call:gateway") for plan in entered["except Exception"])


def test_tasks_that_are_ended_by_the_tool_enter_nothing(load) -> None:
    module = load(
        """
        import threading

        def forgetful(lock, gateway):
            lock.acquire()
            gateway()
            lock.release()

        def waits(lock):
            try:
                with lock:
                    pass
            except BaseException:
                raise
            finally:
                int("1")

        def gateway():
            if threading.active_count() > 100:
                raise OSError

        def main():
            lock = threading.Lock()
            threads = [threading.Thread(target=forgetful, args=(lock, gateway)), threading.Thread(target=waits, args=(lock,))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """
    )
    found = explored(module)
    assert faults(found) == {"except BaseException": set(), "finally": set(), "with lock": set()}


def test_a_fault_that_no_attempt_survives_enters_the_else_of_the_loop(load) -> None:
    module = load(
        """
        import threading

        def persist(gateway):
            for _ in range(3):
                try:
                    gateway()
                except OSError:
                    continue
                break
            else:
                int("1")

        def gateway():
            if threading.active_count() > 100:
                raise OSError

        def main():
            thread = threading.Thread(target=persist, args=(gateway,))
            thread.start()
            thread.join()
        """
    )
    entered = faults(explored(module))
    once, always = "raise OSError @ call:gateway in persist#0", "raise OSError always @ call:gateway in persist#0"
    assert {once, always} <= entered["except OSError"]
    assert always in entered["else of the for loop"]
    assert once not in entered["else of the for loop"]


def test_where_the_budget_ran_out_it_says_so(load) -> None:
    module = load(USUAL)
    chosen = Chosen(Sources(str(Path(str(module.__file__)).parent)))
    name = str(module.__file__)
    (clause,) = [entry.handler for entry in combine([], Chosen(chosen.files, (name,))).entries if "OSError" in entry.handler.text]
    data = {"files": [name], "lines": {name: [clause.guarded[0]]}, "usual": {}, "left": 3, "faults": {}}
    entries = combine([("a test", data)], chosen).entries
    assert [entry.why_not for entry in entries if entry.handler == clause] == [
        "the budget ran out before a fault reached it; a greater --taskfail-budget tries more"
    ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 has no sys.monitoring")
def test_other_tools_that_have_all_ids_are_named(load) -> None:
    taken = [number for number in (5, 2, 0) if sys.monitoring.get_tool(number) is None]
    for number in taken:
        sys.monitoring.use_tool_id(number, f"tool {number}")
    try:
        with pytest.raises(PlanError) as caught:
            explored(load(USUAL))
    finally:
        for number in taken:
            sys.monitoring.free_tool_id(number)
    assert str(caught.value).startswith("--taskfail-cov: no tool id of sys.monitoring is free; ")
    assert "tool 2" in str(caught.value)
    assert str(caught.value).endswith(" have them; run without one of these")
