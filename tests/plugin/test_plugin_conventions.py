"""What users of pytest expect of any plugin: colours, short output, JUnit, annotations, and many plugins at once."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import junitparser
import pytest
from plugin_runs import ALONE, Run, fails_in, load

VERDICT = "taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0"
SHORT = ("--taskfail", "--taskfail-budget=20")
EVERY_PLUGIN = tuple(name.removeprefix("no:") for name in ALONE if name not in ("no:faker", "no:cacheprovider"))

OTHERS = """
import threading
import time
import anyio
import asyncio
import pytest
from concurrent.futures import ThreadPoolExecutor

def fetch(number):
    return number

def test_mock(mocker):
    fake = mocker.Mock(return_value=7)
    mocker.patch(__name__ + ".fetch", fake)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(fetch, number) for number in range(3)]
    assert len([job.exception() for job in jobs]) == 3
    assert fake.call_count <= 3

def test_benchmark(benchmark):
    assert benchmark.pedantic(fetch, args=(1,), rounds=2) == 1

def test_snapshot(snapshot):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(fetch, number) for number in range(3)]
    assert len([job.exception() for job in jobs]) == snapshot

def test_properties(record_property, extras):
    record_property("mine", "7")
    thread = threading.Thread(target=fetch, args=(1,))
    thread.start()
    thread.join()

@pytest.mark.asyncio
async def test_asyncio():
    await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0.02))

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_anyio(anyio_backend):
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0.01)

@pytest.mark.timeout(60)
@pytest.mark.flaky(reruns=1)
def test_clock():
    began = time.monotonic()
    time.sleep(0.01)
    assert time.monotonic() > began
"""


def colours(text: str) -> dict[str, str]:
    """Lines without their colours, with the codes that begin them."""
    found = {}
    for line in text.splitlines():
        codes = re.match(r"((?:\x1b\[[\d;]*m)*)", line)
        found[re.sub(r"\x1b\[[\d;]*m", "", line)] = codes[1] if codes else ""
    return found


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_every_plugin_at_once(run: Run, shop: None, pytester: pytest.Pytester, spread: tuple[str, ...]) -> None:
    pytester.makepyfile(test_others=OTHERS)
    pytester.makeini("[pytest]\nasyncio_mode = strict\nasyncio_default_fixture_loop_scope = function\n")
    written = run("-q", "-p", "no:randomly", "--snapshot-update", "test_others.py", "-k", "snapshot", use=EVERY_PLUGIN)
    assert written.ret == 0, written.stdout.str()
    plain = run("-p", "randomly", *spread, use=EVERY_PLUGIN)
    plain.assert_outcomes(passed=10)
    options = (
        "--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json", "--timeout=60", "--cov=shop", "--html=out.html",
        "--self-contained-html", "--junitxml=out.xml", "--reruns=1", "--strict-markers", "--strict-config",
    )  # fmt: skip
    result = run(*options, *spread, use=EVERY_PLUGIN)
    text = result.stdout.str()
    assert fails_in(result) == ["test_pay"], text
    result.assert_outcomes(passed=9, failed=1)
    assert VERDICT in text
    assert "taskfail: 6 tests explored, 2 findings, 4 left alone (they start no task)" in text, (
        "a test that is run again counts once"
    )
    assert "1 snapshot passed" in text
    assert re.search(r"shop.py +\d+ +\d+ +\d+%", text)
    assert VERDICT in (pytester.path / "out.html").read_text()
    assert load(pytester)["test_pay"]["findings"]
    cases = {case.get("name"): case for case in ET.parse(pytester.path / "out.xml").iter("testcase")}
    assert len(cases) == 10
    found = [one for name in ("test_pay", "test_properties") for one in cases[name].iter("property")]
    properties = [(one.get("name"), one.get("value")) for one in found]
    replays = [value for name, value in properties if name == "taskfail.replay"]
    assert "raise ConnectionError @ call:Fake.charge in pay#0" in replays
    assert len(replays) == len(set(replays)), "each once"
    assert ("mine", "7") in properties
    assert len(junitparser.JUnitXml.fromfile(str(pytester.path / "out.xml"))) == 1, "others can read it"


@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["one process", "xdist"])
def test_verdicts_are_red_where_pytest_is_coloured(run: Run, shop: None, spread: tuple[str, ...]) -> None:
    result = run(*SHORT, "--color=yes", *spread, use=("xdist",))
    lines = colours(result.stdout.str())
    assert lines[VERDICT] in ("\x1b[31m\x1b[1m", "\x1b[1m\x1b[31m")
    (replay,) = [codes for line, codes in lines.items() if line.startswith("  replay") and "Fake.charge in pay#0" in line]
    assert replay == ""


@pytest.mark.parametrize("how", ["--color=no", "NO_COLOR", "no terminal"])
def test_no_colours_where_none_are_wanted(run: Run, shop: None, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    result = run(*SHORT, *([how] if how.startswith("--") else []))
    assert VERDICT in result.stdout.str()
    assert "\x1b" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["one process", "xdist"])
def test_tb_line_is_the_place_and_the_whole_verdict(run: Run, shop: None, spread: tuple[str, ...]) -> None:
    result = run(*SHORT, "--tb=line", *spread, use=("xdist",))
    assert f"test_shop.py:10: {VERDICT}" in result.stdout.lines


@pytest.mark.parametrize("style", ["short", "native", "long"])
def test_tb_styles_show_the_finding_once(run: Run, shop: None, style: str) -> None:
    text = run(*SHORT, f"--tb={style}").stdout.str()
    assert len([line for line in text.splitlines() if line == VERDICT]) == 1
    assert "  replay" in text


def test_tb_no_shows_the_verdict_in_the_short_summary_only(run: Run, shop: None) -> None:
    text = run(*SHORT, "--tb=no").stdout.str()
    assert f"FAILED test_shop.py::test_pay - {VERDICT}" in text
    assert "  replay" not in text


def test_quiet_says_no_more_than_what_failed(run: Run, shop: None) -> None:
    result = run(*SHORT, "-q", "--no-header")
    said = [line for line in result.stdout.lines if "taskfail" in line and "replay=" not in line]
    assert said[0] == VERDICT
    assert said[-1] == f"FAILED test_shop.py::test_pay - {VERDICT}"
    assert not [line for line in said if "explore" in line]
    whole = run(*SHORT, "--no-header", "--no-summary").stdout.str()
    assert "explore" not in whole


def test_github_annotations_say_the_verdict_first(run: Run, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for spread in ((), ("-n", "1")):
        result = run(*SHORT, *spread, use=("xdist", "pytest_github_actions_annotate_failures"))
        (line,) = [line for line in result.stderr.lines if line.startswith("::error")]
        assert line.startswith(f"::error file=test_shop.py,line=10::test_pay%0A%0A{VERDICT}%0A")


def test_junit_message_is_the_verdict(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run(*SHORT, "--junitxml=out.xml")
    (failure,) = ET.parse(pytester.path / "out.xml").iter("failure")
    assert failure.get("message") == VERDICT


@pytest.mark.parametrize("asked", ["option", "ini"])
def test_a_step_summary_on_request(
    run: Run, shop: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    path = pytester.path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    run(*SHORT)
    assert path.read_text() == "before\n", "only on request"
    how = ("--taskfail-step-summary",) if asked == "option" else ("-o", "taskfail_step_summary=true")
    run(*SHORT, *how, "-n", "1", use=("xdist",))
    before, head, _, said, *rest = path.read_text().splitlines()
    assert (before, head) == ("before", "### pytest-taskfail")
    assert re.fullmatch(r"Explored 1 tests?, \d findings?\.", said)
    (row,) = [line for line in rest if "Fake.charge in pay#0`" in line]
    assert row == (
        "| `test_shop.py::test_pay` | DEADLOCK when Fake.charge raises ConnectionError in task pay#0 "
        "| `raise ConnectionError @ call:Fake.charge in pay#0` |"
    )
    path.write_text("")
    run("--taskfail-step-summary")
    assert path.read_text() == "", "nothing was explored"


def test_a_step_summary_without_a_place_for_it(run: Run, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    result = run(*SHORT, "--taskfail-step-summary")
    assert "taskfail: no step summary is written, as GITHUB_STEP_SUMMARY is not set" in result.stdout.str()


def test_a_step_summary_that_cannot_be_written(run: Run, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary.md")
    result = run(*SHORT, "-q", "--taskfail-step-summary")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = "taskfail: no step summary is written, GITHUB_STEP_SUMMARY=/nowhere/summary.md: No such file or directory; "
    assert said + "GitHub Actions sets a file that can be" in result.stdout.str()


def test_warnings_of_experiments_are_not_told(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_warns="""
        import warnings
        from concurrent.futures import ThreadPoolExecutor

        def work():
            return 1

        def test_warns():
            warnings.warn("old", DeprecationWarning)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work).exception()
    """
    )
    run().assert_outcomes(passed=1, warnings=1)
    run("--taskfail", "--taskfail-budget=1").assert_outcomes(passed=1, warnings=1)
    run("-W", "error", "--taskfail", "--taskfail-budget=1").assert_outcomes(failed=1)


def test_benchmarks_name_their_clock(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_none="def test_none(): pass")
    assert "timer=time.perf_counter" in run(use=("benchmark",)).stdout.str()


def test_a_fault_in_a_mock_is_told_with_the_line_that_submitted_it(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_mock="""
        from concurrent.futures import ThreadPoolExecutor
        from unittest.mock import Mock

        def test_mock():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(Mock())
    """
    )
    text = run(*SHORT).stdout.str()
    assert "Mock#0     ended with the exception raised at test_mock.py:6" in text
    assert "operations.py" not in text


def test_start_up_imports_the_hooks_alone(pytester: pytest.Pytester) -> None:
    """What the hooks are about is imported when a plugin implements one."""
    code = (
        "import sys, pytest; before = set(sys.modules); import pytest_taskfail.hookspecs, pytest_taskfail.plugin_hooks; "
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    result = pytester.run(sys.executable, "-c", code)
    assert result.stdout.lines == [
        "['pytest_taskfail', 'pytest_taskfail.errors', 'pytest_taskfail.hookspecs', 'pytest_taskfail.plugin_hooks']"
    ]
