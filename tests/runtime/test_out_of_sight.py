"""A thread that blocks in C out of sight loses the baton; when it comes back it misses nothing and is missed by nobody."""

from __future__ import annotations

import asyncio
import ctypes
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from controlled_runs import Control

LONG = 300_000
"""Microseconds; the watchdog takes the baton away after a sixth of that."""

nap: Callable[[int], int] = ctypes.CDLL(None).usleep


def doze() -> str:
    nap(LONG)
    return "rested"


def stands_in(function: str, thread: threading.Thread) -> bool:
    """Whether a thread waits in a call of this function."""
    names, frame = set(), sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    return {function, "_wait"} <= names


def test_a_worker_that_comes_for_its_next_task_without_the_baton_is_told_of_the_end(control: Control) -> None:
    def run() -> str:
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(doze)
            time.sleep(0.001)  # virtual time: the worker naps, and the baton comes back
            (worker,) = pool._threads
            while not stands_in("get", worker):
                pass
        return job.result()

    run_ = control(run)
    assert (run_.value, run_.error, run_.trace.stopped) == ("rested", None, "")
    assert [doubt.partition(" at ")[0] for doubt in run_.trace.doubts][:1] == ["doze#0 blocks in C code"]


def test_a_loop_that_looks_for_work_without_the_baton_is_woken(control: Control) -> None:
    def wake(thread: threading.Thread) -> str:
        while not stands_in("select", thread):
            pass
        return "woken"

    async def main() -> str:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: nap(LONG))  # no step of a task: from there the loop goes straight to its selector
        return await loop.run_in_executor(None, wake, threading.current_thread())

    run_ = control(lambda: asyncio.run(main()))
    assert (run_.value, run_.error, run_.trace.stopped) == ("woken", None, "")


def test_a_thread_that_ends_without_the_baton_is_joined(control: Control) -> None:
    def run() -> list[str]:
        rested: list[str] = []
        threads = [threading.Thread(target=lambda: rested.append(doze())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return rested

    run_ = control(run)
    assert (run_.value, run_.error, run_.trace.stopped) == (["rested"] * 3, None, "")
