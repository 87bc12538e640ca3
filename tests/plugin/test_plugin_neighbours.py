"""Other plugins and pytest's own options: findings come through, and each keeps doing its work."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from plugin_runs import LIMIT, Run, fails_in, load

VERDICT = "taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0"


def test_xdist(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_more="""
        import pytest
        from test_shop import Fake
        from shop import Shop, pay_all

        @pytest.mark.parametrize("number", range(3))
        def test_good(number):
            pay_all(Shop(Fake()).pay_safely)
    """
    )
    result = run("--taskfail", "--taskfail-budget=2", "--taskfail-report=out.json", "-n", "2", use=("xdist",))
    text = result.stdout.str()
    result.assert_outcomes(passed=5, failed=1)
    assert VERDICT in text
    assert text.count("taskfail: 4 tests explored, 2 findings, 2 left alone (they start no task)") == 1
    found = load(pytester)
    assert len(found) == 4
    assert found["test_pay"]["findings"][0]["law"] == "deadlock"
    assert found["test_good[2]"]["explored"]


def test_xdist_says_what_is_wrong_with_a_marker(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.taskfail(fault="raise")
        def test_marked():
            pass
    """
    )
    result = run("-n", "2", use=("xdist",))
    assert result.ret != pytest.ExitCode.OK
    assert "@pytest.mark.taskfail has no argument 'fault'" in result.stdout.str() + result.stderr.str()


def test_junit_has_message_and_properties(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=20", "--junitxml=junit.xml")
    cases = {case.get("name"): case for case in ET.parse(pytester.path / "junit.xml").iter("testcase")}
    assert set(cases) == {"test_before", "test_pay", "test_after"}
    failure = cases["test_pay"].find("failure")
    assert failure is not None
    assert str(failure.get("message")).startswith(VERDICT)
    assert "replay     pytest" in str(failure.text)
    properties = [(one.get("name"), one.get("value")) for one in cases["test_pay"].iter("property")]
    assert ("taskfail.replay", "raise ConnectionError @ call:Fake.charge in pay#0") in properties
    assert cases["test_before"].find("failure") is None


def test_x_stops_at_a_finding_and_lf_runs_it_again(run: Run, shop: None) -> None:
    stopped = run("--taskfail", "--taskfail-budget=20", "-x", use=("cacheprovider",))
    stopped.assert_outcomes(passed=1, failed=1)
    assert "stopping after 1 failures" in stopped.stdout.str()
    last = run("--taskfail", "--taskfail-budget=20", "--lf", use=("cacheprovider",))
    last.assert_outcomes(failed=1)
    assert "run-last-failure: rerun previous 1 failure" in last.stdout.str()
    run("--lf", use=("cacheprovider",)).assert_outcomes(passed=1)


def test_x_tears_down_what_is_wider(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_wide="""
        import threading
        from pathlib import Path
        import pytest
        from concurrent.futures import ThreadPoolExecutor

        @pytest.fixture(scope="module")
        def thing():
            yield
            with open(Path(__file__).with_name("down.txt"), "a") as file:
                print("down", file=file)

        def fetch():
            return 1

        def test_wide(thing):
            event = threading.Event()

            def work():
                fetch()
                event.set()

            with ThreadPoolExecutor(1) as pool:
                pool.submit(work)
                event.wait()

        def test_next(thing):
            pass
    """
    )
    run("--taskfail", "--taskfail-budget=20", "-x").assert_outcomes(failed=1)
    assert (pytester.path / "down.txt").read_text() == "down\n"


GOOD = """
import threading
import pytest

def work(lock):
    for _ in range(30):
        with lock:
            pass

def good():
    lock = threading.Lock()
    threads = [threading.Thread(target=work, args=(lock,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_timeout_shrinks_the_budget(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_long=GOOD
        + """
@pytest.mark.timeout(3)
def test_marked():
    good()

@pytest.mark.timeout(timeout=3, method="thread")
def test_marked_by_name():
    good()
"""
    )
    options = ("--taskfail", "--taskfail-budget=30", "--taskfail-report=out.json")
    result = run(*options, use=("timeout",))
    result.assert_outcomes(passed=2)
    assert "Timeout" not in result.stdout.str()
    assert all(data["seconds"] < 3 for data in load(pytester).values())
    ini = run(*options, "-o", "timeout=3", "-k", "by_name", use=("timeout",))
    ini.assert_outcomes(passed=1)
    assert load(pytester)["test_marked_by_name"]["seconds"] < 3


@pytest.mark.parametrize("core", ["ctrace", "sysmon"])
def test_cov_sees_the_lines_of_tasks(run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, core: str) -> None:
    import sys

    if core == "sysmon" and sys.version_info < (3, 12):
        pytest.skip("sys.monitoring came with 3.12")
    monkeypatch.setenv("COVERAGE_CORE", core)
    pytester.makepyfile(
        app="""
        from concurrent.futures import ThreadPoolExecutor

        def fetch(number):
            open("/dev/null").close()
            return number

        def work(number):
            try:
                return fetch(number)
            except OSError:
                return None

        def work_all():
            with ThreadPoolExecutor(2) as pool:
                return list(pool.map(work, range(3)))

        def never():
            return 1
        """,
        test_app="""
        from app import work_all

        def test_app():
            work_all()
        """,
    )
    plain = run("--cov=app", "--cov-report=term-missing", use=("pytest_cov",))
    assert re.search(r"app.py +14 +3 +79% +10-11, 18", plain.stdout.str()), plain.stdout.str()
    explored = run("--cov=app", "--cov-report=term-missing", "--taskfail", "--taskfail-budget=2", use=("pytest_cov",))
    explored.assert_outcomes(passed=1)
    assert re.search(r"app.py +14 +1 +93% +18", explored.stdout.str()), explored.stdout.str()


def test_randomly(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_dice="""
        import random
        from concurrent.futures import ThreadPoolExecutor

        def fetch(number):
            return number

        def test_dice():
            with ThreadPoolExecutor(2) as pool:
                jobs = [pool.submit(fetch, random.random()) for _ in range(random.randrange(1, 9))]
            assert all(job.exception() is None for job in jobs)
    """
    )
    result = run("--taskfail", "--taskfail-budget=2", "--taskfail-report=out.json", "-p", "randomly", use=("randomly",))
    assert fails_in(result) == ["test_pay"]
    assert VERDICT in result.stdout.str()
    assert load(pytester)["test_dice"]["unstable"] == []


def test_reruns_do_not_hide_a_finding(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_flaky="""
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path

        def count(name):
            file = Path(__file__).with_name(name)
            with open(file, "a") as out:
                out.write(".")
            return len(file.read_text())

        def test_alone():
            count("alone.txt")

        def test_flaky():
            assert count("flaky.txt") == 2

        def test_flaky_pool():
            with ThreadPoolExecutor(1) as pool:
                job = pool.submit(count, "pool.txt")
            assert job.exception() or job.result() >= 2
    """
    )
    options = ("--taskfail", "--taskfail-budget=2", "--taskfail-report=out.json")
    result = run(*options, "--reruns=2", use=("rerunfailures",))
    text = result.stdout.str()
    assert fails_in(result) == ["test_pay"]
    assert VERDICT in text
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes["passed"]) == (1, 5)
    assert len((pytester.path / "alone.txt").read_text()) == 1, "a test that starts no task is run once"
    assert len((pytester.path / "flaky.txt").read_text()) == 2
    assert "findings" in text.rpartition("tests explored, ")[2]
    assert load(pytester)["test_pay"]["findings"]


def test_reruns_from_the_ini_file_still_rerun(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_flaky="""
        from pathlib import Path

        def test_flaky():
            file = Path(__file__).with_name("flaky.txt")
            with open(file, "a") as out:
                out.write(".")
            assert len(file.read_text()) == 2
    """
    )
    result = run("--taskfail", "-o", "reruns=2", use=("rerunfailures",))
    assert result.parseoutcomes() == {"passed": 1, "rerun": 1}


def test_a_flaky_marker(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_flaky="""
        import threading
        import pytest
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        @pytest.mark.flaky(reruns=1)
        @pytest.mark.taskfail
        def test_flaky():
            event = threading.Event()

            def work():
                fetch()
                event.set()

            with ThreadPoolExecutor(1) as pool:
                pool.submit(work)
                event.wait()
    """
    )
    result = run("--taskfail-budget=20", use=("rerunfailures",))
    assert fails_in(result) == ["test_flaky"]
    assert "taskfail: DEADLOCK when fetch raises ConnectionError in task work#0" in result.stdout.str()


def test_all_of_them_together(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    result = run(
        "--taskfail", "--taskfail-budget=5", "--taskfail-report=out.json", "-n", "2", "--timeout=30", "--cov=shop",
        use=("xdist", "timeout", "pytest_cov", "randomly", "rerunfailures", "cacheprovider"),
    )  # fmt: skip
    result.assert_outcomes(passed=2, failed=1)
    assert VERDICT in result.stdout.str()
    assert load(pytester)["test_pay"]["findings"]


def test_plugin_left_out_leaves_nothing_behind(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_out="""
        import _thread
        import queue
        import sys
        import threading
        import time

        def test_out():
            assert not [name for name in sys.modules if name.startswith("pytest_taskfail")]
            assert threading.Lock in (_thread.allocate_lock, getattr(_thread, "lock", None))
            assert threading.Thread.start.__module__ == "threading"
            assert time.sleep.__module__ == "time"
            assert queue.SimpleQueue.__module__ == "_queue"
    """
    )
    run("-p", "no:taskfail").assert_outcomes(passed=1)


def test_by_name_without_autoload(shop: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "200")
    result = pytester.runpytest_subprocess("-p", "taskfail", "--taskfail", "--taskfail-budget=20", timeout=LIMIT)
    result.assert_outcomes(passed=2, failed=1)
    assert VERDICT in result.stdout.str()


def test_strict_markers_and_config(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nstrict = true\naddopts = --strict-markers --strict-config -W error\ntaskfail_budget = 1\n")
    pytester.makepyfile(
        test_strict="""
        import pytest
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        @pytest.mark.taskfail
        def test_strict():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch).result()

        def test_thread_that_fails_under_a_fault():
            import threading
            thread = threading.Thread(target=fetch)
            thread.start()
            thread.join()
    """
    )
    run("-m", "taskfail").assert_outcomes(passed=1, deselected=1)
    run("--taskfail").assert_outcomes(passed=2)


def test_no_capture(run: Run, shop: None) -> None:
    result = run("--taskfail", "--taskfail-budget=20", "-s")
    result.assert_outcomes(passed=2, failed=1)
    assert VERDICT in result.stdout.str()


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan", "--collect-only"])
def test_options_that_run_no_test(run: Run, shop: None, option: str) -> None:
    result = run("--taskfail", option)
    assert result.ret == pytest.ExitCode.OK
    assert VERDICT not in result.stdout.str()
