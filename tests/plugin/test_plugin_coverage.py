"""Failure-path coverage: which handlers some fault has entered, on the terminal, as JSON, and as a data file of coverage."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from coverage import CoverageData
from plugin_runs import Run

BANK = """
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


class Bank:
    def __init__(self, gateway):
        self.gateway = gateway
        self.lock = threading.Lock()
        self.booked = []

    def pay(self, number):
        with self.lock:
            try:
                self.gateway.charge(number)
            except ConnectionError:
                self.undo(number)
            except LookupError:
                return None
            finally:
                self.booked.append(number)
        return number

    def undo(self, number):
        self.booked.append(-number)

    def report(self):
        try:
            self.booked.clear()
        except OSError:
            pass
        try:
            len(self.booked)
        except TypeError: pass  # pragma: no cover


def pay_all(bank):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(bank.pay, [1, 2]))


async def fetch(gate):
    async with gate:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            gate.closed = True
            raise
        finally:
            gate.left = True


class Gate:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await asyncio.sleep(0)


async def fetch_both():
    await asyncio.gather(fetch(Gate()), fetch(Gate()))
"""

TESTS = """
import asyncio

import bank


class Gateway:
    def charge(self, number):
        return number


def test_pay():
    book = bank.Bank(Gateway())
    bank.pay_all(book)
    {report}


def test_fetch():
    asyncio.run(bank.fetch_both())
"""

QUICK = ("--taskfail", "--taskfail-budget=4", "--taskfail-faults=raise,cancel")


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    pytester.makepyfile(bank=BANK, test_bank=TESTS.format(report="assert book.booked"))
    return pytester.path


def handlers(project: Path, name: str = "bank.py") -> dict[str, dict[str, Any]]:
    """What the JSON report says of the handlers of a file, by their text."""
    data = json.loads((project / "out.json").read_text())["handlers"]
    return {one["text"]: one for one in data["files"][name]}


def test_each_handler_is_told_with_its_faults_or_with_the_reason(run: Run, project: Path) -> None:
    result = run(*QUICK, "--taskfail-cov", "--taskfail-report=out.json")
    result.assert_outcomes(passed=2)
    found = handlers(project)
    faults = {text: {one["fault"].partition(" @ ")[0] for one in entry["faults"]} for text, entry in found.items()}
    assert faults["except ConnectionError"] == {"raise ConnectionError"} | {"raise ConnectionError always"}
    assert faults["except asyncio.CancelledError"] >= {"cancel"}
    assert not any("ConnectionError" in fault for fault in faults["with self.lock"])  # it is caught inside
    assert faults["with self.lock"]
    assert faults["async with gate"]
    assert faults["except LookupError"]
    assert found["except OSError"]["faults"] == []
    assert found["except OSError"]["why_not"] == "no explored test runs what it guards"
    assert "except TypeError" not in found
    text = result.stdout.str()
    assert "- taskfail: handlers that no fault has entered -" in text
    assert "bank.py: 8 of 9\n    30  except OSError: no explored test runs what it guards\ntaskfail: " in text
    assert "taskfail: 8 of 9 handlers were entered by a fault (89 %); written to .taskfail.coverage\n" in text


def test_a_program_with_a_handler_nobody_enters_fails_and_its_twin_passes(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(bank=BANK, test_bank=TESTS.format(report="book.report()"))
    options = (*QUICK, "--taskfail-cov", "--taskfail-cov-fail-under=95")
    broken = run(*options, "-q")
    broken.assert_outcomes(passed=2)
    assert broken.ret == pytest.ExitCode.TESTS_FAILED
    words = "taskfail: FAILED: faults have entered 8 of 9 handlers, 88.9 %; --taskfail-cov-fail-under asks for 95 %\n"
    assert words in broken.stdout.str()
    assert "except OSError" not in broken.stdout.str()  # -q
    pytester.makepyfile(bank=BANK.replace("except OSError:", "except OSError:  # pragma: no cover"))
    shutil.rmtree(pytester.path / "__pycache__", ignore_errors=True)
    repaired = run(*options, "-q")
    assert repaired.ret == pytest.ExitCode.OK, repaired.stdout.str()
    assert "taskfail" not in repaired.stdout.str()


def test_why_no_fault_has_entered(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        calc="""
        from concurrent.futures import ThreadPoolExecutor


        def ask(gateway):
            try:
                gateway.ask()
            except OSError:
                pass
            except ConnectionError:
                pass
            except BufferError.__class__:
                pass
            try:
                number = 1
            except ValueError:
                number = 2
            for _ in range(2):
                try:
                    number += 1
                except ValueError:
                    continue
                break
            else:
                number = 3
            return number


        def ask_all(gateway):
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(ask, gateway).result()
        """,
        test_calc="""
        from calc import ask_all


        class Gateway:
            def ask(self):
                pass


        def test_ask():
            ask_all(Gateway())
        """,
    )
    run("--taskfail", "--taskfail-budget=2", "--taskfail-faults=raise", "--taskfail-cov", "--taskfail-report=out.json")
    found = {entry["line"]: entry["why_not"] for entry in handlers(pytester.path, "calc.py").values()}
    by_text = handlers(pytester.path, "calc.py")
    assert by_text["except OSError"]["faults"]
    assert "clauses above it take what comes (" in by_text["except ConnectionError"]["why_not"]
    assert "ConnectionError" in by_text["except ConnectionError"]["why_not"]
    assert by_text["except BufferError.__class__"]["why_not"].startswith("needs __class__, which was not tried; what came was ")
    assert by_text["except ValueError"]["why_not"] == "no point reaches it: no fault was possible in what it guards"
    assert by_text["else of the for loop"]["why_not"] == "no fault makes all attempts of the loop fail"
    assert found


def test_the_data_file_has_a_context_for_each_fault_and_that_of_the_user_stays(run: Run, project: Path) -> None:
    (project / ".coverage").write_bytes(b"mine")
    run(*QUICK, "--taskfail-cov", "--taskfail-report=out.json")
    assert (project / ".coverage").read_bytes() == b"mine"
    data = CoverageData(str(project / ".taskfail.coverage"))
    data.read()
    assert data.measured_files() == {str(project / "bank.py")}
    contexts = data.contexts_by_lineno(str(project / "bank.py"))
    lines = BANK.strip("\n").splitlines()
    undo = lines.index("        self.booked.append(-number)") + 1
    entered = {f"test_bank.py::test_pay|{one['fault']}" for one in handlers(project)["except ConnectionError"]["faults"]}
    assert set(contexts[undo]) == entered
    assert set(contexts[lines.index("                self.gateway.charge(number)") + 1]) == {"no fault"}
    assert lines.index("            self.booked.clear()") + 1 not in contexts
    page = subprocess.run(
        [sys.executable, "-m", "coverage", "html", "--data-file=.taskfail.coverage", "--show-contexts", "-d", "page"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert page.returncode == 0, page.stdout + page.stderr
    (html,) = (project / "page").glob("*bank_py.html")
    assert "raise ConnectionError @ call:Gateway.charge in pay#0" in html.read_text()


@pytest.mark.parametrize("core", ["ctrace", *(["sysmon"] if sys.version_info >= (3, 12) else [])])
def test_it_says_the_same_beside_pytest_cov(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, core: str) -> None:
    options = (*QUICK, "--taskfail-cov", "--taskfail-report=out.json", "-k", "test_pay")
    run(*options)
    alone = handlers(project)
    monkeypatch.setenv("COVERAGE_CORE", core)
    result = run(*options, "--cov=bank", "--cov-report=term-missing", use=("pytest_cov",))
    result.assert_outcomes(passed=1, deselected=1)
    assert handlers(project) == alone
    assert "Trace function changed" not in result.stdout.str() + result.stderr.str()
    undo = BANK.strip("\n").splitlines().index("        self.booked.append(-number)") + 1
    missing = next(line for line in result.stdout.lines if line.startswith("bank.py  ")).partition("%")[2]
    assert str(undo) not in missing  # coverage has seen what only faults run


def test_workers_of_xdist_say_the_same_together(run: Run, project: Path) -> None:
    options = (*QUICK, "--taskfail-cov", "--taskfail-report=out.json")
    run(*options)
    alone = handlers(project)
    result = run(*options, "-n2", use=("xdist",))
    result.assert_outcomes(passed=2)
    assert {text: len(entry["faults"]) for text, entry in handlers(project).items()} == {
        text: len(entry["faults"]) for text, entry in alone.items()
    }


def test_verbose_tells_the_faults(run: Run, project: Path) -> None:
    text = run(*QUICK, "--taskfail-cov", "-v").stdout.str()
    assert "- taskfail: handlers, and the faults that have entered them -" in text
    assert "  except ConnectionError: " in text
    assert " faults, first raise ConnectionError @ call:Gateway.charge in pay#0\n" in text


def test_without_an_explored_test_nothing_is_known_and_a_limit_is_not_reached(run: Run, project: Path) -> None:
    result = run("--taskfail-cov", "--taskfail-cov-fail-under=1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    words = "taskfail: no test was explored, so no fault could enter a handler; give --taskfail, or mark tests\n"
    assert words in result.stdout.str()
    assert run("--taskfail-cov").ret == pytest.ExitCode.OK


def test_sources_are_files_folders_or_packages_also_those_that_nobody_imports(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        **{
            "shop/__init__": "",
            "shop/unused": "try:\n    x = 1\nexcept ValueError:\n    x = 2\n",
            "other": "try:\n    x = 1\nfinally:\n    x = 2\n",
            "test_it": "def test_it():\n    pass\n",
        }
    )
    for source, names in (("shop", ["shop/unused.py"]), ("other.py", ["other.py"]), ("other", ["other.py"])):
        run("--taskfail", f"--taskfail-cov={source}", "--taskfail-report=out.json")
        assert list(json.loads((pytester.path / "out.json").read_text())["handlers"]["files"]) == names
    pytester.makeini("[pytest]\ntaskfail_cov = shop other.py\ntaskfail_cov_fail_under = 50\n")
    result = run("--taskfail", "--taskfail-report=out.json", "-q")
    assert list(json.loads((pytester.path / "out.json").read_text())["handlers"]["files"]) == ["other.py", "shop/unused.py"]
    assert "; taskfail_cov_fail_under in the ini file asks for 50 %" in result.stdout.str()
