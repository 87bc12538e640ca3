"""Experiments on event loops beside simulators of asyncio. `python benchmarks/simulators.py` writes benchmarks/simulators.md.

Needs `pip install -e .[bench]`. Every figure is the best of several, taken in turns in one process; ratios are to
`asyncio.run` of the same program in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import importlib.metadata
import platform
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import async_solipsism
import looptime
from loops import STEPS, back_off, gather, group, lock, steps
from run import explorer_of, in_turns, probing, seconds_each

from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime import patches

HERE = Path(__file__).resolve().parent
Main = Callable[[], Awaitable[Any]]

PROGRAMS: list[tuple[str, Main, int]] = [
    ("gather of 4 that only yield", functools.partial(gather, 0), 20),
    ("gather of 4, sleeps of 1 ms", functools.partial(gather, 0.001), 20),
    ("task group of 4, sleeps of 1 ms", functools.partial(group, 0.001), 20),
    ("4 tasks, one lock, sleeps of 1 ms", functools.partial(lock, 0.001), 20),
    (f"{STEPS:,} steps of two tasks", steps, 1),
    ("an hour of back-off", back_off, 20),
]
SIMULATORS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "looptime": functools.partial(looptime.new_event_loop, start=0),
    "async-solipsism": async_solipsism.EventLoop,
}
NOTES = """## How to read it

* A simulator replaces the loop's clock. Sleeps cost it nothing, so it is faster than `asyncio.run` wherever a program sleeps.
  It injects nothing, judges nothing, and knows no threads.
* *Experiment* is one run of ours under a plan and a schedule: the world is put under control, every task and suspension is
  noted, the trace is made, what is left is looked for. *Looks for points* also watches calls and asks at each point what may
  fail there; that is done a few times for each test, experiments hundreds of times.
* An hour of back-off is not waited for by `asyncio.run`, so it has no ratio.
* The row of many steps is what one task step costs, start and end of the run included.
"""


def by(program: Main, factory: Callable[[], asyncio.AbstractEventLoop] | None) -> None:
    """Runs a program in a new loop, as `asyncio.run` does."""

    async def run() -> None:
        await program()

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run())


def rows(rounds: int) -> list[tuple[str, ...]]:
    """Name of the program, then asyncio, each simulator, an experiment, an experiment that looks for points."""
    return [row(name, program, count, rounds) for name, program, count in PROGRAMS]


def row(name: str, program: Main, count: int, rounds: int) -> tuple[str, ...]:
    explorer = explorer_of(lambda: by(program, None))

    def outside(factory: Callable[[], asyncio.AbstractEventLoop] | None) -> float:
        patches.uninstall()
        try:
            return seconds_each(lambda: by(program, factory), count)
        finally:
            patches.arm()

    def plain() -> float:
        return seconds_each(lambda: explorer.run(Plan(), Schedule(), probe=False), count)

    def probed() -> float:
        with probing(explorer):
            return seconds_each(lambda: explorer.run(Plan(), Schedule(), discover=True), count)

    waits = program is back_off
    acts = [*(functools.partial(outside, factory) for factory in SIMULATORS.values()), plain, probed]
    with under_control(30.0):
        plain(), probed()
        values = in_turns(acts if waits else [functools.partial(outside, None), *acts], rounds)
    if waits:
        return (name, "-", *(f"{1 / value:,.0f}/s" for value in values))
    bare = values[0]
    if program is steps:
        return (name, *(f"{value / STEPS * 1e6:.1f} us a step ({value / bare:.2f})" for value in values))
    return (name, *(f"{1 / value:,.0f}/s ({value / bare:.2f})" for value in values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="values of which the best is taken (default 10)")
    rounds = parser.parse_args().rounds
    names = ["program", "asyncio.run", *SIMULATORS, "experiment", "experiment that looks for points"]
    lines = [f"| {' | '.join(cells)} |" for cells in (names, ["---", *["---:"] * (len(names) - 1)], *rows(rounds))]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SIMULATORS)
    python = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}"
    head = f"{python}; {versions}. Runs per second, the best of {rounds}; in brackets the time as a multiple of `asyncio.run`'s."
    text = "\n".join(["# Event loops, beside simulators of asyncio", "", head, "", *lines, "", NOTES])
    print(text)
    (HERE / "simulators.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
