"""What an experiment keeps of exceptions: where they have been, but no frames once nobody else refers to them.

In life an exception that was handled is gone, and with its frames what their variables held: a connection that nobody has closed
gives up its locks. An exception that the experiment still knows must not keep that alive.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import TYPE_CHECKING, Any

from . import exceptions

if TYPE_CHECKING:
    from .experiment import Experiment

Step = tuple[CodeType, int, dict[str, Any]]
"""A frame of a traceback: its code, its line and its globals."""


def trail(experiment: Experiment, error: BaseException) -> list[Step]:
    """The frames that an exception has passed, outermost first."""
    steps: list[Step] = []
    entry = error.__traceback__
    while entry is not None:
        steps.append((entry.tb_frame.f_code, entry.tb_lineno, entry.tb_frame.f_globals))
        entry = entry.tb_next
    return steps or experiment.trails.get(id(error), [])


frames_wanted = False
"""Whether somebody asks at the end what the frames of exceptions had in their variables: then they are kept."""


def let_go(experiment: Experiment) -> None:
    """Takes the frames from each exception that only the experiment still refers to, by its lists `fired` and `errors`.

    Nor does the experiment wait any longer for the return of a call that has raised.
    """
    if frames_wanted:
        return
    known = [entry[3] for entry in experiment.fired if entry[3] is not None]
    known.extend([failure for _, failure in experiment.errors])
    ids = list(map(id, known))
    for number, one in enumerate(ids):
        if known[number].__traceback__ is not None and sys.getrefcount(known[number]) == _refers(ids, one):
            chain = list(exceptions.related(known[number]))
            for place in range(len(chain)):
                if sys.getrefcount(chain[place]) == _refers(ids, id(chain[place])) + 1 + _links(chain, place):
                    experiment.trails[id(chain[place])] = trail(experiment, chain[place])
                    chain[place].with_traceback(None)
    for wanted in (experiment.wanted_after, experiment.wanted_reply):
        for number in list(wanted):
            if sys.getrefcount(wanted[number][2]) == 2:  # the entry's and the argument's: it has ended by an exception
                del wanted[number]


def _refers(ids: list[int], one: int) -> int:
    """How many references there are to an exception that nobody else has: the experiment's, those of `known`, the argument."""
    return 2 * ids.count(one) + 1


def _links(chain: list[BaseException], place: int) -> int:
    """How many references these exceptions have to the one at this place."""
    links = 0
    for one in chain:
        links += (one.__cause__ is chain[place]) + (one.__context__ is chain[place])
        if isinstance(one, BaseExceptionGroup):
            links += sum(member is chain[place] for member in one.exceptions)
    return links
