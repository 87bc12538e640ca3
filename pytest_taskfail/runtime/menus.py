"""What an experiment asks at each point: which faults may happen there. The answer comes from above, from `explore/menu.py`."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from ..model.faults import Fault
from .carriers import Carrier

if TYPE_CHECKING:
    from .experiment import Experiment

AT_RELEASES = frozenset({"drop", "duplicate", "delay"})
"""Kinds of faults for whose sake the release of a lock is a point."""


class Menu(Protocol):
    """Says which faults may happen at a point and by which rule."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of faults that are wanted."""

    def __call__(
        self, experiment: Experiment, me: Carrier, kind: str, name: str, frame: FrameType, subject: Any, /
    ) -> tuple[str, tuple[Fault, ...]]:
        """The rule, in words, and the faults."""
