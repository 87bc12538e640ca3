"""What control costs: ratios within one run. `python benchmarks/run.py` prints a table and writes benchmarks/results.md.

Every figure is the best of several; what is compared is run in turns, so that a busy machine slows both alike. The bare
programs and locks are those of the interpreter, without anything of ours in place.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FunctionType
from typing import Any

from loops import PROGRAMS, back_off, of_loop

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime import patches, primitives, real
from pytest_taskfail.runtime.reading.sources import Sources
from pytest_taskfail.runtime.scheduler import Abort

HERE = Path(__file__).resolve().parent
NOTES = """## How to read it

* *Bare* is the program with nothing of ours in place. *Armed* is the same once something has been explored in this process: the
  dispatchers are there and find that no experiment runs. Earlier tables called the armed program bare.
* *Experiments* are those of the schedule search; those that *look for points* also watch calls and ask what may fail where.
* Two floors were measured in the same run. Threads that are only started and handed one baton by raw locks: no control of real
  threads can run more such programs. A lock with two methods in Python that do nothing but call the interpreter's: a lock that
  notes who waits, as ours must once armed, cannot be cheaper. `with` pays more to the interpreter itself than `acquire` and
  `release` do, so the same floor is a smaller ratio there.
* A bare pool of 2 tasks starts one thread, as the first task is over before the second is submitted; an experiment starts two.
* What is left above the floors is Python: for each operation of the user's, a walk to the user's frame, a choice and a note.
"""
Row = tuple[str, str, str]


def pool_program(tasks: int) -> Callable[[], None]:
    """A pool whose tasks take a lock each."""

    def program() -> None:
        lock, total = threading.Lock(), [0]

        def task(n: int) -> None:
            with lock:
                total[0] += n

        with ThreadPoolExecutor(min(tasks, 4)) as pool:
            for future in [pool.submit(task, n) for n in range(tasks)]:
                future.result()

    return program


def lock_program() -> None:
    """Three threads that take a lock ten times each."""
    lock, total = threading.Lock(), [0]

    def add() -> None:
        for _ in range(10):
            with lock:
                total[0] += 1

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sleeper() -> None:
    for _ in range(1000):
        time.sleep(3600)  # virtual time


def deadlock(at: list[float]) -> Callable[[], None]:
    """Ends in a deadlock; notes when its last step was."""

    def program() -> None:
        lock = threading.Lock()

        def keep() -> None:
            lock.acquire()

        thread = threading.Thread(target=keep)
        thread.start()
        thread.join()
        at.append(real.perf_counter())
        lock.acquire()

    return program


def seconds_each(act: Callable[[], Any], count: int) -> float:
    began = real.perf_counter()
    for _ in range(count):
        act()
    return (real.perf_counter() - began) / count


def in_turns(acts: list[Callable[[], float]], rounds: int) -> list[float]:
    """The best of each, measured in turns."""
    found: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for values, act in zip(found, acts, strict=True):
            values.append(act())
    return [min(values) for values in found]


def explorer_of(program: Callable[[], None]) -> Explorer:
    def scenario() -> Outcome:
        try:
            program()
        except (Exception, Abort) as error:
            return Outcome(error)
        return Outcome()

    return Explorer(scenario, Sources(str(HERE.parent)), Settings())


@contextlib.contextmanager
def probing(explorer: Explorer) -> Iterator[None]:
    explorer.probe.start()
    try:
        yield
    finally:
        explorer.probe.stop()


def experiments(name: str, program: Callable[[], None], count: int, rounds: int) -> list[Row]:
    """Experiments per second, with and without call points, against the bare program on the same core."""
    explorer = explorer_of(program)

    def unpatched() -> float:
        patches.uninstall()
        try:
            return seconds_each(program, count)
        finally:
            patches.arm()

    def plain() -> float:
        return seconds_each(lambda: explorer.run(Plan(), Schedule(), probe=False), count)

    def probed() -> float:
        with probing(explorer):
            return seconds_each(lambda: explorer.run(Plan(), Schedule(), discover=True), count)

    with under_control(30.0):
        plain(), probed()
        armed = functools.partial(seconds_each, program, count)
        bare, outside, controlled, with_calls = in_turns([unpatched, armed, plain, probed], rounds * 3)
    return [
        (f"{name}: bare", f"{1 / bare:,.0f}/s", "1.0"),
        (f"{name}: armed, outside of experiments", f"{1 / outside:,.0f}/s", f"{outside / bare:.1f}"),
        (f"{name}: experiments", f"{1 / controlled:,.0f}/s", f"{controlled / bare:.1f}"),
        (f"{name}: experiments that look for points", f"{1 / with_calls:,.0f}/s", f"{with_calls / bare:.1f}"),
    ]


def event_loops(rounds: int) -> list[Row]:
    """Programs of one loop, and an hour of back-off."""
    rows = [row for name, program, count in PROGRAMS for row in experiments(name, program, count, max(rounds // 3, 1))]
    explorer = explorer_of(of_loop(back_off))
    with under_control(30.0):
        (hour,) = in_turns([lambda: seconds_each(lambda: explorer.run(Plan(), Schedule(), probe=False), 1)], rounds)
    return [*rows, ("an hour of back-off in a loop", f"{hour * 1000:.1f} ms", "")]


def batons(rounds: int) -> list[Row]:
    """The floor of control by real threads: three of them, each started, heard of, let run and ended in turn by gates."""

    def by_gates() -> None:
        gates = []
        for _ in range(3):
            started, gate, ended = real.allocate_lock(), real.allocate_lock(), real.allocate_lock()
            for lock in (started, gate, ended):
                lock.acquire()

            def body(started: Any = started, gate: Any = gate, ended: Any = ended) -> None:
                started.release()
                gate.acquire()
                ended.release()

            real.start_new_thread(body, ())
            started.acquire()
            gates.append((gate, ended))
        for gate, ended in gates:
            gate.release()
            ended.acquire()

    with under_control(30.0):
        (floor,) = in_turns([lambda: seconds_each(by_gates, 20)], rounds)
    return [("3 threads handed one baton by three raw locks each, nothing else", f"{1 / floor:,.0f}/s", "")]


def verdicts(rounds: int) -> list[Row]:
    at: list[float] = []
    stuck, sleeps = explorer_of(deadlock(at)), explorer_of(sleeper)

    def to_verdict() -> float:
        trace, _, _ = stuck.run(Plan(), Schedule(), probe=False)
        ended = real.perf_counter()
        assert trace.stopped == "deadlock", trace.stopped
        return ended - at[-1]

    with under_control(30.0):
        verdict, thousand = in_turns(
            [to_verdict, lambda: seconds_each(lambda: sleeps.run(Plan(), Schedule(), probe=False), 1)], rounds
        )
    return [
        ("deadlock: from the last step to the finished trace", f"{verdict * 1000:.2f} ms", ""),
        ("1,000 sleeps of an hour", f"{thousand * 1000:.1f} ms", ""),
    ]


class PythonLock:
    """The floor of any lock whose methods are Python: they do nothing but call the interpreter's."""

    __slots__ = ("_acquire", "_release")

    def __init__(self) -> None:
        lock = real.allocate_lock()
        self._acquire, self._release = lock.acquire, lock.release

    def acquire(self) -> bool:
        return self._acquire()

    __enter__ = acquire

    def release(self) -> None:
        self._release()

    def __exit__(self, kind: object, value: object, traceback: object) -> None:
        self._release()


def lock_operations(rounds: int) -> list[Row]:
    """Outside of experiments, before the first exploration (idle) and after it (armed), against the interpreter's own locks."""
    patches.install()
    idle = [threading.Lock(), threading.RLock()]
    rows = measure_locks("idle", idle, rounds)
    patches.arm()
    assert primitives.armed
    rows += measure_locks("armed", idle, rounds)
    return rows + measure_locks("two methods in Python and nothing else", [PythonLock()], rounds)


def measure_locks(state: str, locks: list[Any], rounds: int) -> list[Row]:
    """Each lock against the interpreter's, a Lock and a RLock."""
    rows = []
    for ours, bare in zip(locks, (real.allocate_lock(), real.CRLock()), strict=False):
        for name, use in (("with", with_lock), ("acquire and release", acquire_and_release)):
            fresh = [FunctionType(use.__code__.replace(), use.__globals__, None, use.__defaults__) for _ in range(2)]
            turns = [functools.partial(fresh[0], bare), functools.partial(fresh[1], ours)]  # each specialised for its own lock
            plain, seconds = in_turns(turns, rounds * 20)
            kind = "RLock" if isinstance(ours, primitives.RLock) else "Lock"
            rows.append((f"{kind}, {name}, {state}", f"{seconds * 1e9:.0f} ns", f"{seconds / plain:.2f}"))
    return rows


def with_lock(lock: Any, count: int = 2_000) -> float:
    began = real.perf_counter()
    for _ in range(count):
        with lock:
            pass
    return (real.perf_counter() - began) / count


def acquire_and_release(lock: Any, count: int = 2_000) -> float:
    began = real.perf_counter()
    for _ in range(count):
        lock.acquire()
        lock.release()
    return (real.perf_counter() - began) / count


def idle_plugin(rounds: int) -> list[Row]:
    """pytest with the plugin loaded and nothing asked of it, against pytest without it."""
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder, "one"), Path(folder, "many")
        for place, count in ((one, 1), (many, 1000)):
            place.mkdir()
            place.joinpath("pytest.ini").write_text("[pytest]\n")
            lines = "".join(f"def test_{n}():\n    assert {n} >= 0\n" for n in range(count))
            place.joinpath("test_trivial.py").write_text(lines)
        rows = []
        for name, place, more in (
            ("start-up (pytest --collect-only of one test)", one, ["--collect-only"]),
            ("1,000 trivial tests", many, []),
        ):
            off = functools.partial(pytest_run, place, [*more, "-p", "no:taskfail"])
            without, loaded = in_turns([off, functools.partial(pytest_run, place, more)], rounds)
            rows.append((f"{name}: without the plugin", f"{without * 1000:.0f} ms", "1.0"))
            rows.append(
                (
                    f"{name}: plugin idle",
                    f"{loaded * 1000:.0f} ms ({(loaded - without) * 1000:+.1f} ms)",
                    f"{loaded / without:.2f}",
                )
            )
    return rows


def pytest_run(folder: Path, options: list[str]) -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}  # where it may be kept, as with any user
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = real.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return real.perf_counter() - began


def table(rows: list[Row]) -> str:
    lines = ["| what | best | ratio |", "|---|---:|---:|"]
    return "\n".join(lines + [f"| {what} | {value} | {ratio} |" for what, value, ratio in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="values of which the best is taken (default 15)")
    parser.add_argument(
        "--part", choices=["locks", "experiments", "loops", "verdicts", "idle"], help="only this part; results.md is left alone"
    )
    options = parser.parse_args()
    rounds, part = options.rounds, options.part
    rows: list[Row] = []
    if part in (None, "locks"):  # first: afterwards locks stay armed
        rows += lock_operations(rounds)
    if part in (None, "experiments"):
        rows += experiments("pool of 2 tasks", pool_program(2), 40, rounds)
        rows += experiments("pool of 20 tasks", pool_program(20), 10, rounds)
        rows += experiments("3 threads and a lock", lock_program, 20, rounds)
        rows += batons(rounds)
    if part in (None, "loops"):
        rows += event_loops(rounds)
    if part in (None, "verdicts"):
        rows += verdicts(rounds)
    if part in (None, "idle"):
        patches.uninstall()
        rows += idle_plugin(rounds)
    python = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}"
    head = f"{python}; every figure is the best of {rounds}; ratios are to the same without us (programs: on the same core)."
    text = f"# Benchmarks\n\n{head}\n\n{table(rows)}\n\n{NOTES}"
    print(text)
    if part is None:
        (HERE / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
