"""Which calls can fail: a program is not accused because a helper that adds two numbers might raise."""

from __future__ import annotations

import builtins
import io
import sys
import types
from types import CodeType, FrameType
from typing import Any

from ..runtime.calls import BY_WHAT_IT_CALLS
from ..runtime.reading import functions, handlers, sources
from ..runtime.reading.sources import Sources
from ..runtime.reading.variables import Variables
from . import parsers

IO_MODULES = frozenset(
    "_io io os posix _socket socket ssl _ssl sqlite3 _sqlite3 subprocess shutil tempfile pathlib urllib http smtplib ftplib "
    "poplib imaplib xmlrpc socketserver select selectors mmap dbm shelve gzip bz2 lzma zipfile tarfile".split()
)
"""Modules of the standard library whose calls reach the operating system."""

_NO_IO = frozenset(
    "getpid getppid urandom cpu_count getcwd fspath fsencode fsdecode strerror get_terminal_size getenv times "
    "StringIO BytesIO getvalue Path PurePath PosixPath with_suffix with_name joinpath relative_to as_posix "
    "register unregister modify poll select".split()
)
_STREAMS = frozenset(
    "open_connection open_unix_connection start_server start_unix_server read readline readexactly readuntil drain "
    "create_subprocess_exec create_subprocess_shell communicate".split()
)
"""Calls of asyncio's streams and subprocesses that reach the operating system."""

_TO_FILES = {"json": ("dump", "load"), "pickle": ("dump", "load"), "_pickle": ("dump", "load"), "_csv": ("writerow", "writerows")}
"""Functions by module that write to an open file or read from it."""

_WIRE = frozenset({"_socket", "socket", "ssl", "_ssl", "select", "selectors", "socketserver"})
"""A test file that talks to sockets itself is the other end of the wire: its own calls do not fail."""

_LOG_CALLS = frozenset("debug info warning warn error exception critical log msg bind unbind new getLogger get_logger".split())
_LOG_PACKAGES = frozenset({"structlog", "loguru", "logging", "logbook"})
_STRUCTURE_PACKAGES = frozenset("anyio sniffio aiotools async_timeout exceptiongroup aiologic pyee blinker".split())
_STRUCTURE_IO = tuple(
    f"anyio.{name}" for name in ("_core._sockets", "_core._fileio", "_core._subprocesses", "streams.tls", "streams.file")
)
"""Packages that do for tasks what asyncio does: their locks, groups and events fail no more than its own
(a listener may, by itself); their input and output can."""

_DEPTH = 5

EVERY = "every call was asked for"
"""The rule by which a call is a point that would be none otherwise."""


class Eligible:
    """The rule by which a callee can fail.

    Args:
        files: whose code is whose.
        every: whether every call of the user's can fail, because the user asked for it.
    """

    def __init__(self, files: Sources, every: bool = False) -> None:
        self.files = files
        self.every = every
        self._asked: dict[Any, tuple[str, bool]] = {}

    def __call__(self, callee: Any, code: CodeType | None, frame: FrameType | None) -> str:
        if code is not None and frame is not None:
            return self._users(code, frame.f_globals, Variables(frame))
        rule, depends = self._known(callee)
        if frame is None or not depends:
            return rule
        if not self.every and _is_wire(_module_of(callee)):
            return "" if self.files.kind(frame.f_code.co_filename) == sources.TEST else rule
        return parsers.RULE if parsers.malformed(callee, frame, self.files) else rule

    def _known(self, callee: Any) -> tuple[str, bool]:
        """The rule for what is not the user's, and whether it depends on who calls; remembered, as each call asks."""
        key = _likes(callee)
        known = None if key is None else self._asked.get(key)
        if known is None:
            known = self._others(callee), _is_wire(_module_of(callee)) or parsers.is_parser(callee)
            if key is not None:
                self._asked[key] = known
        return known

    def _users(self, code: CodeType, names: Any, own: Any) -> str:
        if self.every:
            return EVERY
        if handlers.cannot_fail(code) or handlers.only_signals(code, names, own):
            return ""
        if self.files.kind(code.co_filename) == sources.TEST and code.co_name != "__post_init__":
            is_error = code.co_name == "__init__" and isinstance(next(iter(own.values()), None), BaseException)
            passes_on = handlers.fails_inside(code) and self._reaches_out(code, names, own, _DEPTH, set())
            return "" if is_error or passes_on else "it is defined in a test file: a stand-in for the outside world"
        if handlers.fails_inside(code):
            return ""
        if handlers.has_raise(code, names):
            return "its source contains a raise"
        inner = self._reaches_out(code, names, own, _DEPTH, set())
        return f"{BY_WHAT_IT_CALLS}{inner}" if inner else ""

    def _reaches_out(self, code: CodeType, names: Any, own: Any, depth: int, seen: set[CodeType]) -> str:
        """The call inside of a function of the user's, followed through the user's own functions, that can fail."""
        if depth == 0 or code in seen:
            return ""
        seen.add(code)
        for callee in handlers.callees(code, names, own):
            function = getattr(callee, "__func__", callee)
            inner = getattr(function, "__code__", None)
            if inner is not None and self.files.is_users(inner):
                if handlers.cannot_fail(inner):
                    continue
                if self.files.kind(inner.co_filename) == sources.TEST or handlers.has_raise(inner, function.__globals__):
                    return f"{function.__name__}, which can fail"
                found = self._reaches_out(inner, function.__globals__, {}, depth - 1, seen)
                if found:
                    return found
            elif self._others(callee):
                return f"{getattr(callee, '__name__', 'something')}, which can fail"
        return ""

    def _is_library(self, module: str) -> bool:
        filename = getattr(sys.modules.get(module), "__file__", None)
        return bool(filename) and self.files.kind(str(filename)) == sources.LIBRARY

    def _others(self, callee: Any) -> str:
        name = getattr(callee, "__name__", "")
        if isinstance(callee, type) and issubclass(callee, BaseException):
            return ""
        module = _module_of(callee)
        root = module.partition(".")[0]
        if module.startswith("urllib.parse") or type(getattr(callee, "__self__", None)).__name__ == "_Environ":
            return ""
        if name in _LOG_CALLS and root in _LOG_PACKAGES:
            return ""
        if root in _STRUCTURE_PACKAGES:
            return "it is input or output" if module.startswith(_STRUCTURE_IO) else ""
        code = functions.code_of(callee)
        if code is not None and self.files.kind(code.co_filename) == sources.LIBRARY:
            return "" if root in _LOG_PACKAGES else "it belongs to another package"
        if isinstance(callee, type) and self._is_library(module):
            init: Any = vars(callee).get("__init__")
            fails = not hasattr(init, "__code__") or handlers.has_raise(init.__code__, init.__globals__)
            return "it belongs to another package" if fails else ""
        if callee is builtins.open or callee is io.open:
            return "it is input or output"
        if name in _TO_FILES.get(module, ()):
            return "it is input or output"
        if module in ("asyncio.streams", "asyncio.subprocess"):
            return "it is input or output" if name.rpartition(".")[2] in _STREAMS else ""
        if root in IO_MODULES and name not in _NO_IO and not name.startswith("_") and not isinstance(callee, type):
            owner = getattr(callee, "__self__", None)
            if isinstance(owner, io.StringIO | io.BytesIO):
                return ""
            return "it is input or output"
        return ""


def _likes(callee: Any) -> Any:
    """What all callees have in common that are judged alike; `None` for objects that are called, each of which may be its own."""
    kind = type(callee)
    if kind is types.FunctionType:
        return callee.__code__, callee.__module__
    if kind is types.BuiltinFunctionType or kind is types.MethodType:
        owner = callee.__self__
        alike = owner if isinstance(owner, type | types.ModuleType) else type(owner)
        return callee.__name__, getattr(callee, "__code__", None), alike
    return callee if kind is type else None


def _is_wire(module: str) -> bool:
    return module == "asyncio.streams" or module.partition(".")[0] in _WIRE


def _module_of(callee: Any) -> str:
    owner = getattr(callee, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        return str(type(owner).__module__ if not isinstance(owner, type) else owner.__module__)
    owner = getattr(callee, "__objclass__", None)
    if owner is not None:
        return str(owner.__module__)
    return str(getattr(callee, "__module__", "") or "")
