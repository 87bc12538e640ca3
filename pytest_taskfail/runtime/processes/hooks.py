"""Where processes and tasks start: each gets its envelope or its papers.

Installed in the test's own process of one experiment, which ends with it, and in its workers: nothing is ever put back.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from types import FrameType
from typing import Any

from ...model.faults import Kill
from ...model.points import role_of
from ..tasks import name_of
from . import answers, beside, flags, locks
from .envelope import Envelope, Fragile, MapEnvelope
from .papers import Papers
from .side import Side

_installed: set[str] = set()
_side: Side | None = None
_MACHINERY = ("concurrent.", "multiprocessing.", "joblib.externals.loky", "loky.")
"""Modules whose processes are workers of a pool, managers and their like."""


def install(side: Side) -> None:
    """Replaces what starts tasks and processes, in all modules that are loaded by now."""
    global _side
    _side = side
    locks.install(side)
    flags.install()
    for name, put in _PLACES.items():
        module = sys.modules.get(name)
        if module is not None and name not in _installed:
            _installed.add(name)
            put(module)
    beside.install(the_side)


def the_side() -> Side:
    """This process's side."""
    assert _side is not None
    from . import side

    return side.enter(_side.folder)


# ---------------------------------------------------------------------- what a task is called and what may happen to it


class _Submission:
    """What the menu wants to know of a task: what it runs, who submits it, and whether it is a process of its own."""

    def __init__(self, function: Any, site: FrameType | None, alone: bool) -> None:
        self.function = function
        self.site = site
        self.alone = alone
        self.may_raise: list[type[BaseException]] | None = None  # the menu's notes


def _inner(function: Any) -> Any:
    """The user's callable inside of a chunk of `Executor.map`, or of `Context.run`."""
    while isinstance(function, functools.partial):
        wraps = getattr(function.func, "__name__", "") == "_process_chunk" or hasattr(function.func, "__self__")
        chunk = wraps and function.args and callable(function.args[0])
        function = function.args[0] if chunk else function.func
    return function


def _announce(
    side: Side, function: Any, frame: FrameType | None, processes: bool, alone: bool = False
) -> tuple[str, tuple[str, ...]]:
    """Gives a task its path and tells the trace what may happen to it; also the exceptions that its site is prepared for."""
    path = side.child_path(name_of(_inner(function)))
    user = side.users_frame(frame)
    told: dict[str, list[str]] = {}
    prepared: tuple[str, ...] = ()
    if side.menu is not None:
        role = role_of(path).rpartition("/")[2]
        submission = _Submission(_inner(function), frame, alone)
        for kind in ("start", "end"):
            why, faults = side.menu(side, side.task, kind, role, frame, submission)
            kept = [str(fault) for fault in faults if processes or not isinstance(fault, Kill)]
            if kept:
                told[kind] = [why, *kept]
        prepared = side.menu.prepared(side, submission)  # type: ignore[attr-defined]
    side.trace.write("task", task=path, parent=side.task.path, place=side.place(user), may=told)
    return path, prepared


def _submit(side: Side, function: Any, args: tuple[Any, ...], frame: FrameType, processes: bool = True) -> tuple[Envelope, Any]:
    path, prepared = _announce(side, function, frame, processes)
    args = _encoded(side, path, args) if processes else args
    return Envelope(side.folder, path, function, prepared), args


def _encoded(side: Side, path: str, args: Any) -> Any:
    """The arguments of a task on their way to it; what cannot be pickled takes the place of the first one."""
    fault = side.reach_pickle("arguments", path, args) if args else None
    return args if fault is None else (Fragile(encodes=fault.decode), *args[1:])


# ---------------------------------------------------------------------- executors


def _executors(module: Any) -> None:
    """Every executor there is: of threads, of processes, and of other makes that derive from `Executor`."""
    for owner in _subclasses(module.Executor):
        if "submit" in vars(owner):
            owner.submit = _submitting(owner.submit, "thread" not in owner.__module__)
    future = module.Future
    for name in ("result", "exception"):
        setattr(future, name, _reading(getattr(future, name)))


def _subclasses(owner: Any) -> Iterator[Any]:
    for one in owner.__subclasses__():
        yield one
        yield from _subclasses(one)


def watch_executor(owner: Any) -> None:
    """Sees what is submitted to executors of a type that does not derive from `Executor`."""
    if not hasattr(owner.submit, "__wrapped__"):
        owner.submit = _submitting(owner.submit, True)


def _submitting(submit: Any, processes: bool) -> Any:
    @functools.wraps(submit)
    def hook(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if isinstance(fn, Envelope):
            return submit(self, fn, *args, **kwargs)
        side = the_side()
        if not processes and side.users_frame(sys._getframe(1)) is None:
            return submit(self, fn, *args, **kwargs)  # a library's own business
        envelope, args = _submit(side, fn, args, sys._getframe(1), processes)
        future = submit(self, envelope, *args, **kwargs)
        if isinstance(future, Future):
            side.trace.write("future", task=envelope.task)
            future.__dict__["_taskfail_path"] = envelope.task
        return future

    return hook


def _reading(read: Any) -> Any:
    """Who reads the result of a future has seen its exception, or what the pool made of it."""

    @functools.wraps(read)
    def hook(self: Any, timeout: float | None = None) -> Any:
        try:
            return read(self, timeout)
        finally:
            error = self._exception
            if error is not None:
                _noted(the_side(), getattr(self, "_taskfail_path", ""), error)

    return hook


def _noted(side: Side, task: str, error: BaseException) -> None:
    """A reader has got this from the future of a task: its exception; or a broken pool, as what came could not be rebuilt."""
    cause = error.__cause__ if isinstance(error, BrokenExecutor) else None
    if cause is None:
        side.trace.write("seen", task=task, by="a reader of its future")
    else:
        words = [line for line in str(cause).splitlines() if line.strip(" '")]
        side.trace.write("not rebuilt", task=task, error=words[-1].removesuffix("'''") if words else "")


# ---------------------------------------------------------------------- multiprocessing.Pool


def _pools(module: Any) -> None:
    pool = module.Pool
    apply_async, map_async = pool.apply_async, pool._map_async

    @functools.wraps(apply_async)
    def hook_apply(
        self: Any, func: Any, args: Any = (), kwds: Any = None, callback: Any = None, error_callback: Any = None
    ) -> Any:
        side, frame = the_side(), sys._getframe(1)
        envelope, args = _submit(side, func, tuple(args), frame)
        callbacks = (beside.followed(side, one, frame) for one in (callback, error_callback))
        result = apply_async(self, envelope, args, kwds or {}, *callbacks)
        return answers.handed_out(side, result, [envelope.task], frame, error_callback)

    @functools.wraps(map_async)
    def hook_map(
        self: Any, func: Any, iterable: Any, mapper: Any, chunksize: Any = None, callback: Any = None, error_callback: Any = None
    ) -> Any:
        side, frame = the_side(), sys._getframe(1)
        star = mapper is module.starmapstar
        items = list(_numbered(side, func, iterable, frame, star))
        callbacks = (beside.followed(side, one, frame) for one in (callback, error_callback))
        result = map_async(self, _map_envelope(func, star), items, mapper, chunksize, *callbacks)
        return answers.handed_out(side, result, [item[0] for item in items], frame, error_callback)

    pool.apply_async, pool._map_async = hook_apply, hook_map
    answers.install(module, the_side)
    for name in ("imap", "imap_unordered"):
        setattr(pool, name, _lazily(getattr(pool, name)))


def _lazily(imap: Any) -> Any:
    @functools.wraps(imap)
    def hook(self: Any, func: Any, iterable: Any, chunksize: int = 1) -> Any:
        numbered = _numbered(the_side(), func, iterable, sys._getframe(1), star=False)
        return imap(self, _map_envelope(func, star=False), numbered, chunksize)

    return hook


def _map_envelope(function: Any, star: bool) -> Envelope:
    side = the_side()
    kind = Envelope if star else MapEnvelope
    return kind(side.folder, "", function)


def _numbered(side: Side, function: Any, iterable: Iterable[Any], frame: FrameType, star: bool) -> Iterator[Any]:
    """The items of a `map`, each with the path of its task."""
    for item in iterable:
        args = tuple(item) if star else (item,)
        path, _ = _announce(side, function, frame, True)
        args = _encoded(side, path, args)
        yield (path, *args) if star else (path, args[0])


# ---------------------------------------------------------------------- processes


def _processes(module: Any) -> None:
    base = module.BaseProcess
    start, bootstrap = base.start, base._bootstrap

    @functools.wraps(start)
    def hook_start(self: Any) -> None:
        side = the_side()
        frame: FrameType | None = sys._getframe(1)
        user = side.users_frame(frame)
        target = getattr(self, "_target", None)
        runs = target if type(self).run is base.run else type(self).run
        infrastructure = str(getattr(runs, "__module__", "")).startswith(_MACHINERY)
        path: str = ""
        prepared: tuple[str, ...] = ()
        if not infrastructure and runs is not None:
            function = target if runs is target else type(self)
            path, prepared = _announce(side, function, frame, True, alone=True)
            side.processes.add(path)
            if runs is target and vars(self).get("_args"):
                self._args = _encoded(side, path, self._args)
        attributes = dict(vars(self))
        vars(self).clear()
        vars(self).update({"_taskfail": Papers(side.folder, path, prepared), **attributes})
        start(self)
        body = side.in_test_body(user)
        role = path or _role(runs)
        side.trace.write("process", number=self.pid, role=role, task=path, place=side.place(user), body=body)

    @functools.wraps(bootstrap)
    def hook_bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        papers = vars(self).get("_taskfail")
        if papers is not None:
            side = the_side()
            if papers.task:
                run = self.run
                self.run = lambda: side.run(papers.task, run, (), {}, papers.prepared)
        return bootstrap(self, *args, **kwargs)

    base.start, base._bootstrap = hook_start, hook_bootstrap


def _role(runs: Any) -> str:
    module = str(getattr(runs, "__module__", ""))
    return "manager" if module.endswith("managers") else "pool worker"


# ---------------------------------------------------------------------- alarms


def _alarms(module: Any) -> None:
    """A signal that the user's code has asked for wakes a process that waits for ever."""
    for name in ("alarm", "setitimer"):
        if hasattr(module, name):
            setattr(module, name, _alarming(getattr(module, name)))


def _alarming(function: Any) -> Any:
    @functools.wraps(function)
    def hook(*args: Any) -> Any:
        side = the_side()
        if side.is_users(sys._getframe(1)):
            side.trace.write("alarm")
        return function(*args)

    return hook


_PLACES = {
    "signal": _alarms,
    "concurrent.futures._base": _executors,
    "multiprocessing.pool": _pools,
    "multiprocessing.process": _processes,
}
