"""At which instructions of a code object handlers are entered by an exception.

The compiler puts the `finally` body into the code once for each way out of the `try`. The copy that an exception runs begins
behind `PUSH_EXC_INFO`, and so do the clauses of a `try` and the exit of a `with`; which of them it is, the positions of the
instructions say. So an entrance is known exactly, and no normal way leads over it.
"""

from __future__ import annotations

import dis
import re
from collections.abc import Iterator
from types import CodeType

from .handler_list import ELSE, EXCEPT, FINALLY, WITH, Handler, Spot, handlers_of

_CHECKS = ("CHECK_EXC_MATCH", "CHECK_EG_MATCH")
_JUMP = "JUMP_(FORWARD_)?IF"


def entrances(code: CodeType) -> dict[int, list[str]]:
    """Offset of an instruction -> the keys of the handlers, and of the `try`, that an exception has just entered there."""
    handlers = handlers_of(code.co_filename)
    found: dict[int, list[str]] = {}
    if not handlers or not code.co_exceptiontable:
        return found
    steps = list(dis.get_instructions(code))
    pairs = [*_pushed(steps, handlers), *_clauses(steps, handlers), *_elses(steps, handlers)]
    for offset, key in pairs:
        if key not in found.setdefault(offset, []):
            found[offset].append(key)
    return found


def _pushed(steps: list[dis.Instruction], handlers: tuple[Handler, ...]) -> Iterator[tuple[int, str]]:
    """What follows each `PUSH_EXC_INFO`: the exit of a `with`, a `finally`, or the clauses of a `try`."""
    for number, step in enumerate(steps[:-1]):
        if step.opname != "PUSH_EXC_INFO":
            continue
        behind = steps[number + 1]
        spot = next((spot for spot in map(_spot, steps[number + 1 :]) if spot is not None), None)
        if spot is None:
            continue
        wanted = (WITH,) if behind.opname == "WITH_EXCEPT_START" else (EXCEPT, FINALLY)
        handler = _innermost(handlers, spot, wanted)
        if handler is not None:
            yield behind.offset, handler.key if handler.kind != EXCEPT else handler.attempt


def _clauses(steps: list[dis.Instruction], handlers: tuple[Handler, ...]) -> Iterator[tuple[int, str]]:
    """The first instruction of each `except` clause that has taken the exception."""
    for number, step in enumerate(steps):
        spot = _spot(step)
        if spot is None:
            continue
        if step.opname in _CHECKS:
            handler = _innermost(handlers, spot, (EXCEPT,))
            after = next(n for n in range(number, len(steps)) if re.search(_JUMP, steps[n].opname)) + 1
            after += steps[after].opname == "NOT_TAKEN"
            if handler is not None:
                yield steps[after].offset, handler.key
        elif step.opname == "POP_TOP":
            for handler in handlers:
                if handler.kind == EXCEPT and not handler.names and handler.spot == spot:
                    yield step.offset, handler.key


def _elses(steps: list[dis.Instruction], handlers: tuple[Handler, ...]) -> Iterator[tuple[int, str]]:
    """The first instruction of each `else` of a loop, in every copy of it."""
    for handler in handlers:
        if handler.kind == ELSE:
            inside = [step for step in steps if handler.contains(_spot(step) or (0, 0))]
            for step in inside:
                if (step.opname, step.positions) == (inside[0].opname, inside[0].positions):
                    yield step.offset, handler.key


def _innermost(handlers: tuple[Handler, ...], spot: Spot, kinds: tuple[str, ...]) -> Handler | None:
    around = [handler for handler in handlers if handler.kind in kinds and handler.contains(spot)]
    return max(around, key=lambda handler: handler.spot, default=None)


def _spot(step: dis.Instruction) -> Spot | None:
    at = step.positions
    if at is None or at.lineno is None or at.col_offset is None:
        return None
    return at.lineno, at.col_offset
