"""Choices at lines: a race on a plain variable is found in the files that are named, and replays."""

from __future__ import annotations

import shlex

import pytest
from plugin_runs import Run

RACE = """
    import threading

    import pytest

    class Counter:
        def __init__(self):
            self.count = 0
            self.lock = threading.Lock()

        def add(self):
            count = self.count
            self.count = count + 1

        def add_safely(self):
            with self.lock:
                count = self.count
                self.count = count + 1

    def count_with(name):
        counter = Counter()
        threads = [threading.Thread(target=getattr(counter, name)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return counter.count

    @pytest.mark.taskfail
    def test_add():
        assert count_with("add") == 2

    @pytest.mark.taskfail
    def test_add_safely():
        assert count_with("add_safely") == 2
"""


def test_a_race_between_lines_is_found_where_lines_are_choices_and_replays(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_race=RACE)
    run("--taskfail-budget=1").assert_outcomes(passed=2)
    result = run("--taskfail-budget=3", "--taskfail-lines=test_*.py")
    result.assert_outcomes(failed=1, passed=1)
    (line,) = (line for line in result.stdout.lines if line.startswith("  replay"))
    words = shlex.split(line.partition("pytest ")[2])
    assert words[0] == "test_race.py::test_add"
    assert words[2] == "--taskfail-lines=test_*.py"
    run(*words).assert_outcomes(failed=1)


def test_the_ini_option_does_the_same(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_race=RACE)
    run("-o", "taskfail_lines=test_race.py", "--taskfail-budget=3").assert_outcomes(failed=1, passed=1)


def test_files_whose_lines_nobody_ran_are_named(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_race=RACE)
    result = run("-q", "--taskfail-budget=0.2", "--taskfail-lines=race.py")
    result.assert_outcomes(passed=2)
    text = "taskfail: --taskfail-lines=race.py: no test ran a line of such a file; name files relative to "
    assert text + str(pytester.path) in result.stdout.str()
