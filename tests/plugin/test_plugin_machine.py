"""State machines of Hypothesis: the whole life of one is one experiment, and the laws are invariants."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from plugin_runs import Run, fails_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "job_queue"

HEAD = """
import asyncio
import queue
import threading
import time
import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import rule, run_state_machine_as_test
from pytest_taskfail import Cancel, CheckFailed, PlanError, Raise
from pytest_taskfail.strategies import ChaosMachine

FEW = settings(derandomize=True, max_examples=20, stateful_step_count=6, deadline=None, report_multiple_bugs=False)

def work(inbox, done):
    done.append(inbox.get())

def fetch(number):
    return number
"""


def steps_of(text: str) -> list[str]:
    """The steps of the failing example that was printed, without the teardown."""
    return re.findall(r"^[E|\s]*(?:\w+ = )?state\.(\w+\(.*\))$", text, re.MULTILINE)[:-1]


def test_the_job_queue_fails_by_three_rules_and_its_repair_holds(run: Run, pytester: pytest.Pytester) -> None:
    shutil.copytree(EXAMPLE, pytester.path / "job_queue", ignore=shutil.ignore_patterns("__pycache__"))
    (pytester.path / "job_queue" / "conftest.py").write_text(
        "from hypothesis import settings\n"
        "settings.register_profile('few', max_examples=60, derandomize=True, database=None)\n"
        "settings.load_profile('few')\n"
    )
    broken = run("job_queue/see_it_fail.py")
    assert steps_of(broken.stdout.str()) == ["claim()", "crash()", "acknowledge_late()"]
    assert "{'job 0': 2} != {'job 0': 1}" in broken.stdout.str()
    run("job_queue/test_job_queue.py").assert_outcomes(passed=1)


def test_rules_submit_fail_hold_and_let_time_pass(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_rules=HEAD
        + """
seen = set()

class Machine(ChaosMachine):
    chaos = ("raise ConnectionError @ start:step", "hold 50 @ acquire:Lock@Machine.step")
    delays = (7, 3600.5)
    workers = 1

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.began = time.monotonic()
        self.jobs = []
        self.waited = 0.0

    def step(self):
        time.sleep(1000)  # virtual time
        with self.lock:
            return "done"

    @rule()
    def submit_one(self):
        self.jobs.append(self.submit(self.step))
        assert not self.jobs[-1].done()

    @rule()
    def let_them_wait(self):
        before = time.monotonic()
        self.settle()
        assert time.monotonic() - before < 0.01
        assert not any(job.done() and job.exception() is None for job in self.jobs if time.monotonic() - self.began < 1000)

    @rule()
    def an_hour(self):
        before = time.monotonic()
        self.advance(3600)
        assert time.monotonic() - before >= 3600
        assert len(self.jobs) > 3 or all(job.done() for job in self.jobs)

    @rule()
    def give_up_the_second(self):
        self.jobs.append(self.submit(self.step))
        if self.submit(self.step).cancel():
            seen.add("cancelled")

    def shut_down(self):
        for job in self.jobs:
            seen.add(type(job.exception()).__name__)

TestRules = Machine.TestCase
TestRules.settings = FEW

def test_all_of_it_has_happened():
    assert seen == {"NoneType", "ConnectionError", "cancelled"}
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=2)


def test_a_deadlock_is_told_at_the_step_that_runs_into_it(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_step=HEAD
        + """
class Machine(ChaosMachine):
    chaos = ("raise ConnectionError @ call:Machine.effect",)

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def effect(self):
        pass

    def careless(self):
        self.lock.acquire()
        self.effect()
        self.lock.release()

    @rule()
    def do(self):
        self.submit(self.careless).exception()

TestStep = Machine.TestCase
TestStep.settings = FEW
"""
    )
    result = run()
    text = result.stdout.str()
    assert fails_in(result) == ["runTest"]
    assert steps_of(text) == ["fault(planned='raise ConnectionError @ call:Machine.effect')", "do()", "do()"]
    assert "CheckFailed: taskfail: DEADLOCK when Machine.effect raises ConnectionError in task careless#0" in text
    assert "careless#1  waits for that lock at test_step.py:" in text
    assert "test        waits for careless#1 at test_step.py:" in text
    assert "Abort" not in text


def test_a_swallowed_cancellation_is_an_invariant(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_loop=HEAD
        + """
async def patient(seconds):
    try:
        await asyncio.sleep(seconds)
    except BaseException:
        pass
    await asyncio.sleep(1)

async def polite(seconds):
    await asyncio.sleep(seconds)
    await asyncio.sleep(1)

async def both(function):
    task = asyncio.create_task(function(5))
    await asyncio.wait([task])
    task.cancelled() or task.exception()

class Machine(ChaosMachine):
    function = staticmethod(polite)

    @rule()
    def cancel_one(self):
        self.inject(Cancel(), "await:sleep@*")
        asyncio.run(both(self.function))

class Broken(Machine):
    function = staticmethod(patient)

class Tolerant(Broken):
    laws = "leaked-lock"

TestPolite, TestBroken, TestTolerant = Machine.TestCase, Broken.TestCase, Tolerant.TestCase
for case in TestPolite, TestBroken, TestTolerant:
    case.settings = FEW
del case
"""
    )
    result = run()
    text = result.stdout.str()
    result.assert_outcomes(passed=2, failed=1)
    assert "___ TestBroken.runTest ___" in text
    assert "CheckFailed: taskfail: SWALLOWED CANCELLATION when task patient#0 is cancelled while patient awaits sleep" in text
    assert [step.partition("(")[0] for step in steps_of(text)] == ["cancel_one", "laws_hold"]


def test_what_cannot_be_is_refused_in_words(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_refused=HEAD
        + """
def says(**attributes):
    kind = type("Machine", (ChaosMachine,), {**attributes, "step": rule()(lambda self: None)})
    with pytest.raises(PlanError) as caught:
        run_state_machine_as_test(kind, settings=FEW)
    return str(caught.value)

def test_chaos_and_laws():
    assert says(chaos=("raise OSError",)) == (
        "chaos 'raise OSError': 'raise OSError' does not say where; write 'FAULT @ POINT', "
        "for instance 'raise OSError @ start:fetch#2'"
    )
    assert says(chaos=("hold @ call:charge",)) == "'hold' cannot happen at call:charge: it can at the kinds acquire"
    assert says(laws="all of them").startswith("laws='all of them': there is no law 'all of them'; did you mean ")

def test_a_machine_inside_of_an_experiment(taskfail):
    assert says() == "an experiment is under way already: one ends before the next begins"
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=2)
