"""An experiment whose plan may leave open what a point is called: there a fault strikes only where it may happen anyway."""

from __future__ import annotations

from types import FrameType
from typing import Any

from ..model.faults import KINDS, Cancel, Fault, Raise
from ..model.plans import Injection, Plan
from ..model.points import Point, Selector
from ..model.schedules import Schedule
from ..model.traces import Place
from ..runtime.experiment import Experiment
from ..runtime.reading.sources import Sources
from .eligible import Eligible
from .menu import Menu

ANY_KINDS = ("call", "start", "await", "timer", "acquire", "end")
"""Kinds of points at which something goes wrong unasked, most telling first."""


def is_open(at: Point | Selector) -> bool:
    """Whether a selector leaves the name open.

    Example:
        >>> is_open(Selector.parse("call:* in *#1")), is_open(Selector.parse("call:fetch"))
        (True, False)
    """
    return isinstance(at, Selector) and at.kind in ANY_KINDS and at.name.partition("#")[0] == "*"


class CarefulExperiment(Experiment):
    """An experiment with points for everything that a user may name; a leaked task gets time to end first.

    Args:
        replies: whether to ask of each call if its reply may be lost.
    """

    def __init__(self, files: Sources, plan: Plan, schedule: Schedule, replies: bool = False) -> None:
        super().__init__(files, plan, schedule, menu=Menu(frozenset(KINDS)), strict=replies, linger=True)
        self._can_fail = Eligible(files)
        self._here: tuple[Any, ...] = ()

    def reach(
        self, me: Any, kind: str, name: str, frame: FrameType, subject: Any = None, place: Place | None = None
    ) -> Fault | None:
        """As any experiment does; what is asked is kept for `_planned`."""
        self._here = me, kind, name, frame, subject
        return super().reach(me, kind, name, frame, subject, place)

    def cancelled_first(self, error: BaseException) -> None:
        """By hand a fault that has not happened has not fired."""
        for number, (injection, point, place, raised, _) in enumerate(self.fired):
            if raised is error:
                del self.fired[number]
                self.pending[injection.at.kind].append(injection)
                self.reached[point] = place, "it is awaited", (injection.fault,)
                return

    def _planned(self, point: Point, place: Place) -> Fault | None:
        waiting = self.pending.get(point.kind, [])
        unfit = [one for one in waiting if is_open(one.at) and one.applies(point) and not self._may_happen(one)]
        if not unfit:
            return super()._planned(point, place)
        fit = [one for one in waiting if one not in unfit]
        self.pending[point.kind] = fit
        try:
            return super()._planned(point, place)
        finally:  # what has fired is gone, the others stay in their order
            self.pending[point.kind] = [one for one in waiting if one in fit or one in unfit]

    def _may_happen(self, injection: Injection) -> bool:
        me, kind, name, frame, subject = self._here
        if kind == "call":
            rule, callee, called = subject
            rule = self._can_fail(callee, called.f_code if called else None, called or frame)
            if not rule:
                return False
            subject = rule, callee, called
        assert self.menu is not None
        _, faults = self.menu(self, me, kind, name, frame, subject)
        return any(_alike(injection.fault, one) for one in faults)


def _alike(wanted: Fault, offered: Fault) -> bool:
    """Whether a fault that may happen here is of the wanted sort: of an exception the type is the plan's."""
    if isinstance(wanted, Raise) and isinstance(offered, Raise):
        return wanted.after == offered.after or wanted.after
    if isinstance(wanted, Cancel) and wanted.scope:
        return isinstance(offered, Cancel)
    return wanted == offered or (wanted.kind == offered.kind and wanted.kind in ("hold", "delay"))
