"""What a test does itself around the production code that it tests is spared, unless the test is marked."""

from __future__ import annotations

import pytest
from plugin_runs import Run, fails_in, load

PRODUCTION = """
import queue

class Line:
    def __init__(self):
        self.items = queue.Queue()

    def send(self, item):
        self.items.put(item)

    def receive(self):
        return self.items.get()
"""

FIXTURE = """
import pytest
from line import Line

@pytest.fixture
def line():
    return Line()
"""

TESTS = """
import threading
import pytest

def fetch(number):
    return number * 2

def sender(line):
    line.send(fetch(21))

def check(line):
    thread = threading.Thread(target=sender, args=(line,))
    thread.start()
    assert line.receive() == 42
    thread.join()

def test_unmarked(line):
    check(line)

@pytest.mark.taskfail
def test_marked(line):
    check(line)
"""


def test_production_code_that_only_a_fixture_of_conftest_names_makes_the_rest_a_helper(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(line=PRODUCTION, conftest=FIXTURE, test_line=TESTS)
    result = run("--taskfail", "--taskfail-report=out.json")
    assert fails_in(result) == ["test_marked"]
    tests = load(pytester)
    assert tests["test_unmarked"]["points"]["spared"] == 1
    assert tests["test_marked"]["points"]["spared"] == 0
    assert {finding["law"] for finding in tests["test_marked"]["findings"]} >= {"deadlock"}


def test_a_test_file_without_production_code_is_itself_the_code_under_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_line=PRODUCTION + TESTS + "\n@pytest.fixture\ndef line():\n    return Line()\n")
    result = run("--taskfail", "--taskfail-report=out.json")
    assert fails_in(result) == ["test_unmarked", "test_marked"]
    assert load(pytester)["test_unmarked"]["points"]["spared"] == 0
