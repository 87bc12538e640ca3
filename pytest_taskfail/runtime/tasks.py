"""What an experiment knows of one task: a submitted callable, a thread's target, or the test itself."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any

from ..model.points import TEST, role_of
from .reading.functions import bare

if TYPE_CHECKING:
    from .reading.sources import Sources


class Task:
    """One task of one experiment.

    Args:
        path: `parent/function#n`; `test` for the one that runs the test.
        by_test: whether the test function's own body started it.
        started_at: file and line.
        within: of a callback, the task that its thread is in meanwhile: what the callback starts is started by that one.
    """

    __slots__ = (
        "async_held", "by_test", "children", "coroutine", "ended", "entry", "escaped", "future", "given", "held", "hits",
        "is_pool_task", "known", "of_test", "of_wire", "owned", "path", "permits", "started_at", "within",
    )  # fmt: skip

    def __init__(self, path: str, by_test: bool = False, started_at: Any = None, within: Task | None = None) -> None:
        self.path = path
        self.by_test = by_test
        self.started_at = started_at
        self.within = within
        self.is_pool_task = False
        self.given = False
        self.coroutine: Any = None
        self.entry = ""
        self.of_test = path == TEST
        self.of_wire = False
        self.owned = self.known = False
        self.children: dict[str, int] = {}
        self.hits: dict[tuple[str, str], int] = {}
        self.held: dict[int, tuple[Any, Any]] = {}
        self.permits: dict[int, tuple[Any, int, Any]] = {}
        self.async_held: dict[int, Any] = {}
        self.future: Any = None
        self.escaped: BaseException | None = None  # out of a callback
        self.ended = ""

    @property
    def role(self) -> str:
        return role_of(self.path)

    @property
    def is_test(self) -> bool:
        return self.path == TEST

    def is_helper(self, files: Sources) -> bool:
        """Whether a test file has written this task and started it, or has given this callback to a loop, whoever wrote it:
        the test knows best what a callback that fails has not done."""
        if self.within is not None and self.started_at is not None:
            return files.is_tests(self.started_at[0])
        where = [self.entry] if self.started_at is None else [self.entry, self.started_at[0]]
        return all(file and files.is_tests(file) for file in where)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether anybody could: nobody uses the handle of a task that is neither awaited nor cancelled, nor in a group."""
        one = self.coroutine
        if self.owned or one is None:
            return not self.owned
        return bool(self.known or self.by_test or one.is_main or one.canceller.by_gather or one.canceller.task is not None)

    def child_path(self, name: str) -> str:
        """The path of the next child that runs a function of this name."""
        if self.within is not None:
            return self.within.child_path(name)
        nth = self.children.get(name, 0)
        self.children[name] = nth + 1
        return f"{name}#{nth}" if self.of_test else f"{self.path}/{name}#{nth}"

    def hit(self, kind: str, name: str) -> int:
        """Counts a visit; from 0."""
        key = (kind, name)
        nth = self.hits.get(key, 0)
        self.hits[key] = nth + 1
        return nth


def name_of(function: Any) -> str:
    """What a task that runs this callable is called."""
    function = bare(function)
    name = getattr(function, "__name__", None) or type(function).__name__
    return "lambda" if name == "<lambda>" else str(name)


class Op:
    """The user-level operation that a thread is in: what reports name, and what a time limit belongs to."""

    __slots__ = ("expirable", "keeps", "name", "stash", "user")

    def __init__(self, name: str, user: FrameType, expirable: bool) -> None:
        self.name = name
        self.user = user
        self.expirable = expirable
        self.stash: tuple[Any, Any] | None = None
        self.keeps = False
