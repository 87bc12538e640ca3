"""Which scheduler is in charge, if any: the one global that every dispatcher asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import real

if TYPE_CHECKING:
    from .carriers import Carrier
    from .experiment import Experiment
    from .reading.sources import Sources

active: Experiment | None = None
"""The experiment that runs in this process."""

parked: dict[int, object] = {}
"""Threads outside of control that wait in one of our primitives: identity of the thread -> what it waits on."""


def files() -> Sources:
    """Whose code is whose: as pytest is set up; the plugin puts its own function here."""
    from .reading.sources import Sources

    return Sources(".")


def carrier() -> Carrier | None:
    """The calling thread, if it is under control."""
    experiment = active
    return None if experiment is None else experiment.scheduler.by_ident.get(real.get_ident())


tool_threads: frozenset[int | None] = frozenset()
"""Identities of the threads of pytest and its plugins: they were there before any of the user's code and wake nobody."""

left_behind: set[int] = set()
"""Identities of threads that would not end with their experiment; they stand still for good."""
