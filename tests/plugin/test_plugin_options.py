"""What a user types: each option and ini setting does what it says, and a bad value names itself, its source and the remedy."""

from __future__ import annotations

import sys

import pytest
from plugin_runs import Run, fails_in, load, replay_words

from pytest_taskfail.plugin_settings import read_options

MINOR = f"py3.{sys.version_info[1]}"


def errors(result: pytest.RunResult) -> str:
    """What a run that was refused says; it ends with the exit code of a usage error."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR, result.stdout.str()
    return result.stderr.str() + result.stdout.str()


def refusal(pytester: pytest.Pytester, *arguments: str) -> str:
    """What the plugin says to these arguments."""
    with pytest.raises(pytest.UsageError) as caught:
        read_options(pytester.parseconfig(*arguments))
    return str(caught.value)


def test_list_names_points_places_reasons_and_faults_and_injects_nothing(run: Run, shop: None) -> None:
    result = run("--taskfail-list", "-q")
    result.assert_outcomes(passed=3)
    text = result.stdout.str()
    assert "test_shop.py::test_pay: 12 points, 12 after reduction\n" in text
    for line in (
        "start:pay#0 and 2 more, to start:pay#2  (shop.py:15; a task can always fail)\n"
        "      raise ConnectionError, raise RuntimeError, raise ConnectionError always, raise RuntimeError always\n",
        "acquire:Lock@Shop.pay in pay#0 and 2 more, to acquire:Lock@Shop.pay in pay#2  "
        "(shop.py:16; whoever gets it may be slow)\n"
        "      hold\n",
        "call:Fake.charge in pay#0 and 2 more, to call:Fake.charge in pay#2  "
        "(shop.py:17; it is defined in a test file: a stand-in for the outside world)\n",
        "end:pay#0 and 2 more, to end:pay#2  (shop.py:15; a task can always fail)\n",
    ):
        assert f"  {line}" in text
    assert "taskfail: lists points" in run("--taskfail-list").stdout.str()


def test_replay_of_a_line_that_is_no_longer_true(run: Run, shop: None) -> None:
    stale = run("test_shop.py::test_pay", "--taskfail-replay=raise OSError @ call:Fake.charged in pay#0")
    stale.assert_outcomes(failed=1)
    text = stale.stdout.str()
    assert "taskfail: the planned fault never fired: raise OSError @ call:Fake.charged in pay#0\n" in text
    assert "  points that were reached:\n    call:Fake.charge in pay#0\n" in text
    nothing = run("test_shop.py::test_before", "--taskfail-replay=raise OSError @ start:pay#0")
    nothing.assert_outcomes(failed=1)
    assert (
        "taskfail: the planned fault never fired: raise OSError @ start:pay#0\n"
        "  points that were reached: none: no task was started"
    ) in nothing.stdout.str()


def test_replay_of_schedules_that_cannot_be_followed(run: Run, shop: None) -> None:
    other = run("test_shop.py::test_pay", "--taskfail-replay=py3.9 3:0.1")
    other.assert_outcomes(failed=1)
    assert (
        f"taskfail: the schedule was recorded on py3.9, this is {MINOR}: schedules replay on one minor version only"
    ) in other.stdout.str()
    diverging = run("test_shop.py::test_pay", f"--taskfail-replay={MINOR} 3:0.7")
    diverging.assert_outcomes(failed=1)
    assert "taskfail: the schedule cannot be followed: " in diverging.stdout.str()
    assert "; the code has changed since it was recorded" in diverging.stdout.str()
    beyond = run("test_shop.py::test_pay", f"--taskfail-replay={MINOR} 99999:0.1")
    beyond.assert_outcomes(failed=1)
    assert "taskfail: the schedule cannot be followed: " in beyond.stdout.str()


def test_replay_of_a_fault_and_a_schedule_together(run: Run, shop: None) -> None:
    line = f"raise ConnectionError @ call:Fake.charge in pay#0 | {MINOR} 0:0"
    result = run("test_shop.py::test_pay", f"--taskfail-replay={line}")
    text = result.stdout.str()
    result.assert_outcomes(failed=1)
    assert "DEADLOCK" in text or "the schedule cannot be followed" in text


def test_a_replay_that_finds_nothing_passes(run: Run, shop: None) -> None:
    result = run("test_shop.py::test_pay", "--taskfail-replay=raise ConnectionError @ end:pay#0")
    result.assert_outcomes(passed=1)
    assert "taskfail: 1 test replayed, 0 findings" in result.stdout.str()
    run("test_shop.py::test_pay", "--taskfail-replay=nothing").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "rubbish",
            "--taskfail-replay: 'rubbish' does not say where; write 'FAULT @ POINT', "
            "for instance 'raise OSError @ start:fetch#2'",
        ),
        (
            "explode @ start:fetch#0",
            "--taskfail-replay: 'explode' is not a fault; faults read: raise TYPE [after] [always], "
            "hold [SECONDS | for ever], expire [late], drop, duplicate, delay SECONDS, twice, "
            "cancel [late | at rest | scope], kill, pickle encode, "
            "pickle decode",
        ),
        (
            "raise NoSuch @ start:fetch#0",
            "--taskfail-replay: there is no exception type 'NoSuch'; a type that is not built in is written module.Type",
        ),
        (
            "drop @ cal:charge in pay#0",
            "--taskfail-replay: 'cal:charge in pay#0': there is no kind of point 'cal'; did you mean 'call'? "
            "The kinds are submit, start, call, end, acquire, signal, timer",
        ),
        (
            "drop @ zzz:charge",
            "--taskfail-replay: 'zzz:charge': there is no kind of point 'zzz'. "
            "The kinds are submit, start, call, end, acquire, signal, timer",
        ),
        ("delay x @ start:fetch#0", "--taskfail-replay: 'delay x': 'x' is not a number of seconds"),
        ("py3.12 5:x", "--taskfail-replay: 'py3.12 5:x' is not a schedule; one reads like 'py3.12 4:0.1 9:0'"),
        ("", "--taskfail-replay: "),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(pytester: pytest.Pytester, line: str, says: str) -> None:
    assert says in refusal(pytester, f"--taskfail-replay={line}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--taskfail", "--no-taskfail"],
            "--taskfail and --no-taskfail contradict each other; give one of them",
        ),
        (["--taskfail-budget=soon"], "--taskfail-budget=soon: give a number of seconds, 0 or greater"),
        (["--taskfail-budget=-1"], "--taskfail-budget=-1: give a number of seconds, 0 or greater"),
        (["--taskfail-budget=nan"], "--taskfail-budget=nan: give a number of seconds, 0 or greater"),
        (["--taskfail-max-faults=0"], "--taskfail-max-faults=0: give a whole number, 1 or greater"),
        (["--taskfail-max-faults=1.5"], "--taskfail-max-faults=1.5: give a whole number, 1 or greater"),
        (["--taskfail-seed=x"], "--taskfail-seed=x: give a whole number, 0 or greater"),
        (
            ["--taskfail-faults=rais"],
            "--taskfail-faults=rais: there is no kind of fault 'rais'; did you mean 'raise'? The kinds are "
            "raise, hold, timer, drop, duplicate, delay, twice, cancel, kill, pickle, corrupt, or none",
        ),
        (
            ["--taskfail-faults=none,raise"],
            "--taskfail-faults=none,raise: 'none' stands for no kind of fault at all; give it alone, or leave it out",
        ),
        (["--taskfail-faults=foo"], "--taskfail-faults=foo: there is no kind of fault 'foo'. The kinds are raise, hold, "),
        (["--taskfail-faults=,"], "--taskfail-faults=,: no kind of fault is named; the kinds are raise, hold, "),
        (
            ["--taskfail-report=out.xml"],
            "--taskfail-report=out.xml: reports are written as JSON or HTML; give a name that ends in .json or .html",
        ),
        (["-o", "taskfail_budget=soon"], "taskfail_budget in the ini file: give a number"),
        (["-o", "taskfail=perhaps"], "taskfail in the ini file: give true or false (invalid truth value 'perhaps')"),
        (["-o", "taskfail_faults=tmer"], "taskfail_faults in the ini file=tmer: there is no kind of fault 'tmer'; did you"),
    ],
)
def test_a_bad_value_names_its_source_and_the_remedy(pytester: pytest.Pytester, arguments: list[str], says: str) -> None:
    assert says in refusal(pytester, *arguments)


@pytest.mark.parametrize("other", ["--taskfail-replay=raise OSError @ start:pay#0", "--taskfail-list"])
def test_what_asks_for_experiments_contradicts_no_taskfail(pytester: pytest.Pytester, other: str) -> None:
    said = refusal(pytester, "--no-taskfail", other)
    assert other.partition("=")[0] in said
    assert "--no-taskfail" in said


def test_a_refusal_ends_the_run_before_it_begins(run: Run, shop: None) -> None:
    said = errors(run("--taskfail", "--no-taskfail"))
    assert "ERROR: --taskfail and --no-taskfail contradict each other; give one of them" in said
    assert "Traceback" not in said


def test_a_report_that_cannot_be_written_is_refused(run: Run, shop: None) -> None:
    assert "--taskfail-report=nowhere/out.json" in errors(run("--taskfail", "--taskfail-report=nowhere/out.json"))


def test_budget_ends_the_sweep_and_the_report_says_what_was_left(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=0", "--taskfail-report=out.json", "-v").assert_outcomes(passed=3)
    data = load(pytester)["test_pay"]
    assert data["faults_tried"] == 0
    assert data["points"] == {"reached": 12, "after_reduction": 12, "swept": 0, "spared": 0}
    assert (
        " faults (0 of 12 points were swept; --taskfail-budget raises the limit); schedules with more than" in data["not_tried"]
    )
    assert data["certificate"].startswith("0 of 12 points swept, 0 faults")
    assert data["experiments"] == 2


def test_budget_holds_in_seconds(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_long="""
        import threading

        def test_long():
            lock = threading.Lock()

            def work():
                for _ in range(20):
                    with lock:
                        pass

            threads = [threading.Thread(target=work) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    """
    )
    run("--taskfail", "--taskfail-budget=0.5", "--taskfail-report=out.json").assert_outcomes(passed=1)
    data = load(pytester)["test_long"]
    assert 0.05 < data["seconds"] < 5
    assert "schedules with more than 0 deviations (--taskfail-budget raises the limit)" in data["not_tried"]


WAITER = """
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

def fetch():
    return 1

def answer(inbox):
    inbox.put(1)

def test_poll():
    inbox = queue.Queue()
    lock = threading.Lock()

    def ask():
        lock.acquire()
        got = inbox.get(timeout=5)
        lock.release()
        return got

    def again():
        with lock:
            return fetch()

    with ThreadPoolExecutor(3) as pool:
        pool.submit(ask)
        pool.submit(again)
        pool.submit(answer, inbox)
"""
"""A lock that stays locked when a time limit runs out."""


def test_faults_chooses_the_kinds(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_poll=WAITER)
    timer = run("--taskfail", "--taskfail-faults=timer", "--taskfail-budget=20", "--taskfail-report=timer.json")
    timer.assert_outcomes(failed=1)
    assert "taskfail: DEADLOCK when the time limit of Queue.get in ask runs out in task ask#0" in timer.stdout.str()
    assert replay_words(timer.stdout.str())[1] == "--taskfail-replay=expire @ timer:Queue.get@ask in ask#0"
    run(*replay_words(timer.stdout.str())).assert_outcomes(failed=1)
    found = load(pytester, "timer.json")["test_poll"]
    assert found["points"]["after_reduction"] == 1
    both = run("--taskfail", "--taskfail-faults=hold, timer", "--taskfail-budget=20", "--taskfail-report=both.json")
    both.assert_outcomes(failed=1)
    assert load(pytester, "both.json")["test_poll"]["points"]["after_reduction"] > 1
    signals = run("--taskfail-list", "--taskfail-faults=drop,duplicate,twice,delay").stdout.str()
    assert "  signal:Queue.put@answer in answer#0  (test_poll.py:9; asked for)\n      drop, duplicate, delay 1\n" in signals
    assert "twice" in signals
    assert "raise" not in signals
    ini = run("--taskfail", "-o", "taskfail_faults=none", "--taskfail-budget=1", "--taskfail-report=none.json")
    ini.assert_outcomes(passed=1)
    assert load(pytester, "none.json")["test_poll"]["faults_tried"] == 0


def test_seed_decides_what_random_gives_in_every_experiment(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_dice="""
        import random
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path

        def test_dice():
            with ThreadPoolExecutor(1) as pool:
                number = pool.submit(random.randrange, 10**9).result()
            with open("dice.txt", "a") as file:
                print(number, file=file)
    """
    )
    drawn = []
    for seed in ("3", "3", "4"):
        run("--taskfail", f"--taskfail-seed={seed}", "--taskfail-budget=0").assert_outcomes(passed=1)
        lines = (pytester.path / "dice.txt").read_text().split()[1:]
        (pytester.path / "dice.txt").unlink()
        assert len(set(lines)) == 1
        drawn.append(lines[0])
    assert drawn[0] == drawn[1] != drawn[2]


def test_max_faults_goes_deeper_into_recovery_code(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_recovery="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def charge():
            return 1

        def refund():
            return 2

        def tell():
            return 3

        def test_recovery():
            lock = threading.Lock()

            def work():
                with lock:
                    pass
                try:
                    charge()
                except Exception:
                    try:
                        refund()
                    except Exception:
                        lock.acquire()
                        tell()
                        lock.release()

            with ThreadPoolExecutor(1) as pool:
                jobs = [pool.submit(work) for _ in range(2)]
            assert len([job.exception() for job in jobs]) == 2
    """
    )
    once = run("--taskfail", "--taskfail-budget=2")
    once.assert_outcomes(passed=1)
    deeper = run("--taskfail", "--taskfail-budget=20", "--taskfail-max-faults=2")
    deeper.assert_outcomes(failed=1)
    text = deeper.stdout.str()
    assert (
        "taskfail: DEADLOCK when charge raises ConnectionError in task work#0 and refund raises ConnectionError in task work#0 "
        "and tell raises ConnectionError in task work#0"
    ) in text
    assert "  smallest   3 faults of " in text
    run(*replay_words(text)).assert_outcomes(failed=1)
    run("--taskfail", "-o", "taskfail_max_faults=2", "--taskfail-budget=20").assert_outcomes(failed=1)


def test_json_report(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=20", "--taskfail-report=out.json")
    found = load(pytester)
    assert list(found) == ["test_pay"]
    data = found["test_pay"]
    assert set(data) == {
        "test", "explored", "why_not", "certificate", "not_tried", "points", "faults_tried", "schedules_tried", "experiments",
        "outcome_changed", "unstable", "best_effort", "seconds", "findings", "strict", "mode", "sweep", "retry_storms",
    }  # fmt: skip
    assert data["test"] == "test_shop.py::test_pay"
    assert data["explored"] is True
    assert data["points"] == {"reached": 12, "after_reduction": 12, "swept": 12, "spared": 0}
    first = data["findings"][0]
    assert first["law"] == "deadlock"
    assert first["verdict"] == "taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0"
    assert first["evidence"][0] == "pay#0  ended with ConnectionError, still holds Lock shop.py:13 (taken at shop.py:16)"
    assert first["place"] == "shop.py:16"
    assert first["plan"] == first["replay"] == "raise ConnectionError @ call:Fake.charge in pay#0"
    assert first["schedule"] == ""
    assert first["same"] > 0


def test_the_report_is_written_without_a_terminal_too(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=1", "--taskfail-report=quiet.json", "-q", "-q")
    assert load(pytester, "quiet.json")["test_pay"]["findings"]
    run("--taskfail", "--taskfail-budget=1", "--taskfail-report=mute.json", "-p", "no:terminal")
    assert load(pytester, "mute.json")["test_pay"]["findings"]


def test_ini_settings_of_the_same_names(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        taskfail = true
        taskfail_budget = 1.5
        taskfail_max_faults = 1
        taskfail_faults = raise
        taskfail_seed = 7
        taskfail_report = ini.json
        addopts = --strict-config --strict-markers
        """
    )
    result = run()
    assert fails_in(result) == ["test_pay"]
    assert "taskfail: explores every test, at most 1.5 s each" in result.stdout.str()
    assert load(pytester, "ini.json")["test_pay"]["points"]["after_reduction"] == 9
    assert "at most 1 s each" in run("--taskfail-budget=1").stdout.str()
    run("--no-taskfail").assert_outcomes(passed=3)


@pytest.mark.skipif(pytest.version_tuple < (9, 0), reason="pytest reads [tool.pytest] since 9.0")
def test_settings_in_native_toml_have_types(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(
        """
        [tool.pytest]
        taskfail = true
        taskfail_budget = 1.5
        taskfail_max_faults = 1
        taskfail_faults = "raise"
        taskfail_seed = 7
        """
    )
    result = run()
    assert fails_in(result) == ["test_pay"]
    assert "taskfail: explores every test, at most 1.5 s each" in result.stdout.str()


def test_quiet_says_the_finding_and_no_more(run: Run, shop: None) -> None:
    text = run("--taskfail", "--taskfail-budget=1", "-q").stdout.str()
    assert "taskfail: DEADLOCK" in text
    assert "tests explored" not in text
    assert "explores every test" not in text


def test_help_names_every_option(run: Run, shop: None) -> None:
    text = run("--help").stdout.str()
    for name in ("", "-list", "-replay=LINE", "-budget=SECONDS", "-max-faults=N", "-faults=KINDS", "-seed=N", "-report=PATH"):
        assert f"--taskfail{name}" in text
    assert "--no-taskfail" in text
    assert "taskfail: break every task at every point" in text
    assert "@pytest.mark.taskfail(faults=, points=, max_faults=, budget=, mode=, tolerate=)" in run("--markers").stdout.str()


def test_a_replay_line_names_exceptions_of_the_test_module(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_sold_out="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        class SoldOut(Exception):
            pass

        def take(article):
            if article is None:
                raise SoldOut

        def test_sell():
            shelf = threading.Lock()

            def sell(article):
                shelf.acquire()
                take(article)
                shelf.release()

            with ThreadPoolExecutor(2) as pool:
                for future in [pool.submit(sell, article) for article in ("tea", "milk")]:
                    future.exception()
    """
    )
    line = "raise test_sold_out.SoldOut @ call:take in sell#0"
    result = run(f"--taskfail-replay={line}")
    result.assert_outcomes(failed=1)
    assert "taskfail: DEADLOCK when take raises SoldOut in task sell#0" in result.stdout.str()
    unknown = run("--taskfail-replay=" + line.replace("SoldOut", "Nothing"))
    assert "--taskfail-replay: there is no exception type 'test_sold_out.Nothing'" in unknown.stderr.str() + unknown.stdout.str()
