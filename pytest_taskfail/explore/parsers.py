"""Functions that read what somebody else has written: they fail when it is malformed, and only then.

Whether it can be malformed only the author knows, and says so by a handler that names what the function raises.
"""

from __future__ import annotations

import ast
import base64
import binascii
import json
import pickle
import struct
import time
from collections.abc import Callable
from datetime import date, datetime
from types import CodeType, FrameType
from typing import Any

from ..runtime.reading import handlers, sources
from ..runtime.reading.functions import code_of
from ..runtime.reading.sources import Sources

RULE = "what it reads may be malformed: a handler says so"

_BROAD = (BaseException, Exception)

_ERRORS: dict[Callable[..., Any], type[Exception]] = {
    json.loads: json.JSONDecodeError,
    pickle.loads: pickle.UnpicklingError,
    struct.unpack: struct.error,
    ast.literal_eval: ValueError,
    base64.b64decode: binascii.Error,
    binascii.unhexlify: binascii.Error,
    bytes.fromhex: ValueError,
    time.strptime: ValueError,
    date.fromisoformat: ValueError,
    datetime.fromisoformat: ValueError,
    datetime.strptime: ValueError,
}
_BY_CODE: dict[CodeType, type[Exception]] = {
    code: error for parser, error in _ERRORS.items() if (code := code_of(parser)) is not None
}
"""On Python 3.11 of a function that is written in Python only its code is known."""

_NAMES = frozenset(parser.__name__ for parser in _ERRORS)


def is_parser(callee: Any) -> bool:
    """Whether it may be one of these functions, by its name."""
    return getattr(callee, "__name__", "") in _NAMES


def malformed(callee: Any, frame: FrameType, files: Sources) -> list[type[BaseException]]:
    """The exceptions by which a call may say that its input is malformed, as the handlers around it name them.

    Args:
        callee: what is called.
        frame: of the caller; its own handlers and those of its callers count.
        files: whose code is whose.
    """
    if not is_parser(callee):
        return []
    code = code_of(callee)
    error = _BY_CODE.get(code) if code is not None else _error_of(callee)
    found: dict[type[BaseException], None] = {}
    at: FrameType | None = frame if error is not None else None
    while at is not None and error is not None:
        if files.kind(at.f_code.co_filename) in (sources.USER, sources.TEST):
            kinds = handlers.prepared_types(at)
            found.update(dict.fromkeys(kind for kind in kinds if kind not in _BROAD and issubclass(error, kind)))
        at = at.f_back
    return list(found)


def _error_of(callee: Any) -> type[Exception] | None:
    try:
        return _ERRORS.get(callee)
    except TypeError:  # it cannot be hashed
        return None
