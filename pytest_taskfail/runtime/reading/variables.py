"""The variables of a frame, looked at only where that is needed.

Up to Python 3.12 whoever asks a frame for its `f_locals` gets a copy that lives as long as the frame: what the function has long
dropped, a cursor that keeps its table locked, would live on.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

_OPTIMIZED = inspect.CO_OPTIMIZED
"""The flag of functions; the variables of modules and classes are a dictionary anyway."""


class Variables(Mapping[str, Any]):
    """The variables of a frame; the frame is asked only for names that its function has.

    Args:
        frame: of a function, or of a module or class.
    """

    __slots__ = ("frame",)

    def __init__(self, frame: FrameType) -> None:
        self.frame = frame

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        return self.frame.f_locals[name]

    def __contains__(self, name: object) -> bool:
        code = self.frame.f_code
        own = name in code.co_varnames or name in code.co_cellvars or name in code.co_freevars
        return (own or not code.co_flags & _OPTIMIZED) and name in self.frame.f_locals

    def __iter__(self) -> Iterator[str]:
        return iter(self.frame.f_locals)

    def __len__(self) -> int:
        return len(self.frame.f_locals)
