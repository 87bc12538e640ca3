"""Makes the exceptions that are injected, and finds them again by identity."""

from __future__ import annotations

import errno
from collections.abc import Iterator

MESSAGE = "injected by taskfail"
_ERRNO = {
    OSError: errno.EIO,
    ConnectionError: errno.ECONNRESET,
    ConnectionResetError: errno.ECONNRESET,
    ConnectionRefusedError: errno.ECONNREFUSED,
    ConnectionAbortedError: errno.ECONNABORTED,
    BrokenPipeError: errno.EPIPE,
    TimeoutError: errno.ETIMEDOUT,
    FileNotFoundError: errno.ENOENT,
    FileExistsError: errno.EEXIST,
    PermissionError: errno.EACCES,
    InterruptedError: errno.EINTR,
    IsADirectoryError: errno.EISDIR,
    NotADirectoryError: errno.ENOTDIR,
}
PROGRAMMING_ERRORS = (NameError, AttributeError, TypeError, UnboundLocalError)
_MISUSE = (
    "release unlocked lock",
    "cannot release un-acquired lock",
    "cannot notify on un-acquired lock",
    "Lock is not acquired.",
    "The current task is not holding this lock",
    "The current task is not holding the underlying lock",
    "this borrower isn't holding any of this CapacityLimiter's tokens",
)
_MISUSE_VALUES = (
    "Semaphore released too many times",
    "BoundedSemaphore released too many times",
    "semaphore released too many times",
    "task_done() called too many times",
)


def make(kind: type[BaseException] | BaseException) -> BaseException | None:
    """An exception of this type as it occurs in life: those of the operating system carry their number.

    Returns:
        The exception, or `None` where its constructor asks for more than a message.
    """
    if isinstance(kind, BaseException):
        return kind
    if kind in _ERRNO:
        return kind(_ERRNO[kind], MESSAGE)
    try:
        error: BaseException | None = kind(MESSAGE)
    except Exception:
        try:
            error = kind()
        except Exception:
            error = None
    return error if isinstance(error, BaseException) else None


def make_any(kind: type[BaseException] | BaseException) -> BaseException | None:
    """As `make`, and where the constructor asks for more than a message, it is given as many texts as it asks for.

    Between processes this matters: an exception that was made from two arguments and keeps one message cannot be rebuilt.
    """
    error = make(kind)
    if error is not None or not isinstance(kind, type):
        return error
    import inspect

    try:
        parameters = inspect.signature(kind).parameters.values()
        needed = [one for one in parameters if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
        by_name = {one.name: MESSAGE for one in needed if one.kind is one.KEYWORD_ONLY}
        made = kind(*(MESSAGE for one in needed if one.name not in by_name), **by_name)
    except Exception:
        return None
    return made if isinstance(made, BaseException) else None


def related(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, those it was raised from or while handling, and the members of groups."""
    todo, seen = [error], set()
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            todo += one.exceptions


def is_misuse(error: BaseException) -> bool:
    """Whether something was given back that had not been got: no order of steps and no time limit makes that right."""
    if isinstance(error, RuntimeError):
        return str(error) in _MISUSE
    return isinstance(error, ValueError) and str(error) in _MISUSE_VALUES


def is_programming_error(error: BaseException) -> bool:
    """Whether it says that the code is wrong, not that the world is."""
    return is_misuse(error) or isinstance(error, PROGRAMMING_ERRORS)
