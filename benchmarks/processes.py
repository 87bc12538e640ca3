"""What real experiments cost and what they survive. `python benchmarks/processes.py` prints three tables.

Costs are ratios to the same pool without us, run in turns, so that a busy machine slows both alike. Kills are real ones, at
random moments: what a worker has noted is counted in memory that it shares with us, so that a lost event would show.
"""

from __future__ import annotations

import argparse
import mmap
import multiprocessing
import os
import platform
import random
import shutil
import signal
import statistics
import struct
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from pytest_taskfail.explore.eligible import Eligible
from pytest_taskfail.explore.real_menu import RealMenu
from pytest_taskfail.model.faults import DEFAULT_KINDS
from pytest_taskfail.runtime.processes import side, tree, world
from pytest_taskfail.runtime.processes.papers import Orders
from pytest_taskfail.runtime.processes.watch import Limits
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(str(Path(__file__).parent), ("processes.py",))
METHODS = ("fork", "forkserver", "spawn")
LIMITS = Limits(quiet=5.0, timed=60.0, total=60.0)
CONFIRMED = mmap.mmap(-1, 8)


def work(seconds: float) -> None:
    """Computes for so long."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def many(pool: Any, tasks: int, seconds: float) -> float:
    """Seconds for a number of tasks on a pool that is warm."""
    submit = pool.submit if hasattr(pool, "submit") else lambda *args: pool.apply_async(args[0], args[1:])
    result = "result" if hasattr(pool, "submit") else "get"
    for job in [submit(work, 0.0) for _ in range(8)]:
        getattr(job, result)()
    began = time.perf_counter()
    for job in [submit(work, seconds) for _ in range(tasks)]:
        getattr(job, result)()
    return time.perf_counter() - began


def pools(method: str) -> dict[str, Callable[[], Any]]:
    """The pools that are measured."""
    context = multiprocessing.get_context(method)
    return {
        "ProcessPoolExecutor": lambda: ProcessPoolExecutor(2, mp_context=context),
        "multiprocessing.Pool": lambda: context.Pool(2),
    }


def in_experiment(body: Callable[[], Any], discover: bool = False) -> Any:
    """What the body says, in a real experiment."""
    menu = RealMenu(DEFAULT_KINDS) if discover else None
    ended = world.run(lambda host: Orders("", FILES, menu, Eligible(FILES), False, host), lambda: {"value": body()}, LIMITS)
    assert not ended.stopped, (ended.stopped, ended.how)
    return ended.told["value"]


def costs(tasks: int, rounds: int) -> None:
    """Envelope and trace for each task."""
    print(f"\ncost of a task of a millisecond, {tasks} tasks, {rounds} rounds in turns\n")
    print("| pool | start method | bare | with a plan | looking for points |\n|---|---|---:|---:|---:|")
    for method in METHODS:
        for name, make in pools(method).items():

            def once(make: Callable[[], Any] = make) -> float:
                with make() as pool:
                    return many(pool, tasks, 0.001)

            times = [(once(), in_experiment(once), in_experiment(once, discover=True)) for _ in range(rounds)]
            bare = min(one[0] for one in times)
            plan, points = (statistics.median(one[n] / one[0] for one in times) for n in (1, 2))
            print(f"| {name} | {method} | {1e3 * bare / tasks:.2f} ms | {plan:.2f} | {points:.2f} |", flush=True)


def speed(seconds: float) -> None:
    """Experiments per second."""
    print("\nexperiments with a pool of 2 workers and 3 tasks\n\n| start method | per second |\n|---|---:|")
    for method in METHODS:
        make = pools(method)["ProcessPoolExecutor"]

        def body(make: Callable[[], Any] = make) -> None:
            with make() as pool:
                for job in [pool.submit(work, 0.0) for _ in range(3)]:
                    job.result()

        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            in_experiment(body)
            count += 1
        print(f"| {method} | {count / (time.perf_counter() - began):.1f} |", flush=True)


def note_for_ever() -> None:
    """Writes to the trace, and counts what has been written, until somebody kills it."""
    trace, count = side.here().trace, 0
    while True:
        trace.write("step", count=count)
        count += 1
        struct.pack_into("q", CONFIRMED, 0, count)


def kills(number: int, seed: int) -> None:
    """Kills workers at random moments and looks what is lost or left."""
    dice = random.Random(seed)
    tempfile.tempdir = tempfile.mkdtemp(prefix="kills-")  # of our own: others on this machine may make folders of the same name
    known = {entry.pid for entry in tree.below(os.getpid())}
    shared = set(os.listdir("/dev/shm"))
    confirmed, lost, left = 0, 0, set[int]()
    began = time.perf_counter()
    for _ in range(number):
        struct.pack_into("q", CONFIRMED, 0, 0)
        pause = dice.uniform(0.0, 0.02)

        def body(pause: float = pause) -> str:
            context = multiprocessing.get_context("fork")
            lock = context.Lock()
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                job = pool.submit(note_for_ever)
                while struct.unpack_from("q", CONFIRMED, 0)[0] == 0:
                    time.sleep(0.001)
                time.sleep(pause)
                with lock:
                    os.kill(next(iter(pool._processes)), signal.SIGKILL)
                return type(job.exception()).__name__

        ended = world.run(
            lambda host: Orders("", FILES, None, None, False, host), lambda body=body: {"value": body()}, LIMITS
        )  # fmt: skip
        assert ended.told["value"] == "BrokenProcessPool", ended
        (promised,) = struct.unpack_from("q", CONFIRMED, 0)
        found = sum(record["event"] == "step" for record in ended.records)
        confirmed, lost = confirmed + promised, lost + max(0, promised - found)
        left |= {entry.pid for entry in tree.below(os.getpid())} - known
    print(f"\n{number} kills at random moments in {time.perf_counter() - began:.0f} s")
    made = set(os.listdir("/dev/shm")) - shared
    time.sleep(1.0)
    kept = made & set(os.listdir("/dev/shm"))  # what other programs use for a moment is not ours
    files = [*kept, *os.listdir(tempfile.tempdir)]
    print(
        f"{confirmed:,} confirmed events, {lost} lost; {len(left)} processes left, {len(files)} files left {files or ''}".rstrip()
    )
    shutil.rmtree(tempfile.tempdir)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("costs", "speed", "kills"), help="only this part")
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="for the experiments of each start method")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if options.part in (None, "costs"):
        costs(options.tasks, options.rounds)
    if options.part in (None, "speed"):
        speed(options.seconds)
    if options.part in (None, "kills"):
        kills(options.kills, options.seed)


if __name__ == "__main__":
    main()
