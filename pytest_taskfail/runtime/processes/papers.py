"""What a process must know to take part in an experiment: a folder, and the orders that lie in it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..reading.sources import Sources
from .tracefile import Record

if TYPE_CHECKING:
    from ..handler_probe import Chosen

TRACE, ORDERS = "trace", "orders"


@dataclass(frozen=True)
class Orders:
    """The orders of one experiment, the same for all its processes.

    Args:
        plan: the faults, as text.
        files: whose code is whose.
        menu: which faults may happen where; without it points are not described.
        can_fail: which calls are points; without it calls are not looked at.
        strict: whether a call may also fail after its effect.
        host: process id of the test's own process, where nothing is ever killed.
        cover: in which files it is noted which handlers are entered; nowhere without it.
        growing: whether the plan is made while the experiment runs.
    """

    plan: str
    files: Sources
    menu: Callable[..., Any] | None
    can_fail: Callable[..., str] | None
    strict: bool
    host: int
    cover: Chosen | None = None
    growing: bool = False

    def save(self, folder: str) -> None:
        """Puts the orders where a process that does not inherit them finds them."""
        path = os.path.join(folder, ORDERS)
        with open(path + "-new", "wb") as file:
            pickle.dump(self, file)
        os.replace(path + "-new", path)

    @classmethod
    def load(cls, folder: str) -> Orders:
        """The orders that lie in a folder."""
        with open(os.path.join(folder, ORDERS), "rb") as file:
            found = pickle.load(file)
        assert isinstance(found, cls)
        return found


def plans(records: list[Record]) -> list[str]:
    """The injections that were planned while the experiment ran."""
    return [record["injection"] for record in records if record["event"] == "plan"]


@dataclass(frozen=True)
class Papers:
    """What a started process carries: under spawn and forkserver it reads them before anything else of its arguments.

    Args:
        folder: of the experiment.
        task: path of the task that the process is; empty for a worker of a pool, a manager and their like.
        prepared: names of exception types that those who started it are prepared for.
    """

    folder: str
    task: str
    prepared: tuple[str, ...] = ()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        from . import hooks, side

        hooks.install(side.enter(self.folder))
