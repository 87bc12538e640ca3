"""The extension points: what other plugins add is explored, judged, told, and their mistakes are named."""

from __future__ import annotations

import itertools

import pytest
from plugin_runs import Run, fails_in, load, replay_words

STORE = """
import threading
from concurrent.futures import ThreadPoolExecutor

class Disk:
    def write(self, number):
        return number

class Store:
    def __init__(self, disk):
        self.disk = disk
        self.lock = threading.Lock()

    def save(self, number):
        self.lock.acquire()
        self.disk.write(number)
        self.lock.release()

    def save_safely(self, number):
        with self.lock:
            self.disk.write(number)

def save_all(save):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(save, number) for number in range(3)]
    return [job.exception() for job in jobs]
"""

TESTS = """
from store import Disk, Store, save_all

class Fake(Disk):
    def write(self, number):
        return number

def test_broken():
    save_all(Store(Fake()).save)

def test_repaired():
    save_all(Store(Fake()).save_safely)
"""

DISK_FULL = """
from pytest_taskfail import FaultKind

class DiskFull(Exception):
    pass

def fill(point, argument):
    raise DiskFull(f"{argument} bytes left at {point}")

def pytest_taskfail_faults(config):
    says = "the disk is full at {name}, with {argument} bytes left in {task}"
    return [FaultKind("disk-full", fill, at=("call:*.write",), says=says, arguments=("0", "17"))]
"""


@pytest.fixture
def store(pytester: pytest.Pytester) -> pytest.Pytester:
    """A lock that stays locked when the disk fails, and beside it the same done well."""
    pytester.makepyfile(store=STORE, test_store=TESTS)
    return pytester


def test_a_fault_of_a_plugin_is_found_told_and_replayed(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(DISK_FULL)
    options = ("--taskfail-budget=20", "--taskfail-report=out.json")
    result = run("--taskfail", "--taskfail-faults=disk-full", *options)
    text = result.stdout.str()
    assert fails_in(result) == ["test_broken"]
    assert "taskfail: DEADLOCK when the disk is full at Fake.write, with 0 bytes left in save#0" in text
    assert "ended with DiskFull, still holds Lock store.py:11 (taken at store.py:14)" in text
    finding = load(store)["test_broken"]["findings"][0]
    assert finding["replay"] == "disk-full 0 @ call:Fake.write in save#0"
    again = run(*replay_words(text))
    assert fails_in(again) == ["test_broken"]
    assert "taskfail: DEADLOCK when the disk is full at Fake.write, with 0 bytes left in save#0" in again.stdout.str()


def test_a_fault_of_a_plugin_is_injected_unasked_only_if_it_says_so(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(DISK_FULL)
    assert "disk-full" not in run("--taskfail-list", "-k", "repaired").stdout.str()
    store.makeconftest(DISK_FULL.replace('"17")', '"17"), default=True'))
    listed = run("--taskfail-list", "-k", "repaired").stdout.str()
    assert "raise RuntimeError always, disk-full 0, disk-full 17" in listed
    assert listed.count("disk-full 0") == 1, "it may happen at calls of write only"


def test_a_fault_of_a_plugin_happens_only_where_something_can_fail(run: Run, store: pytest.Pytester) -> None:
    """A helper that adds two numbers cannot fail, and what gives something back is not blamed for not having begun."""
    store.makeconftest(DISK_FULL.replace("call:*.write", "call:*"))
    store.makepyfile(
        app="""
        class Connection:
            def send(self):
                raise NotImplementedError

            def give_back(self):
                raise NotImplementedError

        def add(one, other):
            return one + other

        def work(connection):
            try:
                connection.send(add(1, 2))
            finally:
                connection.give_back()
        """,
        test_store="""
        from concurrent.futures import ThreadPoolExecutor
        from app import Connection, work

        class Fake(Connection):
            def send(self, number):
                pass

            def give_back(self):
                pass

        def test_work():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work, Fake()).result()
    """,
    )
    listed = run("--taskfail-list", "--taskfail-faults=raise,disk-full").stdout.lines
    points = {line.split()[0]: more for line, more in itertools.pairwise(listed) if line.startswith("  call:")}
    assert set(points) == {"call:Fake.send", "call:Fake.give_back"}
    assert "disk-full 0, disk-full 17" in points["call:Fake.send"]
    assert "disk-full" not in points["call:Fake.give_back"]


def test_a_fault_of_a_plugin_may_take_time_and_be_placed_by_hand(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(
        """
        import time
        from pytest_taskfail import FaultKind

        def lag(point, argument):
            time.sleep(float(argument))

        def pytest_taskfail_faults(config):
            return [FaultKind("lag", lag, at=("start", "call", "end", "submit", "await"), says="{name} lags")]
        """
    )
    store.makepyfile(
        test_store="""
        import asyncio
        import time
        import pytest
        from concurrent.futures import ThreadPoolExecutor
        from pytest_taskfail import Custom, PlanError

        def fetch():
            return time.monotonic()

        def work():
            return fetch()

        def took(taskfail, *places):
            for place in places:
                taskfail.inject(Custom("lag", "3600"), at=place)
            began = time.monotonic()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work).result()
            return round(time.monotonic() - began)

        def test_start(taskfail):
            assert took(taskfail, "start:work") == 3600

        def test_each(taskfail):
            assert took(taskfail, "submit:work", "start:work", "call:fetch", "end:work") == 4 * 3600
            assert [event.name for event in taskfail.trace.events if event.kind == "fault"] == ["lag 3600"] * 4

        def test_await(taskfail):
            async def nap():
                await asyncio.sleep(1)

            async def main():
                loop = asyncio.get_running_loop()
                began = loop.time()
                await asyncio.gather(nap(), nap())
                return loop.time() - began

            taskfail.inject(Custom("lag", "3600"), at="await:sleep@nap in nap#1")
            assert asyncio.run(main()) >= 3600

        def test_never_fires(taskfail):
            legal = "'lag' cannot happen at signal:Event.set: it can at the kinds start, call, end, submit, await"
            with pytest.raises(PlanError, match=legal):
                taskfail.inject(Custom("lag"), at="signal:Event.set")
            with pytest.raises(PlanError, match="no plugin adds a fault 'leg'; is the plugin installed and loaded"):
                taskfail.inject(Custom("leg"), at="start:work")
            took(taskfail, "start:work")
    """
    )
    run().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ('FaultKind("Lag", print, at=("call",), says="x")', "'Lag': a name is made of lower-case letters and numbers, words"),
        ('FaultKind("raise", print, at=("call",), says="x")', "'raise': there is one of this name already; take another name"),
        ('FaultKind("lag", 7, at=("call",), says="x")', "'lag': its effect 7 cannot be called; give a function of a point and"),
        ('FaultKind("lag", print, at=(), says="x")', "'lag': at=() names no point; give a tuple of selectors"),
        ('FaultKind("lag", print, at=("cal",), says="x")', "'lag': at: 'cal': there is no kind of point 'cal'; did you mean"),
        (
            'FaultKind("lag", print, at=("acquire",), says="x")',
            "at: 'acquire': a fault of a plugin's can happen at the kinds submit, start, call, await, end",
        ),
        (
            'FaultKind("lag", print, at=("call",), says="x", arguments=("1 + 2",))',
            "'lag': the argument '1 + 2' could not be read back from a replay line; leave out",
        ),
        ('"lag"', "adds a fault 'lag': it is not a FaultKind; build one with pytest_taskfail.FaultKind(...)"),
        ("1 / 0", "pytest_taskfail_faults of the plugin"),
    ],
)
def test_a_fault_that_cannot_be_added_is_refused(run: Run, store: pytest.Pytester, kind: str, said: str) -> None:
    store.makeconftest(f"from pytest_taskfail import FaultKind\ndef pytest_taskfail_faults():\n    return [{kind}]\n")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()
    assert "conftest.py" in result.stderr.str()


def test_two_plugins_with_a_fault_of_one_name(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(DISK_FULL)
    store.makepyfile(other=DISK_FULL)
    result = run("-p", "other")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "adds a fault 'disk-full': the plugin" in result.stderr.str()
    assert "adds one of this name too; one of them must take another name" in result.stderr.str()


LAW = """
from pytest_taskfail import Finding

def half_saved(trace, golden):
    saved = sum(event.kind == "end" for event in trace.events)
    failed = [event for event in trace.events if event.kind == "failed"]
    if failed and saved:
        yield Finding("half-saved", (f"{failed[0].task}  failed, {saved} others were saved",), holder="save")

def pytest_taskfail_laws(item):
    return {"half-saved": half_saved}
"""


def test_a_law_of_a_plugin_judges_with_the_universal_ones(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(LAW)
    result = run("--taskfail", "--taskfail-budget=20")
    text = result.stdout.str()
    assert fails_in(result) == ["test_broken", "test_repaired"]
    assert "taskfail: DEADLOCK when Fake.write raises ConnectionError in task save#0" in text
    assert "taskfail: HALF SAVED when Fake.write raises ConnectionError in task save_safely#0" in text
    assert "save_safely#0  failed, 2 others were saved" in text


def test_what_a_law_finds_without_a_fault_is_no_finding(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(LAW.replace("if failed and saved", "failed = trace.events\n    if saved"))
    result = run("--taskfail", "--taskfail-budget=2", "-k", "repaired")
    result.assert_outcomes(passed=1, deselected=1)


def test_a_law_holds_below_its_conftest_only(run: Run, store: pytest.Pytester) -> None:
    for name in ("with_law", "without"):
        folder = store.mkdir(name)
        (folder / f"test_{name}.py").write_text(TESTS.replace("test_repaired", f"test_{name}"))
    (store.path / "with_law" / "conftest.py").write_text(LAW)
    result = run("--taskfail", "--taskfail-budget=5", "-k", "test_with or test_without", "-o", "pythonpath=.")
    assert "HALF SAVED" in result.stdout.str()
    assert "test_without" not in fails_in(result)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ('{"deadlock": half_saved}', "adds a law 'deadlock': there is a universal law of this name; take another name"),
        ('{"Half Saved": half_saved}', "adds a law 'Half Saved': a name is made of lower-case letters and numbers, words joined"),
        ('{"half-saved": 7}', "adds a law 'half-saved': 7 cannot be called; give a function of two traces"),
        ("[half_saved]", "give a dictionary, name -> function of two traces"),
        ('{"half-full": half_saved}', "gave a Finding of the law 'half-saved'; a Finding bears the name of its law"),
        (
            '{"half-full": lambda trace, golden: ["no"]}',
            "gave 'no'; it must give Findings: pytest_taskfail.Finding('half-full', lines)",
        ),
        ('{"half-full": lambda trace, golden: 1 / 0}', "failed: ZeroDivisionError: division by zero ("),
    ],
)
def test_a_law_that_cannot_be_added_fails_the_test_in_words(run: Run, store: pytest.Pytester, law: str, said: str) -> None:
    store.makeconftest(LAW.replace('{"half-saved": half_saved}', law))
    result = run("--taskfail", "--taskfail-budget=5", "-k", "repaired")
    result.assert_outcomes(failed=1, deselected=1)
    (line,) = [line for line in result.stdout.lines if line.startswith("taskfail: the")]
    assert said in line
    assert "conftest.py" in line


def test_two_plugins_with_a_law_of_one_name(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(LAW)
    store.makepyfile(other=LAW)
    result = run("-p", "other", "--taskfail", "--taskfail-budget=5", "-k", "repaired")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["taskfail: the plugin * adds a law 'half-saved': the plugin * adds one too; one of them must*"])


PLANS = """
def pytest_taskfail_plans(item, golden):
    writes = [one.point for one in golden.reached if one.point.name == "Fake.write"]
    return [" + ".join(f"disk-full 0 @ {write}" for write in writes[:2])]
"""


def test_plans_of_a_plugin_are_tried_after_the_sweep(run: Run, store: pytest.Pytester) -> None:
    store.makepyfile(
        test_store="""
        from concurrent.futures import ThreadPoolExecutor
        import pytest

        class Fake:
            def write(self, number):
                return number

        def save(disk, number):
            disk.write(number)

        @pytest.mark.taskfail(faults="disk-full")
        def test_most_are_saved():
            with ThreadPoolExecutor(1) as pool:
                jobs = [pool.submit(save, Fake(), number) for number in range(3)]
            errors = [job.exception() for job in jobs]
            assert errors.count(None) >= 2
    """
    )
    store.makeconftest(DISK_FULL)
    options = ("--taskfail-budget=20", "--taskfail-report=out.json")
    run(*options).assert_outcomes(passed=1)
    tried = load(store)["test_most_are_saved"]["faults_tried"]
    store.makeconftest(DISK_FULL + PLANS)
    added = run(*options)
    assert fails_in(added) == ["test_most_are_saved"]
    (finding,) = load(store)["test_most_are_saved"]["findings"]
    assert finding["replay"] == "disk-full 0 @ call:write + disk-full 0 @ call:write"
    assert load(store)["test_most_are_saved"]["faults_tried"] == tried + 1


def test_a_plan_of_a_plugin_that_does_not_fire_is_an_error(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest('def pytest_taskfail_plans():\n    return ["raise OSError @ start:safe#0"]\n')
    result = run("--taskfail", "--taskfail-budget=5", "-k", "repaired")
    result.assert_outcomes(failed=1, deselected=1)
    text = result.stdout.str()
    assert "taskfail: the planned fault never fired: raise OSError @ start:safe#0" in text
    assert "start:save_safely#0" in text


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ('"raise OSError"', "adds a plan 'raise OSError': 'raise OSError' does not say where"),
        ("7", "adds a plan 7: give a Plan or its text"),
    ],
)
def test_what_is_no_plan_is_refused(run: Run, store: pytest.Pytester, plan: str, said: str) -> None:
    store.makeconftest(f"def pytest_taskfail_plans():\n    return [{plan}]\n")
    result = run("--taskfail", "--taskfail-budget=5", "-k", "repaired")
    result.assert_outcomes(failed=1, deselected=1)
    assert said in result.stdout.str()


def test_a_finding_is_told_in_short(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest(
        """
        from pathlib import Path

        def pytest_taskfail_finding(item, verdict):
            with open(Path(__file__).with_name("told.txt"), "a") as file:
                print(item.name, verdict, sep="\\n", file=file)
    """
    )
    run("--taskfail", "--taskfail-budget=20")
    name, verdict, *more = (store.path / "told.txt").read_text().splitlines()
    assert name == "test_broken"
    assert verdict == (
        "Verdict(test='test_store.py::test_broken', law='deadlock', "
        "line='taskfail: DEADLOCK when Fake.write raises ConnectionError in task save#0', "
        "replay='raise ConnectionError @ call:Fake.write in save#0')"
    )
    assert all("test_broken" in line for line in more)


def test_a_plugin_that_fails_at_being_told_is_named(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest("def pytest_taskfail_finding(verdict):\n    raise ValueError('no network')\n")
    result = run("--taskfail", "--taskfail-budget=20")
    assert fails_in(result) == ["test_broken"]
    result.stdout.fnmatch_lines(
        ["taskfail: pytest_taskfail_finding of the plugin *conftest.py failed: ValueError: no network (*conftest.py:2)"]
    )


POOL = """
import threading
from collections import deque

class Job:
    def __init__(self, function, args):
        self.function, self.args = function, args
        self.done, self.value, self.error = threading.Event(), None, None

    def get(self):
        self.done.wait()
        if self.error is not None:
            raise self.error
        return self.value

class Pool:
    def __init__(self):
        self.jobs, self.changed, self.closed = deque(), threading.Condition(), False
        self.worker = threading.Thread(target=self.work)
        self.worker.start()

    def enqueue(self, function, *args):
        job = Job(function, args)
        with self.changed:
            self.jobs.append(job)
            self.changed.notify()
        return job

    def work(self):
        while True:
            with self.changed:
                while not self.jobs and not self.closed:
                    self.changed.wait()
                if not self.jobs:
                    return
                job = self.jobs.popleft()
            try:
                job.value = job.function(*job.args)
            except BaseException as error:
                job.error = error
            job.done.set()

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.worker.join()
"""

POOL_TEST = """
from pool import Pool

def add(one, other):
    return one + other

def test_pool():
    pool = Pool()
    jobs = [pool.enqueue(add, number, 1) for number in range(3)]
    pool.close()
    for job in jobs:
        try:
            job.get()
        except Exception:
            pass
"""


def test_tasks_of_an_executor_that_a_plugin_names_have_points(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(pool=POOL, test_pool=POOL_TEST)
    assert "start:add" not in run("--taskfail-list").stdout.str()
    pytester.makeconftest("def pytest_taskfail_executors():\n    from pool import Pool\n    return [(Pool, 'enqueue')]\n")
    listed = run("--taskfail-list").stdout.str()
    assert "start:add#0 and 2 more, to start:add#2" in listed
    assert "end:add#0" in listed
    run("--taskfail", "--taskfail-budget=2").assert_outcomes(passed=1)
    run().assert_outcomes(passed=1)


def test_an_adapter_of_a_plugin_is_asked_first(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        pool=POOL,
        test_pool="""
        import pytest
        from pool import Pool
        from pytest_taskfail import PlanError, Raise

        def add(one, other):
            return one + other

        def test_pool(taskfail):
            taskfail.inject(Raise(OSError), at="start:add#1")
            pool = taskfail.wrap(Pool())
            jobs = [pool.enqueue(add, number, 1) for number in range(3)]
            pool.close()
            assert jobs[0].get() == 1
            with pytest.raises(OSError):
                jobs[1].get()
            (start,) = [event for event in taskfail.trace.events if (event.kind, event.name) == ("submit", "add#1")]
            assert start.place.file == "test_pool.py", "not the adapter's"

        def test_unknown(taskfail):
            with pytest.raises(PlanError, match="nothing is known of a int"):
                taskfail.wrap(7)
    """,
    )
    pytester.makeconftest(
        """
        from pytest_taskfail import submit_task

        class Wrapped:
            def __init__(self, pool):
                self.pool = pool

            def enqueue(self, function, *args):
                return submit_task(self.pool.enqueue, function, *args)

            def close(self):
                self.pool.close()

        def pytest_taskfail_wrap(thing):
            return Wrapped(thing) if type(thing).__name__ == "Pool" else None
    """
    )
    run().assert_outcomes(passed=2)


@pytest.mark.parametrize("given", ["7", "(int, 'submit')", "int"])
def test_what_is_no_executor_is_refused(run: Run, store: pytest.Pytester, given: str) -> None:
    store.makeconftest(f"def pytest_taskfail_executors():\n    return [{given}]\n")
    result = run("--taskfail")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "give a type that has 'submit', or a pair: type, name of a method" in result.stderr.str()


def test_hooks_are_not_asked_where_nothing_is_explored(run: Run, store: pytest.Pytester) -> None:
    hooks = ("executors", "wrap", "laws", "plans", "finding")
    store.makeconftest("".join(f"def pytest_taskfail_{name}():\n    raise SystemExit\n\n" for name in hooks))
    run().assert_outcomes(passed=2)


def test_a_misspelt_hook_is_refused_by_pytest(run: Run, store: pytest.Pytester) -> None:
    store.makeconftest("def pytest_taskfail_law(item):\n    return {}\n")
    result = store.runpytest_subprocess("--taskfail")
    assert "unknown hook 'pytest_taskfail_law'" in result.stdout.str() + result.stderr.str()
