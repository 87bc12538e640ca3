"""Off costs nothing, and after a session the world is as it was."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from plugin_runs import Run

WORLD = """
import _thread
import gc
import json
import os
import pathlib
import signal
import sys
import threading

HERE = pathlib.Path(__file__).parent

def world():
    import logging
    return {
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "descriptors": sorted(os.listdir("/proc/self/fd")),
        "handlers": {str(one): str(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)},
        "gc": gc.isenabled(),
        "cores": sorted(os.sched_getaffinity(0)),
        "trace": [str(sys.gettrace()), str(sys.getprofile()), str(threading.gettrace())],
        "tools": [sys.monitoring.get_tool(n) for n in range(6)] if hasattr(sys, "monitoring") else [],
        "hook": [threading.excepthook.__module__, sys.unraisablehook.__module__],
        "switch": sys.getswitchinterval(),
        "logging": [str(one) for one in logging.getLogger().handlers],
    }

def pytest_runtest_logstart(nodeid):
    if nodeid.endswith("test_first"):
        (HERE / "before.json").write_text(json.dumps(world()))

def pytest_runtest_logfinish(nodeid):
    if nodeid.endswith("test_last"):
        (HERE / "after.json").write_text(json.dumps(world()))

def pytest_unconfigure():
    modules = [name for name in sys.modules if name.partition(".")[0] in (
        "hypothesis", "coverage", "faker", "asyncio", "celery", "dask", "distributed", "multiprocessing", "sqlite3")]
    (HERE / "modules.json").write_text(json.dumps({
        "modules": sorted(modules + [name for name in sys.modules if name == "concurrent.futures.process"]),
        "ours": sorted(name for name in sys.modules if name.startswith("pytest_taskfail")),
    }))
"""

SUITE = """
import pytest
import threading
from concurrent.futures import ThreadPoolExecutor

def fetch():
    return 1

def test_first():
    pass

def test_pool():
    with ThreadPoolExecutor(2) as pool:
        assert pool.submit(fetch).result() == 1

def test_fails():
    assert [1] == [2]

def test_skips():
    pytest.skip("no")

def test_deadlock_under_a_fault():
    event = threading.Event()

    def work():
        fetch()
        event.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        event.wait()

def test_last():
    pass
"""


def test_off_imports_nothing_heavy_and_changes_no_result(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WORLD)
    pytester.makepyfile(test_suite=SUITE)
    seen, said = {}, {}
    for name, arguments in {"off": (), "out": ("-p", "no:taskfail")}.items():
        result = run(*arguments, "-v", "-p", "no:hypothesispytest", "-rA")
        result.assert_outcomes(passed=4, failed=1, skipped=1)
        seen[name] = json.loads((pytester.path / "modules.json").read_text())
        said[name] = [line for line in result.stdout.lines if not line.startswith(("plugins:", "=====", "rootdir", "platform"))]
    assert seen["off"]["modules"] == seen["out"]["modules"]
    assert not [
        name for name in seen["off"]["modules"] if name.partition(".")[0] in ("hypothesis", "coverage", "faker", "asyncio")
    ]
    assert seen["out"]["ours"] == []
    assert said["off"] == said["out"]


def test_on_imports_no_engine(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WORLD)
    pytester.makepyfile(test_suite=SUITE)
    run("--taskfail", "--taskfail-budget=1", "-p", "no:hypothesispytest")
    modules = json.loads((pytester.path / "modules.json").read_text())["modules"]
    heavy = ("hypothesis", "coverage", "faker", "asyncio", "celery", "dask", "distributed", "sqlite3")
    assert not [name for name in modules if name.partition(".")[0] in heavy]


@pytest.mark.parametrize("arguments", [(), ("--taskfail", "--taskfail-budget=1")], ids=["off", "on"])
def test_the_world_is_put_back(run: Run, pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makeconftest(WORLD)
    pytester.makepyfile(test_suite=SUITE)
    run(*arguments)
    before, after = (json.loads((pytester.path / f"{name}.json").read_text()) for name in ("before", "after"))
    assert after == before


def test_random_numbers_of_other_tests_do_not_depend_on_an_exploration(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import random\nrandom.seed(5)\n")
    pytester.makepyfile(
        test_dice="""
        import random
        from pathlib import Path
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        def test_pool():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch).result()

        def test_dice():
            Path(__file__).with_name("dice.txt").write_text(str(random.random()))
    """
    )
    thrown = []
    for arguments in ((), ("--taskfail", "--taskfail-budget=1")):
        run(*arguments).assert_outcomes(passed=2)
        thrown.append((pytester.path / "dice.txt").read_text())
    assert thrown[0] == thrown[1]


def test_primitives_are_the_interpreters_own_behaviour_when_off(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_own="""
        import copy
        import pickle
        import threading
        import time
        import pytest

        def test_lock():
            lock = threading.Lock()
            assert lock.acquire() and lock.locked() and not lock.acquire(blocking=False)
            assert not lock.acquire(timeout=0.01)
            lock.release()
            with pytest.raises(RuntimeError):
                lock.release()
            with pytest.raises(ValueError):
                lock.acquire(False, 1)
            with pytest.raises(TypeError):
                pickle.dumps(lock)
            assert isinstance(lock, type(threading.Lock()))
            assert "lock" in repr(lock)

        def test_time_is_real():
            began = time.monotonic()
            time.sleep(0.05)
            assert 0.04 < time.monotonic() - began < 5
    """
    )
    run().assert_outcomes(passed=2)
    run("--taskfail").assert_outcomes(passed=2)


def test_a_loaded_plugin_has_not_loaded_what_experiments_need() -> None:
    code = "import sys, pytest, pytest_taskfail.plugin; print(*(name for name in sys.modules if 'taskfail.' in name))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    floors = {"pytest_taskfail." + name for name in ("model.faults", "model.traces", "runtime.experiment", "runtime.holding")}
    assert "pytest_taskfail.runtime.primitives" in loaded
    assert not floors & set(loaded)
