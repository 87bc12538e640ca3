"""Property-based tests: plans that Hypothesis draws, experiments inside of `@given`, and what a finding says there."""

from __future__ import annotations

import re

import pytest
from plugin_runs import SHOP, Run, fails_in

HEAD = """
import threading
import pytest
from concurrent.futures import ThreadPoolExecutor
from hypothesis import Phase, example, given, reproduce_failure, settings
from pytest_taskfail import CheckFailed, Diverged, Plan, PlanError, UnfiredFault
from pytest_taskfail import strategies as st
from shop import Gateway, Shop, pay_all

class Fake(Gateway):
    def charge(self, number):
        return number

def careless():
    pay_all(Shop(Fake()).pay)

def careful():
    pay_all(Shop(Fake()).pay_safely)

def says(caught):
    return str(caught.value)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(shop=SHOP)
    return pytester


def test_a_drawn_plan_finds_the_deadlock_and_shrinks_to_the_first_point(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_drawn=HEAD
        + """
@settings(derandomize=True)
@given(plan=st.plans(points=careless))
def test_of_a_function(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careless()

@settings(derandomize=True)
@given(plan=st.plans())
def test_of_nothing(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careless()

@settings(derandomize=True, max_examples=60)
@given(plan=st.plans(points=careful))
def test_the_repaired_shop(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careful()

@settings(derandomize=True, max_examples=60)
@given(plan=st.plans())
def test_the_repaired_shop_anywhere(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careful()
"""
    )
    result = run()
    text = result.stdout.str()
    assert fails_in(result) == ["test_of_a_function", "test_of_nothing"]
    assert "FailedHealthCheck" not in text
    of_function, of_nothing = re.split(r"\n_+ test_of_nothing", text)
    for part in (of_function, of_nothing):
        assert "taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0" in part
        assert "still holds Lock shop.py:13 (taken at shop.py:16)" in part
        assert 'replay    with taskfail.experiment("raise ConnectionError @ call:Fake.charge in pay#0"):' in part
    assert "plan=Plan.parse('raise ConnectionError @ call:Fake.charge in pay#0')," in of_function
    assert "plan=Plan.parse('raise ConnectionError @ call:* in *#0')," in of_nothing


def test_a_failing_plan_is_replayed_from_the_database_and_by_reproduce_failure(run: Run, project: pytest.Pytester) -> None:
    program = """
count = []
@settings(derandomize=False, print_blob=True, report_multiple_bugs=False, phases=[Phase.reuse{phases}])
{extra}@given(plan=st.plans(points=careless, faults="raise"))
def test_drawn(taskfail, plan):
    count.append(plan)
    with taskfail.experiment(plan, unfired="ignore"):
        careless()

def test_how_many():
    print("experiments", len(count))
"""
    found = ", Phase.generate, Phase.shrink"
    project.makepyfile(test_again=HEAD + program.format(phases=found, extra=""))
    first = run("-rP").stdout.str()
    (verdict,) = set(re.findall(r"CheckFailed: (taskfail: .*)", first.partition("short test")[0]))
    blob = re.search(r"@reproduce_failure\([^)]*\)", first)
    assert blob is not None
    project.makepyfile(test_again=HEAD + program.format(phases="", extra=""))
    stored = run("-rP").stdout.str()
    assert verdict in stored  # without generating anything
    project.makepyfile(test_again=HEAD + program.format(phases="", extra=blob[0] + "\n"))
    again = run("-rP").stdout.str()
    assert verdict in again


def test_an_example_that_is_written_is_run_first(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_written=HEAD
        + """
@settings(max_examples=1, derandomize=True)
@given(plan=st.plans(points=careless))
@example(plan=Plan.parse("raise OSError @ call:Fake.charge in pay#1"))
def test_written(taskfail, plan):
    with taskfail.experiment(plan):
        careless()

@settings(max_examples=1, derandomize=True)
@given(plan=st.plans(points=careless))
@example(plan=Plan.parse("raise OSError @ call:Fake.chrage in pay#1"))
def test_misspelt(taskfail, plan):
    with taskfail.experiment(plan):
        careless()
"""
    )
    result = run()
    text = result.stdout.str()
    assert fails_in(result) == ["test_written", "test_misspelt"]
    assert "plan=Plan.parse('raise OSError @ call:Fake.charge in pay#1')," in text
    assert "taskfail: DEADLOCK when Fake.charge raises OSError in task pay#1" in text
    assert "UnfiredFault: the planned fault never fired: raise OSError @ call:Fake.chrage in pay#1" in text


def test_what_an_experiment_must_keep_to(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_terms=HEAD
        + """
LOST = "raise OSError @ start:pay#2"

def unread():
    shop = Shop(Fake())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(shop.pay, 1)

def test_unfired(taskfail):
    with pytest.raises(UnfiredFault, match="never fired: raise OSError @ start:pay#9"):
        with taskfail.experiment("raise OSError @ start:pay#9"):
            careful()
    with taskfail.experiment("raise OSError @ start:pay#9", unfired="ignore"):
        careful()

def test_a_schedule_that_is_not_followed(taskfail):
    from pytest_taskfail import Schedule
    nowhere = Schedule(((3, "0.7"),))
    with pytest.raises(Diverged) as caught:
        with taskfail.experiment("", nowhere):
            careful()
    assert says(caught).startswith("the schedule cannot be followed: at choice 3 thread 0.7 cannot run; ")
    assert says(caught).endswith("; unfired='ignore' lets that pass")
    with taskfail.experiment("", nowhere, unfired="ignore"):
        careful()

def test_a_schedule_of_another_python(taskfail):
    with pytest.raises(Diverged, match="the schedule was recorded on py3.1, this is py3."):
        with taskfail.experiment("", "py3.1 3:0.1"):
            pass

def test_a_lost_exception(taskfail):
    with pytest.raises(CheckFailed) as caught:
        with taskfail.experiment("raise OSError @ start:pay#0"):
            unread()
    assert says(caught).startswith("taskfail: LOST EXCEPTION when task pay#0 raises OSError at its start\\n")
    with taskfail.experiment("raise OSError @ start:pay#0", laws="deadlock, leaked-lock"):
        unread()
    with taskfail.experiment("raise OSError @ start:pay#0", laws="none"):
        unread()

def test_a_leaked_lock_is_told_though_the_fault_comes_out(taskfail):
    def work(shop):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(shop.pay, 1).result()
    with pytest.raises(CheckFailed) as caught:
        with taskfail.experiment("raise OSError @ call:Fake.charge"):
            shop = Shop(Fake())
            shop.lock.acquire()
            shop.lock.release()
            work(shop)
    assert says(caught).startswith("taskfail: LEAKED LOCK when Fake.charge raises OSError in task pay#0\\n")
    assert isinstance(caught.value.__cause__, OSError)

def test_may_surface(taskfail):
    def one():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(Shop(Fake()).pay_safely, 1).result()
    with pytest.raises(OSError):
        with taskfail.experiment("raise OSError @ start:pay_safely#0"):
            one()
    with taskfail.experiment("raise OSError @ start:pay_safely#0", may_surface=True):
        one()
    with pytest.raises(ZeroDivisionError):
        with taskfail.experiment("raise OSError @ start:pay_safely#0", may_surface=True):
            try:
                one()
            except OSError:
                pass
            1 / 0

@pytest.mark.parametrize(("words", "text"), [
    ({"unfired": "pass"}, "unfired='pass': a planned fault that never fires is an 'error', or 'ignore' it"),
    ({"laws": "leaked-look"},
     "laws='leaked-look': there is no law 'leaked-look'; did you mean 'leaked-lock'? The laws are deadlock, hang, "
     "livelock, leaked-lock, leaked-thread, leaked-task, orphan, swallowed-cancel, leaked-process, lost-exception, "
     "broken-handler, all, none"),
])
def test_words_that_mean_nothing(taskfail, words, text):
    with pytest.raises(PlanError) as caught:
        with taskfail.experiment("", **words):
            pass
    assert says(caught) == text

@settings(max_examples=3, deadline=None)
@given(number=st.points(["start:pay#0"]))
def test_one_ends_before_the_next_begins(taskfail, number):
    with pytest.raises(PlanError) as caught:
        with taskfail.experiment():
            with taskfail.experiment():
                pass
    assert says(caught) == "an experiment is under way already; inject adds to its plan"
    with taskfail.experiment():
        with pytest.raises(PlanError, match="draw the plan before the experiment begins"):
            st.places.spots(careful, None)
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=9)


def test_only_what_may_happen_is_drawn(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        counter="""
        import threading

        class Counter:
            def __init__(self):
                self.lock = threading.Lock()
                self.count = 0

            def add(self, number):
                return self.count + number

            def increment(self):
                self.lock.acquire()
                self.count = self.add(1)  # cannot fail
                self.lock.release()
        """,
        test_legal=HEAD
        + """
from counter import Counter

def count():
    counter = Counter()
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(counter.increment) for _ in range(3)]
    return [job.exception() for job in jobs]

plans = []

@settings(derandomize=True, max_examples=100, deadline=None)
@given(plan=st.plans(points=count))
def test_points_of_a_run(taskfail, plan):
    plans.append(str(plan))
    with taskfail.experiment(plan, unfired="ignore"):
        count()

@settings(derandomize=True, max_examples=100, deadline=None)
@given(plan=st.plans())
def test_points_of_any_program(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore"):
        count()
        plans.append(str(taskfail.trace.injected))

def test_they_were_real():
    assert any("start:increment#1" in plan for plan in plans)
    assert any("hold @ acquire:Lock@Counter.increment in increment#" in plan for plan in plans)
    assert any("Injected(fault=Raise" in plan for plan in plans)
    assert not any("Counter.add" in plan for plan in plans)

def test_a_function_that_does_not_pass():
    def broken():
        raise KeyError("always")
    with pytest.raises(PlanError) as caught:
        st.plans(points=broken).example()
    assert says(caught) == (
        "points=test_a_function_that_does_not_pass.<locals>.broken: it does not pass without any fault (KeyError: 'always')"
    )
""",
    )
    result = run("-q", "-W", "ignore")
    assert fails_in(result) == []
    result.assert_outcomes(passed=4)


def test_schedules_are_followed_and_shrink(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_schedules=HEAD
        + """
class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

    def put(self, amount):
        with self.lock:
            before = self.balance
        with self.lock:
            self.balance = before + amount

def put_twice():
    account = Account()
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(account.put, 1) for _ in range(2)]
    assert [job.exception() for job in jobs] == [None, None]
    return account.balance

@settings(derandomize=True, max_examples=300, deadline=None)
@given(schedule=st.schedules(run=put_twice))
def test_lost_update(taskfail, schedule):
    with taskfail.experiment("", schedule, unfired="ignore"):
        assert put_twice() == 2
"""
    )
    result = run()
    text = result.stdout.str()
    assert fails_in(result) == ["test_lost_update"]
    found = re.search(r"schedule=Schedule.parse\('(py3\.\d+(?: \d+:[\d.]+)*)'\)", text)
    assert found is not None
    assert len(found[1].split()) == 2, "one deviation is enough"
    project.makepyfile(
        test_again=(project.path / "test_schedules.py").read_text().partition("@settings")[0]
        + f"""
def test_replay(taskfail):
    with taskfail.experiment("", "{found[1]}"):
        assert put_twice() == 1
"""
    )
    run("test_again.py").assert_outcomes(passed=1)


def test_experiments_in_a_property_leave_nothing_behind(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_left=HEAD
        + """
import gc, os, random, sys, warnings

def state():
    tools = [sys.monitoring.get_tool(number) for number in range(6)] if hasattr(sys, "monitoring") else sys.getprofile()
    return (threading.active_count(), len(os.listdir("/proc/self/fd")), gc.isenabled(), sys.unraisablehook,
            os.sched_getaffinity(0), tools, len(warnings.filters))

before = []

def test_before(taskfail):
    pass

def test_once_more():
    before.append(state())

@settings(derandomize=True, max_examples=20, report_multiple_bugs=False)
@given(plan=st.plans(points=careless))
def test_fails(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careless()

class Machine(st.ChaosMachine):
    chaos = ("raise ConnectionError @ call:Fake.charge",)

    def __init__(self):
        super().__init__()
        self.shop = Shop(Fake())
        self.submit(self.shop.pay, 1)

TestMachine = Machine.TestCase
TestMachine.settings = settings(derandomize=True, max_examples=20)

class Forgetful(st.ChaosMachine):
    delays = (1,)
    def __init__(self):
        super().__init__()
        raise KeyError("before the first step")

TestForgetful = Forgetful.TestCase
TestForgetful.settings = settings(derandomize=True, max_examples=3)

@settings(max_examples=2, deadline=None)
@given(plan=st.plans())
def test_after_the_forgetful_one(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore"):
        careful()

def test_nothing_is_left():
    assert [state()] == before
"""
    )
    result = run()
    assert fails_in(result) == ["test_fails", "runTest", "runTest"]


def test_they_are_left_alone_by_a_sweep(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_own=HEAD
        + """
class Machine(st.ChaosMachine):
    chaos = ("raise ConnectionError @ call:Fake.charge",)

    def __init__(self):
        super().__init__()
        self.shop = Shop(Fake())
        self.job = self.submit(self.shop.pay_safely, 1)

    def shut_down(self):
        self.job.exception()

TestMachine = Machine.TestCase
TestMachine.settings = settings(derandomize=True, max_examples=3, deadline=None)

@settings(derandomize=True, max_examples=3, deadline=None)
@given(plan=st.plans(points=careful))
def test_drawn(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore", may_surface=True):
        careful()
"""
    )
    result = run("--taskfail", "--taskfail-budget=1")
    result.assert_outcomes(passed=2)
    text = result.stdout.str()
    assert (
        "taskfail: not explored, as it makes experiments of its own: 1 test, for instance test_own.py::TestMachine::runTest"
        in text
    )


def test_statistics_say_what_fired(run: Run, project: pytest.Pytester) -> None:
    project.makepyfile(
        test_told=HEAD
        + """
@settings(derandomize=True, max_examples=20, deadline=None)
@given(plan=st.plans(points="start:pay_safely#9", min_faults=1))
def test_never(taskfail, plan):
    with taskfail.experiment(plan, unfired="ignore"):
        careful()

@settings(derandomize=True, max_examples=20, deadline=None)
@given(plan=st.plans(points="start:pay_safely#1", min_faults=1))
def test_always(taskfail, plan):
    for _ in range(2):
        with taskfail.experiment(plan):
            careful()
"""
    )
    result = run("--hypothesis-show-statistics")
    result.assert_outcomes(passed=2)
    never, always = result.stdout.str().split("test_told.py::test_always")
    assert re.findall(r"%, taskfail: (\d of \d) planned faults fired", never) == ["0 of 1"]
    assert re.findall(r"%, taskfail: (\d of \d) planned faults fired", always) == ["1 of 1"]
    assert re.search(r"\d  \(label='taskfail: kinds of points reached'\)", always)
    assert "label='taskfail: handlers entered'" in always
