"""Whether the drivers of `examples/stop_all` are told apart, each time. `python benchmarks/stop_all.py` prints a table.

Each driver runs in real experiments, under each start method: the broken ones with a task that fails, the correct one with such a
task and without any fault. A driver counts as caught where a law finds something, `assert_stopped_all` complains, or the failure
does not come out. Few processes run at a time: a manager and two workers.
"""

from __future__ import annotations

import argparse
import collections
import functools
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from examples.stop_all import app, broken  # noqa: E402
from pytest_taskfail import checks  # noqa: E402
from pytest_taskfail.errors import CheckFailed  # noqa: E402
from pytest_taskfail.laws import judge  # noqa: E402
from pytest_taskfail.model.plans import Plan  # noqa: E402
from pytest_taskfail.model.traces import Trace  # noqa: E402
from pytest_taskfail.runtime.processes import side, tracing, world  # noqa: E402
from pytest_taskfail.runtime.processes.papers import Orders  # noqa: E402
from pytest_taskfail.runtime.processes.watch import Limits  # noqa: E402
from pytest_taskfail.runtime.reading.sources import Sources  # noqa: E402

FILES = Sources(str(ROOT))
METHODS = ("fork", "forkserver", "spawn")
TASKS, WORKERS = 8, 2
STEP, WITHIN = 0.08, 0.4
"""Seconds: of one of ten steps where a task fails, and which the others may take after the flag."""

FAULTS = ("raise ConnectionError @ call:do_step in {work}#0", "raise ConnectionError @ start:{work}#1")
"""In turns: in the first step of the first task, when others wait to begin; and before the second one, which has no lock then."""


def do_step(seconds: float, task: int, number: int) -> None:
    """Stands for work."""
    time.sleep(seconds)


def told(driver: app.Driver, seconds: float) -> dict[str, Any]:
    """How the driver ended: whether its tasks are finished, or the failure came out."""
    try:
        return {"finished": driver.run(range(TASKS), functools.partial(do_step, seconds)) == ["finished"] * TASKS}
    except app.RunFailed as error:
        return {"surfaced": side.is_marked(error)}
    except Exception as error:
        return {"other": type(error).__name__}


def experiment(kind: type[app.Driver], method: str, plan: str) -> tuple[Trace, world.Ended]:
    """One run of a driver."""
    orders = lambda host: Orders(plan, FILES, None, _can_fail, False, host)  # noqa: E731
    seconds = STEP if plan else STEP / 10
    ended = world.run(orders, lambda: told(kind(WORKERS, method), seconds), Limits(quiet=1.0, timed=30.0, total=60.0))
    return tracing.trace_of(ended, Plan.parse(plan), FILES), ended


def _can_fail(callee: Any, code: Any, frame: Any) -> str:
    return "it stands for work" if getattr(code, "co_name", "") == "do_step" else ""


def complaints(trace: Trace, ended: world.Ended, golden: Trace, work: str) -> Iterator[str]:
    """What is found, in a word each."""
    for finding in judge(trace, golden):
        yield finding.law
    if trace.stopped:
        return
    if ended.stopped:
        yield f"not judged: {ended.stopped}"
        return
    if not trace.injected:
        if not ended.told.get("finished"):
            yield "not finished"
        return
    try:
        checks.assert_stopped_all(trace, work, within=WITHIN)
    except CheckFailed as error:
        yield "stopped_all" if "no process" not in str(error) else "left"
    if not ended.told.get("surfaced"):
        yield "hidden"


def row(kind: type[app.Driver], method: str, times: int, faulty: bool) -> tuple[str, bool]:
    """One line of the table, and whether it is as it should be."""
    golden, _ = experiment(app.Driver, method, "")
    work = kind.work.__name__
    found: collections.Counter[str] = collections.Counter()
    accused, doubtful, began = 0, 0, time.monotonic()
    for number in range(times):
        fault = FAULTS[0 if kind is broken.LockNotReleased else number % 2].format(work=work)
        trace, ended = experiment(kind, method, fault if faulty else "")
        words = list(dict.fromkeys(complaints(trace, ended, golden, work)))
        if bool(trace.injected) != faulty:
            words.append("unfired")
        unsure = [word for word in words if word == "unfired" or word.startswith("not judged")]
        accused += len(words) > len(unsure)
        doubtful += bool(unsure)
        found.update(words)
    correct = kind is app.Driver
    good = doubtful == 0 and accused == (0 if correct else times)
    name = kind.__name__ if faulty else f"{kind.__name__}, no fault"
    how = ", ".join(f"{word} {count}" for word, count in found.most_common()) or "nothing"
    verdict = f"accused {accused}" if correct else f"caught {accused}"
    seconds = (time.monotonic() - began) / times
    return f"| {name} | {method} | {verdict} of {times} | {how} | {seconds:.2f} | {'' if good else 'WRONG'} |", good


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=20, help="experiments for each driver and start method (default: 20)")
    options.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS)
    options.add_argument("--drivers", nargs="+", default=[], help="names of classes; by default all")
    chosen = options.parse_args()
    why = world.can_run()
    if why:
        print(f"there are no real experiments here: {why}")
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {chosen.times} experiments each\n")
    print("| driver | start method | verdict | found | seconds each | |\n|---|---|---:|---|---:|---|", flush=True)
    cases = [(app.Driver, False), *((kind, True) for kind in (app.Driver, *broken.ALL))]
    all_good = True
    for method in chosen.methods:
        for kind, faulty in cases:
            if not chosen.drivers or kind.__name__ in chosen.drivers:
                line, good = row(kind, method, chosen.times, faulty)
                all_good &= good
                print(line, flush=True)
    return 0 if all_good else 1


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
