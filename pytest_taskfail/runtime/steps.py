"""Persistence steps: where a process that is about to crash changes what outlives it. Seen in that process only.

SQLite tells each statement as it begins (`set_trace_callback`), the interpreter tells what it asks of the file system (audit
events) and what is called (`sys.setprofile`): the same on every Python.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from fnmatch import fnmatchcase
from types import FrameType
from typing import Any

from .reading.sources import Sources, short_name

GROUPS = ("sqlite", "files")
"""Kinds of steps by name; besides, `call:NAME` names a function."""

_CHANGES = {
    "os.rename": "rename", "os.remove": "remove", "os.mkdir": "make folder", "os.rmdir": "remove folder",
    "os.truncate": "truncate", "os.link": "link", "os.symlink": "link",
}  # fmt: skip
_WRITES = frozenset({"write", "writelines", "flush", "close", "truncate", "__exit__"})
"""Methods of open files."""

_READS = frozenset({"SELECT", "EXPLAIN", "BEGIN", "VALUES", "ATTACH", "DETACH", "ANALYZE"})
TEXT_MAX = 80

Step = Callable[[str, FrameType | None], None]


class Steps:
    """Watches the steps of this process from now on.

    Args:
        folder: files below it are looked at; others, like logs, are not the state.
        groups: of `GROUPS`, and texts `call:NAME`.
        files: whose code is whose.
        step: called before each step, with its words and the frame that is about to make it.
    """

    def __init__(self, folder: str, groups: tuple[str, ...], files: Sources, step: Step) -> None:
        self.folder = os.path.realpath(folder) + os.sep
        self.sqlite, self.files_too = "sqlite" in groups, "files" in groups
        self.names = [group.partition(":")[2] for group in groups if group.startswith("call:")]
        self.files = files
        self.step = step
        self.called: dict[str, None] = {}
        self._new: list[Any] = []

    def begin(self) -> None:
        """Begins to watch; there is no end but that of the process."""
        sys.addaudithook(self._on_audit)
        threading.setprofile(self._on_call)
        sys.setprofile(self._on_call)

    # ------------------------------------------------------------------ what is seen

    def _on_audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect/handle":
            self._new.append(args[0])  # it cannot be used yet
        elif self.files_too and event == "open" and _opens_to_write(args) and self._is_below(args[0]):
            self.step(f"open {self._short(args[0])} to write", sys._getframe(1))
        elif self.files_too and event in _CHANGES and any(self._is_below(one) for one in args):
            paths = " to ".join(self._short(one) for one in args if isinstance(one, str | bytes | os.PathLike))
            self.step(f"{_CHANGES[event]} {paths}", sys._getframe(1))

    def _on_call(self, frame: FrameType, event: str, value: Any) -> None:
        while self._new:
            connection = self._new.pop()
            if self.sqlite:
                connection.set_trace_callback(self._on_statement)
        if event == "c_call":
            name = getattr(value, "__name__", "")
            if self.files_too and name in _WRITES:
                path = _path_of(value, frame)
                if path and self._is_below(path):
                    self.step(f"{'close' if name == '__exit__' else name} {self._short(path)}", frame)
            self._named(str(getattr(value, "__qualname__", name)), frame)
        elif event == "call":
            if self.files.is_users(frame.f_code):
                self.called.setdefault(short_name(frame.f_code.co_qualname))
            self._named(frame.f_code.co_qualname, frame.f_back)

    def _named(self, name: str, frame: FrameType | None) -> None:
        if self.names and any(fnmatchcase(name, one) or name.endswith("." + one) for one in self.names):
            self.step(f"call {name}", frame)

    def _on_statement(self, statement: str) -> None:
        words = statement.split()
        if not words or words[0].startswith("--") or words[0].upper() in _READS:
            return
        if words[0].upper() == "PRAGMA" and "=" not in statement:
            return
        text = " ".join(words)
        self.step(text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 3] + "...", sys._getframe(1))

    # ------------------------------------------------------------------ files

    def _is_below(self, path: Any) -> bool:
        return isinstance(path, str | bytes | os.PathLike) and os.path.realpath(os.fsdecode(path)).startswith(self.folder)

    def _short(self, path: Any) -> str:
        return os.path.relpath(os.path.realpath(os.fsdecode(path)), self.folder)


def _opens_to_write(args: tuple[Any, ...]) -> bool:
    path, mode, flags = args
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    return bool(isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)) or any(one in (mode or "") for one in "wax+")


def _path_of(function: Any, frame: FrameType) -> Any:
    """The file that a call like `file.write` or `os.fsync` is about, where it has a name."""
    owner = getattr(function, "__self__", None)
    path = getattr(owner, "name", None)
    if owner is None or isinstance(owner, type(os)):  # os.fsync and its like: which file is not to be seen
        return ""
    return path if isinstance(path, str | bytes | os.PathLike) else ""
