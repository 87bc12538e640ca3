"""What happened, in words: the verdict on a finding, and each fault as a clause of a sentence."""

from __future__ import annotations

import re

from ..model.custom import Custom
from ..model.faults import Cancel, Corrupt, Delay, Drop, Duplicate, Expire, Hold, Kill, Pickle, Raise, Twice, name_of_exception
from ..model.findings import Story, title
from ..model.plans import Injection


def verdict(story: Story) -> str:
    """The first line: law, fault, task."""
    law = title(story.finding.law)
    chosen = [thread for _, thread in story.schedule.deviations]
    expires = any(one.endswith("!") for one in chosen)
    orders = not all(one.endswith("!") for one in chosen)
    if story.plan:
        when = " and ".join(say(injection) for injection in story.plan.injections)
        return f"taskfail: {law} when {when}{', in another order of threads' * orders}{', and a time limit runs out' * expires}"
    if story.schedule and all(re.search(r"!\d", one) for one in chosen):
        return f"taskfail: {law} without any fault, only because the event loop stalls for a moment"
    if expires and not orders:
        return f"taskfail: {law} without any fault, only because a time limit runs out"
    if story.schedule:
        limit = ", in which a time limit runs out" if expires else ""
        return f"taskfail: {law} without any fault, only by another order of threads{limit}"
    if story.finding.law == "strict":  # it has passed where threads begin at once
        return f"taskfail: {law} without any fault, only where threads begin late"
    return f"taskfail: {law} without any fault"


def say(injection: Injection) -> str:
    """A fault at a point as a clause of a sentence."""
    fault, at = injection.fault, injection.at
    name = at.name
    task = at.name if at.task is None else at.task
    where = f" in task {task}" if at.kind not in ("start", "end") and at.task is not None else ""
    match fault:
        case Raise():
            kind = name_of_exception(fault.exception).rpartition(".")[2]
            every = " every time" if fault.always else ""
            if at.kind == "start":
                return f"task {task} raises {kind} at its start{every}"
            if at.kind == "end":
                return f"task {task} raises {kind} at its end, its work done"
            if at.kind == "await":
                awaited, _, function = name.partition("@")
                return f"{awaited} raises {kind} while {function} awaits it{where}"
            after = " after its effect" if fault.after else ""
            return f"{name} raises {kind}{after}{every}{where}"
        case Hold():
            what, _, function = name.partition("@")
            ever = (
                " for a while"
                if fault.seconds is None
                else " for ever"
                if fault.seconds == float("inf")
                else f" {fault.seconds:g} s"
            )
            if what == "Barrier":
                return f"task {task} is late{ever} at the Barrier of {function}"
            who = f"task {task} keeps" if fault.seconds is None else "somebody else holds"
            return f"{who} the {what} of {function}{ever}{'' if fault.seconds is None else where}"
        case Expire():
            what, _, function = name.partition("@")
            late = " just as it ends" if fault.late else ""
            if what == "Timer":
                return f"the timer that calls {function} fires{' just as it is cancelled' if fault.late else ' at once'}"
            return f"the time limit of {what} in {function} runs out{late}{where}"
        case Drop():
            return f"{name.partition('@')[0]} is lost{where}"
        case Duplicate():
            return f"{name.partition('@')[0]} comes twice{where}"
        case Delay():
            return f"{name.partition('@')[0]} comes {fault.seconds:g} s later{where}"
        case Twice():
            return f"task {task} is run twice"
        case Cancel():
            if at.kind == "start":
                return f"task {task} is cancelled before its first step"
            what, _, function = name.partition("@")
            if fault.scope:
                return f"the anyio scope that task {task} is in is cancelled while {function} awaits {what}"
            late = ", just as that ends" if fault.late else ", when everybody waits" if fault.at_rest else ""
            return f"task {task} is cancelled while {function} awaits {what}{late}"
        case Corrupt():
            return f"task {task} hands back {_WRONG.get(fault.way, 'a wrong value')}"
        case Kill():
            when = {"start": " at its start", "end": " at its end, its work done"}.get(at.kind, f" in {name}")
            return f"the process that runs task {task} is killed{when}"
        case Pickle():
            return f"the {name} of task {task} cannot be {'decoded' if fault.decode else 'encoded'}"
        case Custom():
            return fault.known.say(at).replace("{argument}", fault.argument)


_WRONG = {
    "empty": "an empty value",
    "negative": "a negative number",
    "huge": "far too much",
    "unicode": "odd characters",
    "missing": "a value with a key missing",
    "inside": "a value with a wrong part",
    "other": "somebody else's value",
}
