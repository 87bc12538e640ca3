"""Calls that block in the operating system: while one is under way its thread does without the baton.

Where the call would not block, which a poll of the descriptor tells, it is made at once and stays exact. Else the thread
waits in slices, so that it can be ended. What is not listed here is noticed by the watchdog.
"""

from __future__ import annotations

import functools
import os
import select
import selectors
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import control, real
from .carriers import Abort, Carrier

if TYPE_CHECKING:
    from .experiment import Experiment

SLICE = 0.02
"""Seconds that a thread waits at a stretch before it looks whether the experiment has been stopped."""

POLL_MAX = 1.0
"""Seconds up to which a wait with a limit is taken to be one turn of a loop that looks whether anything has come."""

_READ = ("accept", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg")
_WRITE = ("send", "sendall", "sendto", "sendmsg")

Step = Callable[[float], "tuple[bool, Any]"]
"""Waits so many seconds at most: (whether it is over, what it gives)."""


def arm(put: Callable[[Any, str, Any], None]) -> None:
    """Replaces the calls, with the caller's `put`, which knows how to undo it."""
    for names, events in ((_READ, select.POLLIN), (_WRITE, select.POLLOUT)):
        for name in names:
            put(socket.socket, name, _on_socket(getattr(socket.socket, name), name, events))
    kinds = [getattr(selectors, f"{name}Selector", None) for name in ("Select", "Poll", "Epoll", "Devpoll", "Kqueue")]
    for owner in dict.fromkeys(_defines(kind, "select") for kind in kinds if kind is not None):
        put(owner, "select", _on_selector(vars(owner)["select"]))
    put(select, "select", _on_select(select.select))
    put(os, "read", _on_read(os.read))
    if hasattr(os, "waitpid"):
        put(os, "waitpid", _on_waitpid(os.waitpid))
    fcntl = sys.modules.get("fcntl")
    if fcntl is not None:
        for name in ("flock", "lockf"):
            put(fcntl, name, _on_file_lock(getattr(fcntl, name), fcntl))


def _defines(kind: type, name: str) -> type:
    """The class that has the method: it may be one of those that `kind` is derived from."""
    return next(one for one in kind.__mro__ if name in vars(one))


def _here() -> tuple[Experiment, Carrier] | None:
    experiment = control.active
    if experiment is None:
        return None
    me = experiment.scheduler.by_ident.get(real.get_ident())
    return None if me is None else (experiment, me)


def _wait(experiment: Experiment, me: Carrier, why: str, step: Step, limit: float | None = None) -> Any:
    """Waits outside of control until a step is over; `None` when the limit, in seconds of real time, has passed."""
    scheduler = experiment.scheduler
    turn = limit if limit is not None and limit <= POLL_MAX else None
    if turn is not None and scheduler.draining:  # the test is over: nobody waits in real time for what a loop may find
        scheduler.block(me, None, scheduler.clock.deadline(turn))
        return step(0.0)[1]
    end = None if limit is None else real.monotonic() + limit
    over, value, left = False, None, SLICE
    scheduler.go_outside(me, why)
    try:
        while not (scheduler.aborting or over or left <= 0):
            left = SLICE if end is None else min(SLICE, end - real.monotonic())
            over, value = step(max(left, 0.0))
    finally:
        scheduler.come_back(me)
    if scheduler.aborting and not over and left > 0:
        raise Abort
    if turn is not None and not over:  # a loop that looks again and again does not keep time from passing
        scheduler.expire(me, scheduler.clock.deadline(turn))
    return value


def _poll(descriptor: Any, events: int) -> Step:
    poll = select.poll()
    poll.register(descriptor, events)
    return lambda seconds: (bool(poll.poll(seconds * 1000)), None)


def _replaces(function: Any, call: Any, module: str) -> Any:
    functools.update_wrapper(call, function)
    call.__module__ = module
    return call


def _on_socket(function: Any, name: str, events: int) -> Any:
    def call(self: socket.socket, *args: Any, **kwargs: Any) -> Any:
        here = _here()
        if here is not None and self.gettimeout() != 0 and self.fileno() >= 0:
            step = _poll(self, events)
            if not step(0)[0]:
                _wait(*here, f"is in socket.{name}", step, self.gettimeout())
                if self.gettimeout() is not None and not step(0)[0]:
                    raise TimeoutError("timed out")
        return function(self, *args, **kwargs)

    return _replaces(function, call, "socket")


def _on_selector(function: Any) -> Any:
    def call(self: Any, timeout: float | None = None) -> Any:
        here = _here()
        if here is None:
            return function(self, timeout)
        ready = function(self, 0)
        if ready or (timeout is not None and timeout <= 0):
            return ready

        def step(seconds: float) -> tuple[bool, Any]:
            found = function(self, seconds)
            return bool(found), found

        of_process = sys._getframe(1).f_globals.get("__name__") == "subprocess"  # `communicate` takes what the child takes
        return _wait(*here, "waits for the output of a process" if of_process else "waits in a selector", step, timeout)

    return _replaces(function, call, "selectors")


def _on_select(function: Any) -> Any:
    def call(readers: Any, writers: Any, errors: Any, timeout: float | None = None, /) -> Any:
        here = _here()
        if here is None:
            return function(readers, writers, errors, timeout)
        ready = function(readers, writers, errors, 0)
        if any(ready) or (timeout is not None and timeout <= 0):
            return ready

        def step(seconds: float) -> tuple[bool, Any]:
            found = function(readers, writers, errors, seconds)
            return any(found), found

        return _wait(*here, "waits in select.select", step, timeout)

    return _replaces(function, call, "select")


def _on_read(function: Any) -> Any:
    def call(descriptor: int, length: int, /) -> Any:
        here = _here()
        if here is not None:
            step = _poll(descriptor, select.POLLIN)
            if os.get_blocking(descriptor) and not step(0)[0]:
                _wait(*here, "reads from the operating system", step)
        return function(descriptor, length)

    return _replaces(function, call, "posix")


def _on_waitpid(function: Any) -> Any:
    def call(pid: int, options: int, /) -> Any:
        here = _here()
        if here is None or options & os.WNOHANG:
            return function(pid, options)

        def step(seconds: float) -> tuple[bool, Any]:
            found = function(pid, options | os.WNOHANG)
            if found[0] == 0:
                real.sleep(min(seconds, 0.002))
            return found[0] != 0, found

        return _wait(*here, "waits for a process", step)

    return _replaces(function, call, "posix")


def _on_file_lock(function: Any, fcntl: Any) -> Any:
    def call(descriptor: Any, operation: int, *args: Any) -> Any:
        here = _here()
        if here is None or operation & (fcntl.LOCK_NB | fcntl.LOCK_UN):
            return function(descriptor, operation, *args)

        def step(seconds: float) -> tuple[bool, Any]:
            try:
                return True, function(descriptor, operation | fcntl.LOCK_NB, *args)
            except BlockingIOError:
                real.sleep(min(seconds, 0.002))
                return False, None

        over, value = step(0.0)
        return value if over else _wait(*here, "waits for a file lock", step)

    return _replaces(function, call, "fcntl")
