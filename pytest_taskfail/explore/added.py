"""What plugins add to an exploration: faults in the menu, laws beside the universal ones."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

from ..errors import PlanError
from ..model import custom
from ..model.faults import Cancel, Delay, Fault, Raise
from ..model.findings import LAWS, ON_REQUEST, Finding
from ..model.points import Point
from ..model.traces import Trace
from ..runtime.carriers import Carrier
from ..runtime.experiment import Experiment
from .menu import Menu

LawFunction = Callable[[Trace, Trace], Iterable[Finding]]


class LongerMenu:
    """A menu and the faults of plugins, where a fault of ours of the same sort may happen too.

    Args:
        menu: says what may happen of our own faults.
        kinds: the kinds of faults that are wanted.
    """

    def __init__(self, menu: Menu, kinds: frozenset[str]) -> None:
        self.menu = menu
        self.kinds = kinds
        self.added = [kind for kind in custom.KNOWN.values() if kind.name in kinds]
        self.any = Menu(frozenset({"raise", "cancel", "delay"}), menu.strict)

    def __call__(
        self, experiment: Experiment, me: Carrier, kind: str, name: str, frame: FrameType, subject: Any
    ) -> tuple[str, tuple[Fault, ...]]:
        why, faults = self.menu(experiment, me, kind, name, frame, subject)
        point = experiment.last_point
        assert point is not None
        more = self._added(point)
        if not more:
            return why, faults
        rule, ours = self.any(experiment, me, kind, name, frame, subject)
        if not any(_same_sort(kind, fault) for fault in ours):
            return why, faults
        return why or rule, (*faults, *more)

    def _added(self, point: Point) -> tuple[Fault, ...]:
        return tuple(fault for kind in self.added if kind.may_happen(point) for fault in kind.faults)


def _same_sort(kind: str, fault: Fault) -> bool:
    """Whether this fault of ours shows that a plugin's fault may happen at such a point too."""
    match kind:
        case "call":
            return isinstance(fault, Raise) and not fault.after
        case "start" | "end":
            return isinstance(fault, Raise)
        case "await":
            return isinstance(fault, Cancel)
    return isinstance(fault, Delay)


def longer(menu: Menu, kinds: frozenset[str]) -> Any:
    """The menu, with the faults of plugins where any are wanted."""
    return LongerMenu(menu, kinds) if kinds & custom.KNOWN.keys() else menu


class AddedLaw:
    """A law of a plugin: what it finds in the fault-free run already, it does not find.

    Args:
        name: its name in findings.
        plugin: who adds it.
        find: the law itself.
    """

    def __init__(self, name: str, plugin: str, find: LawFunction) -> None:
        self.name = name
        self.plugin = plugin
        self.find = find

    def __call__(self, trace: Trace, golden: Trace) -> Iterator[Finding]:
        found = self._findings(trace, golden)
        if not found:
            return
        before = {finding.key for finding in self._findings(golden, golden)}
        yield from (finding for finding in found if finding.key not in before)

    def _findings(self, trace: Trace, golden: Trace) -> list[Finding]:
        whose = f"the law {self.name!r} of the plugin {self.plugin}"
        try:
            found = list(self.find(trace, golden))
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            raise PlanError(f"{whose} failed: {type(error).__name__}: {error} ({at.filename}:{at.lineno})") from error
        for finding in found:
            if not isinstance(finding, Finding):
                raise PlanError(f"{whose} gave {finding!r}; it must give Findings: pytest_taskfail.Finding({self.name!r}, lines)")
            if finding.law != self.name:
                raise PlanError(f"{whose} gave a Finding of the law {finding.law!r}; a Finding bears the name of its law")
        return found


def added_laws(given: Iterable[tuple[str, Any]]) -> tuple[AddedLaw, ...]:
    """The laws that plugins add.

    Args:
        given: the name of each plugin with what its hook returned.

    Raises:
        PlanError: a name is taken, or something is no law; the message names the plugin and the remedy.
    """
    laws: dict[str, AddedLaw] = {}
    for plugin, named in given:
        if not isinstance(named, dict):
            raise PlanError(f"the plugin {plugin} adds laws as {named!r}; give a dictionary, name -> function of two traces")
        for name, find in named.items():
            whose = f"the plugin {plugin} adds a law {name!r}"
            if not isinstance(name, str) or not custom.is_name(name):
                raise PlanError(f"{whose}: a name is made of lower-case letters and numbers, words joined by '-'")
            if name in LAWS or name in ON_REQUEST:
                raise PlanError(f"{whose}: there is a universal law of this name; take another name")
            if name in laws:
                raise PlanError(f"{whose}: the plugin {laws[name].plugin} adds one too; one of them must take another name")
            if not callable(find):
                raise PlanError(f"{whose}: {find!r} cannot be called; give a function of two traces")
            laws[name] = AddedLaw(name, plugin, find)
    return tuple(laws.values())
