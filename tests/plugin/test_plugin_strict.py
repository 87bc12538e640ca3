"""`@pytest.mark.taskfail`: explored on every run; under every fault the test passes or lets the fault surface."""

from __future__ import annotations

import pytest
from plugin_runs import Run, fails_in, load, replay_words

HEAD = """
import threading
import pytest
from concurrent.futures import ThreadPoolExecutor

def fetch(number):
    return number

def fetch_all():
    with ThreadPoolExecutor(2) as pool:
        return [job.result() for job in [pool.submit(fetch, number) for number in range(2)]]
"""


def test_pass_and_surfacing_are_accepted_and_all_else_is_a_finding(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_strict=HEAD
        + """
pytestmark = pytest.mark.taskfail

def test_surfaces():
    assert fetch_all() == [0, 1]

def test_passes():
    try:
        fetch_all()
    except Exception:
        pass

def test_chained():
    try:
        fetch_all()
    except Exception as error:
        raise ValueError("could not fetch") from error

def test_grouped():
    try:
        fetch_all()
    except Exception as error:
        raise ExceptionGroup("all of it", [ValueError("another"), error])

def test_asserts_from():
    try:
        fetch_all()
    except Exception as error:
        raise AssertionError("could not fetch") from error

def test_wrong_result():
    try:
        got = fetch_all()
    except Exception:
        got = []
    assert got == [0, 1]

def test_another_error():
    failed = False
    try:
        fetch_all()
    except Exception:
        failed = True
    if failed:
        raise KeyError("nothing to do with it")

def test_only_while_handling():
    try:
        fetch_all()
    except Exception:
        raise KeyError("nothing to do with it")
"""
    )
    result = run("--taskfail-budget=1", "--taskfail-report=out.json")
    text = result.stdout.str()
    assert sorted(set(fails_in(result))) == ["test_another_error", "test_wrong_result"]
    assert (
        "taskfail: TEST FAILED when task fetch#0 raises ConnectionError at its start\n" in text
        or "taskfail: TEST FAILED when fetch raises ConnectionError in task" in text
    )
    assert "  test       AssertionError: assert [] == [0, 1] at test_strict.py:46" in text
    assert "  test       KeyError: 'nothing to do with it' at test_strict.py:55" in text
    found = load(pytester)
    assert [one["law"] for one in found["test_wrong_result"]["findings"]] == ["strict"]
    assert found["test_wrong_result"]["findings"][0]["same"] > 0
    words = replay_words(text)
    again = run(*words)
    again.assert_outcomes(failed=1)
    assert "taskfail: TEST FAILED" in again.stdout.str()


def test_a_plain_run_explores_marked_tests_only_and_no_taskfail_none(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_strict=HEAD
        + """
def bad(lock, number):
    lock.acquire()
    fetch(number)
    lock.release()

def bad_all():
    lock = threading.Lock()
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(bad, lock, number) for number in (1, 2)]
    assert len([job.exception() for job in jobs]) == 2

@pytest.mark.taskfail
def test_marked():
    bad_all()

def test_unmarked():
    bad_all()

@pytest.mark.taskfail
def test_marked_starts_nothing():
    pass
"""
    )
    result = run("--taskfail-budget=1")
    assert fails_in(result) == ["test_marked"]
    assert "taskfail: DEADLOCK when " in result.stdout.str()
    text = result.stdout.str()
    assert "taskfail: 1 test explored, 2 findings\n" in text
    assert (
        "as it is marked, but starts no thread, event loop or process: 1 test, for instance test_strict.py::test_marked_s" in text
    )
    off = run("--no-taskfail")
    off.assert_outcomes(passed=3)
    assert "taskfail:" not in off.stdout.str()
    every = run("--taskfail", "--taskfail-budget=1")
    assert fails_in(every) == ["test_marked", "test_unmarked"]


def test_a_call_that_fails_after_its_effect_shows_a_retry_that_charges_twice(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        bank="""
        class Bank:
            def __init__(self):
                self.charged = []

            def charge(self, key):
                self.charged.append(key)
                return {"key": key}
        """,
        shop="""
        from concurrent.futures import ThreadPoolExecutor

        def pay(bank, key):
            for attempt in range(3):
                try:
                    return bank.charge(key)
                except ConnectionError:
                    if attempt == 2:
                        raise

        def pay_all(bank, keys):
            with ThreadPoolExecutor(2) as pool:
                return [job.result() for job in [pool.submit(pay, bank, key) for key in keys]]
        """,
        test_charge="""
        import pytest
        from shop import pay_all

        class Bank:
            def __init__(self):
                self.charged = []

            def charge(self, key):
                self.charged.append(key)
                return {"key": key}

        @pytest.mark.taskfail
        def test_once():
            bank = Bank()
            try:
                pay_all(bank, ["a", "b"])
            finally:
                assert len(set(bank.charged)) == len(bank.charged), bank.charged
        """,
    )
    result = run("--taskfail-budget=20")
    text = result.stdout.str()
    result.assert_outcomes(failed=1)
    assert "taskfail: TEST FAILED when Bank.charge raises ConnectionError after its effect in task pay#0" in text
    assert "  test       AssertionError: ['a', 'a', 'b']" in text
    assert replay_words(text)[1] == "--taskfail-replay=raise ConnectionError after @ call:Bank.charge in pay#0"
    run(*replay_words(text)).assert_outcomes(failed=1)
    lax = run("--no-taskfail")
    lax.assert_outcomes(passed=1)


def test_without_the_marker_own_assertions_are_not_judged_but_counted(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_lax=HEAD
        + """
def test_lax():
    try:
        got = fetch_all()
    except Exception:
        got = []
    assert got == [0, 1]
"""
    )
    result = run("--taskfail", "-v", "--taskfail-budget=1", "--taskfail-report=out.json")
    result.assert_outcomes(passed=1)
    changed = load(pytester)["test_lax"]["outcome_changed"]
    assert changed > 0
    assert (
        f"taskfail: 1 test explored, 0 findings, in {changed} experiments a test's own assertions changed, "
        "which is not judged without the marker"
    ) in result.stdout.str()


def test_marker_arguments_narrow_and_tolerate(run: Run, pytester: pytest.Pytester) -> None:
    body = """
    try:
        got = fetch_all()
    except Exception:
        got = []
    if got != [0, 1]:
        raise KeyError("gone")
"""
    pytester.makepyfile(
        test_arguments=HEAD
        + f"""
@pytest.mark.taskfail
def test_all(): {body}
@pytest.mark.taskfail(tolerate=KeyError)
def test_tolerates_a_type(): {body}
@pytest.mark.taskfail(tolerate=(OSError, KeyError))
def test_tolerates_types(): {body}
@pytest.mark.taskfail(faults="none")
def test_no_faults(): {body}
@pytest.mark.taskfail(faults=["hold", "timer"])
def test_other_faults(): {body}
@pytest.mark.taskfail(points="start:fetch#1")
def test_one_point(): {body}
@pytest.mark.taskfail(points=["start:fetch#1", "end:fetch"], budget=0.5, max_faults=1)
def test_points(): {body}
"""
    )
    result = run("--taskfail-budget=1", "--taskfail-report=out.json")
    assert sorted(set(fails_in(result))) == ["test_all", "test_one_point", "test_points"]
    found = load(pytester)
    assert found["test_one_point"]["points"]["swept"] == 1
    assert all(one["plan"].endswith("@ start:fetch#1") for one in found["test_one_point"]["findings"])
    assert found["test_no_faults"]["faults_tried"] == found["test_other_faults"]["faults_tried"] == 0
    assert found["test_points"]["points"]["swept"] == 3


def test_the_nearest_marker_counts(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_nearest=HEAD
        + """
@pytest.mark.taskfail(faults="none")
class TestAll:
    def test_class_marker(self):
        fetch_all()

    @pytest.mark.taskfail(faults="raise")
    def test_own_marker(self):
        fetch_all()
"""
    )
    run("--taskfail-budget=1", "--taskfail-report=out.json").assert_outcomes(passed=2)
    found = load(pytester)
    assert found["test_class_marker"]["faults_tried"] == 0
    assert found["test_own_marker"]["faults_tried"] > 0
