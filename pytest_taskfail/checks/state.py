"""The same state: what is left after a fault equals what the fault-free run has left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import Any

from .runs import nothing, raise_if

__tracebackhide__ = True

SHOWN = 60


def find_difference(fault_free: Any, state: Any, where: str = "state") -> list[str]:
    """Where two states differ, a line each.

    Args:
        fault_free: what the fault-free run has left: numbers, texts, lists, dicts, sets, dataclasses of such.
        state: what another run has left.
        where: what the state is called in the lines.

    Example:
        >>> find_difference({"paid": [1, 2], "open": 0}, {"paid": [1, 1, 2], "open": 0})
        ["state['paid'][1]  is 1, was 2", "state['paid'][2]  is 2, was not there"]
    """
    return list(_differences(fault_free, state, where))


def assert_same_state(fault_free: Any, state: Any, where: str = "state") -> None:
    """What a run has left equals what the fault-free run has left.

    Args:
        fault_free, state, where: as for `find_difference`. The states are values: read them while they stand still.

    Raises:
        CheckFailed: with each place where they differ; or the fault-free run has left nothing to compare.

    Example:
        >>> assert_same_state({"paid": [1, 2]}, {"paid": [1, 2]})
    """
    refuse_nothing(fault_free, where)
    if fault_free is state and isinstance(fault_free, list | dict | set):
        raise nothing(f"the two are the same object, so they cannot differ: take a copy of the {where} after each run")
    raise_if(find_difference(fault_free, state, where), f"the {where} is not that of the fault-free run")


def refuse_nothing(fault_free: Any, where: str = "state") -> None:
    """A state that is empty proves nothing.

    Raises:
        CheckFailed: it is empty.
    """
    if fault_free is None or (hasattr(fault_free, "__len__") and not len(fault_free)):
        raise nothing(f"there is no {where} to compare: the fault-free run has left {fault_free!r}")


def _differences(before: Any, after: Any, where: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            place = f"{where}[{key!r}]"
            if key not in after:
                yield f"{place}  is gone, was {_show(before[key])}"
            elif key not in before:
                yield f"{place}  is {_show(after[key])}, was not there"
            else:
                yield from _differences(before[key], after[key], place)
    elif isinstance(before, Set) and isinstance(after, Set):
        yield from (f"{where}  has lost {_show(one)}" for one in sorted(before - after, key=repr))
        yield from (f"{where}  has also {_show(one)}" for one in sorted(after - before, key=repr))
    elif _is_list(before) and _is_list(after):
        for number in range(max(len(before), len(after))):
            place = f"{where}[{number}]"
            if number >= len(after):
                yield f"{place}  is gone, was {_show(before[number])}"
            elif number >= len(before):
                yield f"{place}  is {_show(after[number])}, was not there"
            else:
                yield from _differences(before[number], after[number], place)
    elif type(before) is type(after) and is_dataclass(before) and not isinstance(before, type):
        for field in fields(before):
            yield from _differences(getattr(before, field.name), getattr(after, field.name), f"{where}.{field.name}")
    elif before != after:
        yield f"{where}  is {_show(after)}, was {_show(before)}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
