"""Tests that start processes are explored by real experiments: what is found, what is said, what is never accused."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from plugin_runs import Run, fails_in, load, replay_words

from pytest_taskfail.runtime.processes import world

pytestmark = pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")

HEAD = """
import multiprocessing
import pytest
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

FORK = multiprocessing.get_context("fork")

def fetch(number):
    return number

def work(number):
    return fetch(number) + 1
"""

POOL = (
    HEAD
    + """
def test_before():
    pass

def test_map():
    with FORK.Pool(2) as pool:
        assert pool.map(work, range(3), chunksize=1) == [1, 2, 3]

def test_after():
    pass
"""
)


def test_a_killed_worker_that_hangs_a_pool_is_one_failed_test_with_a_replay(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pool=POOL)
    run().assert_outcomes(passed=3)
    result = run("--taskfail", "--taskfail-faults=kill", "--taskfail-report=out.json", "-v")
    assert fails_in(result) == ["test_map"]
    result.assert_outcomes(passed=2, failed=1)
    text = result.stdout.str()
    assert "taskfail: HANG when the process that runs task work#0 is killed in fetch\n" in text
    assert re.search(r"^  test +waits in map at test_pool.py:18$", text, re.MULTILINE)
    assert re.search(
        r"^  real mode +it starts processes; the fault-free run takes \d+\.\d\d s; a run is a hang when nothing moves and nobody "
        r"waits with a time limit for [\d.]+ s, it is given up after [\d.]+ s$",
        text,
        re.MULTILINE,
    )
    assert re.search(r"^  not tried +other orders in time: real processes run as they like$", text, re.MULTILINE)
    data = load(pytester)["test_map"]
    assert data["mode"] == "real"
    assert data["points"] == {"reached": 9, "after_reduction": 9, "swept": 9, "spared": 0}
    assert [finding["law"] for finding in data["findings"]] == ["hang"]
    again = run(*replay_words(text))
    again.assert_outcomes(failed=1)
    assert "taskfail: HANG when the process that runs task work#0 is killed in fetch\n" in again.stdout.str()


def test_the_faults_of_processes_are_listed(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pool=POOL)
    listed = run("--taskfail-list", "--taskfail-faults=kill").stdout.str()
    for line in (
        "test_pool.py::test_map: 9 points, 9 after reduction",
        "  start:work#0 and 2 more, to start:work#2  (test_pool.py:18; a task can always fail)",
        "  call:fetch in work#0 and 2 more, to call:fetch in work#2  "
        "(test_pool.py:11; it is defined in a test file: a stand-in for the outside world)",
        "      kill",
    ):
        assert line in listed.splitlines()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("name", ["test_surfaces", "test_hides"])
def test_a_fault_must_surface_under_each_start_method(run: Run, pytester: pytest.Pytester, method: str, name: str) -> None:
    pytester.makepyfile(
        test_strict=HEAD
        + f"""
@pytest.mark.taskfail(points=["start:work#0", "end:work#1"], faults="kill", budget=10)
def test_surfaces():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("{method}")) as pool:
        assert list(pool.map(work, range(2))) == [1, 2]

@pytest.mark.taskfail(points="start:work#0", faults="kill", budget=10)
def test_hides():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("{method}")) as pool:
        jobs = [pool.submit(work, number) for number in range(2)]
    assert [job.result() for job in jobs if job.exception() is None] == [1, 2]
"""
    )
    result = run("--taskfail-report=out.json", "-k", name)
    found = load(pytester)[name]
    assert found["mode"] == "real"
    assert found["points"]["swept"] > 0
    if name == "test_hides":
        assert "taskfail: TEST FAILED when the process that runs task work#0 is killed at its start\n" in result.stdout.str()
    assert [finding["law"] for finding in found["findings"]] == ["strict"] * (name == "test_hides")


def test_the_marker_chooses_the_mode(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_modes=HEAD
        + """
@pytest.mark.taskfail(mode="real", faults="raise")
def test_threads():
    with ThreadPoolExecutor(2) as pool:
        assert pool.submit(work, 1).result() == 2

@pytest.mark.taskfail(mode="controlled", faults="raise", budget=2)
def test_both():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work, 1).result() == 2
    child = FORK.Process(target=len, args=("abc",))
    child.start()
    child.join()
"""
    )
    run("--taskfail-report=out.json").assert_outcomes(passed=2)
    found = load(pytester)
    assert found["test_threads"]["mode"] == "real"
    assert found["test_threads"]["points"]["swept"] == 3
    assert "real mode, as the marker says so" in found["test_threads"]["certificate"]
    assert found["test_both"]["mode"] == "controlled"


def test_an_exception_that_nobody_reads_is_lost(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_lost=HEAD
        + """
def test_forgets():
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        pool.submit(work, 1)

def test_reads():
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        job = pool.submit(work, 1)
    print(job.exception())
"""
    )
    result = run("--taskfail", "--taskfail-faults=raise", "--taskfail-report=out.json")
    assert fails_in(result) == ["test_forgets"]
    assert {one["law"] for one in load(pytester)["test_forgets"]["findings"]} == {"lost-exception"}


def test_code_that_takes_part_in_pickling_can_fail_there(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_pickling=HEAD
        + """
class Parcel:
    def __init__(self, weight):
        self.weight = weight

    def __getstate__(self):
        return {"weight": self.weight}

def repack(parcel):
    return Parcel(parcel.weight + 1)

def test_parcels():
    with FORK.Pool(1) as pool:
        assert pool.apply_async(repack, (Parcel(1),)).get().weight == 2

def test_plain_data():
    with FORK.Pool(1) as pool:
        assert pool.apply_async(work, (1,)).get() == 2
"""
    )
    result = run("--taskfail", "--taskfail-faults=pickle", "--taskfail-report=out.json")
    assert fails_in(result) == ["test_parcels"]
    found = load(pytester)
    assert found["test_plain_data"]["faults_tried"] == 0
    assert found["test_parcels"]["faults_tried"] == 4
    verdicts = {finding["verdict"] for finding in found["test_parcels"]["findings"]}
    assert verdicts == {"taskfail: HANG when the arguments of task repack#0 cannot be decoded"}


def test_what_waits_with_a_time_limit_is_not_judged_and_that_is_said(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_limit=HEAD
        + """
def test_patient():
    with FORK.Pool(1) as pool:
        assert pool.apply_async(work, (1,)).get(timeout=600) == 2
"""
    )
    run("--taskfail", "--taskfail-faults=kill", "--taskfail-report=out.json", "--taskfail-budget=3").assert_outcomes(passed=1)
    said = load(pytester)["test_patient"]["best_effort"]
    assert said[0].startswith("not judged: something waits with a time limit at test_limit.py:")
    assert len(said) == 1
    replayed = run("--taskfail-replay=kill @ start:work#0").stdout.str()
    assert re.search(
        r"^taskfail: test_limit.py::test_patient: replayed as it was given; real mode, .* not judged: ", replayed, re.M
    )


def test_a_replay_whose_fault_never_fires_fails_and_lists_near_names(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pool=POOL)
    result = run("test_pool.py::test_map", "--taskfail-replay=kill @ start:work#9")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "taskfail: the planned fault never fired: kill @ start:work#9" in text
    assert "\n    start:work#0" in text
    scheduled = run("test_pool.py::test_map", "--taskfail-replay=py3.12 1:0.1").stdout.str()
    assert "a schedule replays under control only; this test starts processes, whose order is their own" in scheduled


def test_a_replay_is_tried_again_as_the_order_of_processes_is_their_own(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_pool=HEAD
        + """
def test_work(pytestconfig):
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        failed = pool.submit(work, 1).exception()
    failures = pytestconfig.rootpath / "failures.txt"
    if failed:
        with failures.open("a") as file:
            file.write("one more\\n")
        if failures.read_text().count("more") > 1:  # the first time it did no harm
            FORK.Queue().get()
"""
    )
    result = run("--taskfail-replay=raise OSError @ start:work#0")
    assert fails_in(result) == ["test_work"]
    assert "taskfail: HANG when task work#0 raises OSError at its start" in result.stdout.str()


def test_processes_of_an_experiment_do_not_outlive_it(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_children=HEAD
        + """
import signal

def test_leaves(tmp_path_factory):
    child = FORK.Process(target=signal.pause, daemon=True)
    child.start()
    with open(tmp_path_factory.getbasetemp() / "pids", "a") as file:
        file.write(f"{child.pid}\\n")
"""
    )
    run("--taskfail", "--basetemp=base", "--taskfail-budget=2").assert_outcomes(passed=1)
    pids = [int(pid) for pid in (pytester.path / "base" / "pids").read_text().split()]
    assert len(pids) > 2
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)


def test_a_pool_that_was_there_before_is_explored_in_each_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_shared=HEAD
        + """
EXECUTOR = ProcessPoolExecutor(1, mp_context=FORK)

@pytest.fixture(scope="module")
def pool():
    with FORK.Pool(1) as pool:
        yield pool

@pytest.mark.parametrize("number", [1, 2])
def test_executor(number):
    assert EXECUTOR.submit(work, number).result() == number + 1

@pytest.mark.parametrize("number", [1, 2])
def test_pool(pool, number):
    assert pool.apply_async(work, (number,)).get() == number + 1
"""
    )
    result = run("--taskfail", "--taskfail-faults=kill", "--taskfail-report=out.json", "--taskfail-budget=3")
    assert sorted(set(fails_in(result))) == ["test_pool"]
    found = load(pytester)
    assert {name: data["mode"] for name, data in found.items()} == dict.fromkeys(found, "real")
    assert {name: len(data["findings"]) > 0 for name, data in found.items()} == {
        "test_executor[1]": False,
        "test_executor[2]": False,
        "test_pool[1]": True,
        "test_pool[2]": True,
    }


@pytest.mark.parametrize("kind", ["pool", "executor", "process"])
def test_what_a_spawned_process_cannot_import_is_said_instead_of_a_hang(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "test_module_of_nobody.py").write_text(
        HEAD
        + """
SPAWN = multiprocessing.get_context("spawn")

def test_pool():
    with SPAWN.Pool(1) as pool:
        pool.map(work, range(2))

def test_executor():
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        list(pool.map(work, range(2)))

def test_process():
    child = SPAWN.Process(target=work, args=(1,))
    child.start()
    child.join()
"""
    )
    result = run("--taskfail", "--import-mode=importlib", "-k", f"test_{kind}", f"--rootdir={tmp_path}", str(tmp_path))
    result.assert_outcomes(failed=1)
    (line,) = [line for line in result.stdout.lines if "NotImportable: " in line and line.startswith("E ")]
    assert "work is in the module 'test_module_of_nobody', which a process started by 'spawn' cannot import: " in line
    assert line.endswith("or move the function to a module that can be imported")
