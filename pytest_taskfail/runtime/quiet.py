"""What the interpreter and asyncio say of things that experiments have left lying: it is nobody's news."""

from __future__ import annotations

import contextlib
import gc
import inspect
import logging
import sys
import warnings
from collections.abc import AsyncGenerator, Coroutine, Iterator

_LAST = ("last_type", "last_value", "last_traceback", "last_exc")
"""What pytest and the interpreter keep of the last failure, in `sys`: its traceback keeps alive what an experiment has left."""

_UNTOLD = ("Task was destroyed but it is pending", "exception was never retrieved", "exception in shielded future")


@contextlib.contextmanager
def leftovers_untold(generation: int = 2) -> Iterator[None]:
    """Coroutines that were never awaited, files never closed, tasks never looked at are collected in silence.

    Args:
        generation: the oldest one in which they can be; after one experiment without collections that is 0, and quick.
    """
    logger = logging.getLogger("asyncio")
    before = {name: vars(sys)[name] for name in _LAST if name in vars(sys)}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"coroutine .* was never awaited", RuntimeWarning)
        warnings.filterwarnings("ignore", category=ResourceWarning)
        logger.addFilter(_is_news)
        hook, sys.unraisablehook = sys.unraisablehook, lambda what: None if _is_coroutine(what.object) else hook(what)
        try:
            yield
        finally:
            for name in _LAST:
                vars(sys).pop(name, None)
            vars(sys).update(before)
            if "asyncio" in sys.modules:
                gc.collect(generation)
            sys.unraisablehook = hook
            logger.removeFilter(_is_news)


def _is_coroutine(thing: object) -> bool:
    return isinstance(thing, Coroutine | AsyncGenerator) or inspect.iscoroutinefunction(thing)


def _is_news(record: logging.LogRecord) -> bool:
    return not any(words in record.getMessage() for words in _UNTOLD)
