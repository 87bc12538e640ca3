"""One real experiment of a function, with processes, as a value: for the helpers that look at killed workers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.processes import tracing, world
from pytest_taskfail.runtime.processes.papers import Orders
from pytest_taskfail.runtime.processes.watch import Limits
from pytest_taskfail.runtime.reading.sources import Sources


def real(body: Callable[[], Any], plan: str, file: str) -> Trace:
    """The trace of one experiment.

    Args:
        body: what is run.
        plan: the faults, as text.
        file: of the program.
    """
    files = Sources(os.path.dirname(file))
    orders = lambda host: Orders(plan, files, None, None, False, host)  # noqa: E731
    ended = world.run(orders, lambda: {"value": body()}, Limits(quiet=0.5, total=20.0))
    return tracing.trace_of(ended, Plan.parse(plan), files)
