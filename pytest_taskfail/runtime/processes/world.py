"""Runs one real experiment in a process of its own, made by fork, and leaves nothing behind, whatever happens in it.

The test's own process (the host) is a child of pytest's. It can hang, die or be full of broken pools: it is ended with all
processes below it, and the session has seen nothing of it.
"""

from __future__ import annotations

import concurrent.futures.process
import contextlib
import faulthandler
import gc
import math
import multiprocessing.managers
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.synchronize
import os
import pickle
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..forking import fork
from . import dumps, hooks, papers, probe, revive, side, threads_left, tracefile, tree
from .watch import Limits, Watch

TOLD = "told"
FOR_CHILDREN = (
    *(probe, multiprocessing.pool, multiprocessing.managers, multiprocessing.queues, multiprocessing.synchronize),
    concurrent.futures.process,
)
"""Imported here: their hooks find them, and forked processes need not import them."""

TICK = 0.02
PRELOAD = ("pytest_taskfail.runtime.processes.hooks", "pytest_taskfail.runtime.processes.probe")
"""What every worker of a forkserver imports anyway; it does so once."""

LEFT_AFTER = 2.0
"""Seconds that processes are given to end after the test."""

HELPERS_AFTER = 2.0
"""Seconds that the helpers of multiprocessing are given to clean up and end."""


@dataclass(slots=True)
class Ended:
    """What is known when an experiment is over.

    Args:
        told: what the test's own process said at its end; empty if it did not come to it.
        stopped: why it was stopped: empty, `hang`, `livelock`, `timed`, `spin`, `total`, or `died` with the words in `how`.
        records: the trace.
        stacks: process id -> what its threads were doing.
        left: process ids that were alive after the test.
        restless: the threads that were not at rest when it was stopped.
        seconds: how long it took.
        quiet: the longest time in which nothing moved.
    """

    told: dict[str, Any] = field(default_factory=dict)
    stopped: str = ""
    how: str = ""
    records: list[tracefile.Record] = field(default_factory=list)
    stacks: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    restless: list[tree.Thread] = field(default_factory=list)
    host: int = 0
    seconds: float = 0.0
    quiet: float = 0.0


def can_run() -> str:
    """Why real experiments cannot be made here; empty if they can."""
    if not hasattr(os, "fork") or not hasattr(os, "pidfd_open"):
        return "this system cannot fork"
    return "" if tree.works() else "/proc does not tell what processes wait for"


def run(orders: Callable[[int], papers.Orders], body: Callable[[], dict[str, Any]], limits: Limits) -> Ended:
    """One experiment.

    Args:
        orders: makes the orders, given the process id of the test's own process.
        body: runs the test once, in a process of its own, and says how it went, as something pickle can take.
        limits: when to give up.
    """
    folder = tempfile.mkdtemp(prefix="tf-")
    before = tree.adopts_orphans(True)
    ended = Ended()
    began = time.monotonic()
    host = 0
    given_up: float = math.inf
    watch: Watch | None = None
    try:
        host = fork()
        if host == 0:
            _be_the_host(folder, orders, body, limits)
        watch = Watch(host, limits)
        ended.host = host
        ended.stopped = _supervise(host, watch, folder)
        ended.seconds = time.monotonic() - began
        if ended.stopped:
            given_up = time.monotonic_ns()
            ended.restless = watch.restless()
            watch.scan()
            ended.stacks = dumps.ask(folder, [host, *sorted(watch.seen)])
    finally:
        if host:
            status = _rescue(host, watch)
            tree.adopts_orphans(before)
            records = tracefile.read(os.path.join(folder, papers.TRACE))
            ended.records = [record for record in records if record["time"] <= given_up]  # not what comes of being killed
            with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError):
                with open(os.path.join(folder, TOLD), "rb") as file:
                    ended.told = pickle.load(file)
            if not ended.stopped and not ended.told:
                ended.stopped, ended.how = "died", _how(status, folder)
            ended.left = ended.told.pop("left", [])
            ended.quiet = watch.longest_quiet if watch is not None else 0.0
            shutil.rmtree(folder, ignore_errors=True)
    return ended


# ---------------------------------------------------------------------- in the test's own process


def _be_the_host(folder: str, orders: Callable[[int], papers.Orders], body: Callable[[], dict[str, Any]], limits: Limits) -> None:
    code = 1
    try:
        os.setpgid(0, 0)  # what is left of it can be told from other children; a signal to its group does not reach the session
        tree.adopts_orphans(True)
        ours = orders(os.getpid())
        ours.save(folder)
        _forget_the_parent(folder)
        faulthandler.enable(file=open(os.path.join(folder, "crash"), "w"))  # noqa: SIM115 - it writes there when it crashes
        here = side.begin(folder, ours)
        hooks.install(here)
        revive.revive()
        gc.freeze()  # what the parent has made is not this process's to clean up
        began = time.monotonic()
        told = body()
        told["seconds"] = time.monotonic() - began
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)
        gc.collect()
        told["left"] = left_below(limits.left)
        told["threads"] = threads_left.left(here, limits.threads)  # a process may have woken one
        with open(os.path.join(folder, TOLD), "wb") as file:
            pickle.dump(told, file)
        code = 0
    except BaseException:
        with open(os.path.join(folder, "crash"), "a") as file:
            traceback.print_exc(file=file)
    finally:
        os._exit(code)


def _forget_the_parent(folder: str) -> None:
    """The pools, helpers and temporary files of the parent are not this process's to use or to end."""
    process: Any = sys.modules.get("multiprocessing.process")
    if process is not None:
        process._children = set()
        process.current_process()._config["tempdir"] = folder
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util._finalizer_registry.clear()
        util._run_after_forkers()
    tracker = sys.modules.get("multiprocessing.resource_tracker")
    if tracker is not None:
        tracker._resource_tracker._fd = tracker._resource_tracker._pid = None
    server = sys.modules.get("multiprocessing.forkserver")
    if server is not None:
        one = server._forkserver
        one._forkserver_address = one._forkserver_alive_fd = one._forkserver_pid = one._inherited_fds = None
        one._preload_modules = [*one._preload_modules, "pytest", *PRELOAD]


def left_below(usual: int) -> list[int]:
    """The processes below this one that do not end by themselves soon; as many as usual are not waited for."""
    host = os.getpid()
    end = time.monotonic() + LEFT_AFTER
    while True:
        left = [entry.pid for entry in tree.below(host) if entry.alive and not tree.is_helper(entry, host)]
        if len(left) <= usual or time.monotonic() > end:
            return left
        time.sleep(0.005)


# ---------------------------------------------------------------------- in pytest's process


def _supervise(host: int, watch: Watch, folder: str) -> str:
    """Waits for the end of the test's own process; says why it was given up, if it was."""
    descriptor = os.pidfd_open(host)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        trace = tracefile.Follower(os.path.join(folder, papers.TRACE))
        tasks = 0
        while not poll.poll(TICK * 1000):
            for record in trace.more():
                tasks += record["event"] == "task"
                watch.alarmed |= record["event"] == "alarm"
                if record["event"] == "process" and record["role"] == "manager":
                    watch.patient.add(record["number"])
            stopped = "livelock" if tasks > watch.limits.tasks else watch.look()
            if stopped and not poll.poll(0):
                return stopped
        return ""
    finally:
        os.close(descriptor)


def _rescue(host: int, watch: Watch | None) -> int:
    """Ends the test's own process and every process below it; returns its status."""
    known = set(watch.seen) if watch is not None else set()
    done, status = os.waitpid(host, os.WNOHANG)
    if not done:
        with contextlib.suppress(ProcessLookupError):
            os.kill(host, signal.SIGSTOP)  # else it starts new workers for those that are killed
        for entries in _rounds(lambda: tree.below(host)):
            known |= {entry.pid for entry in entries}
            if not _kill([entry for entry in entries if not tree.is_tracker(entry.pid)]):
                break
        os.kill(host, signal.SIGKILL)
        _, status = os.waitpid(host, 0)
    for orphans in _rounds(lambda: [entry for entry in tree.table().values() if entry.parent == os.getpid()]):
        ours = [entry for entry in orphans if entry.pid in known or entry.group == host]
        _kill([entry for entry in ours if not tree.is_tracker(entry.pid)])
        for entry in ours:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(entry.pid, os.WNOHANG)
        if not ours:
            break
    return status


def _rounds(look: Callable[[], list[tree.Entry]]) -> Iterator[list[tree.Entry]]:
    """Looks again and again, for a while."""
    end = time.monotonic() + HELPERS_AFTER
    while time.monotonic() < end:
        yield look()
        time.sleep(0.002)


def _kill(entries: list[tree.Entry]) -> bool:
    """Kills those that are alive; whether there was one."""
    living = [entry for entry in entries if entry.alive]
    for entry in living:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(entry.pid, signal.SIGKILL)
    return bool(living)


def _how(status: int, folder: str) -> str:
    """How the test's own process ended without a word."""
    with contextlib.suppress(OSError), open(os.path.join(folder, "crash")) as file:
        text = file.read().strip()
        if text:
            return text
    if os.WIFSIGNALED(status):
        return f"it was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"it left with os._exit({os.WEXITSTATUS(status)})"
