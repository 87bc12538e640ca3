"""What all experiments of one exploration share: the dispatchers, the watchdog, one processor core, and put back."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from ..runtime import patches, quiet
from ..runtime.watchdog import Watchdog


def _present_core(cores: set[int]) -> int:
    """The core that this thread runs on: explorations in other processes run on others."""
    try:
        core = int(Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()[36])
    except (OSError, ValueError, IndexError):
        return min(cores)
    return core if core in cores else min(cores)


@contextlib.contextmanager
def under_control(limit: float, generation: int = 2) -> Iterator[None]:
    """What all experiments of one exploration share: the dispatchers, the watchdog, and one processor core.

    Args:
        limit: seconds of real time that an experiment may go on without ending.
        generation: the oldest one in which what they leave lying can be.
    """
    patches.arm()
    numbers = random.getstate()
    numpy_random = sys.modules.get("numpy.random")
    more_numbers = None if numpy_random is None else numpy_random.get_state()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if cores:
        os.sched_setaffinity(0, {_present_core(cores)})
    collects = gc.isenabled()
    gc.disable()
    watchdog = Watchdog(limit)
    watchdog.start()
    try:
        with quiet.leftovers_untold(generation):
            yield
    finally:
        watchdog.stop()
        if collects:
            gc.enable()
        random.setstate(numbers)
        if numpy_random is not None:
            numpy_random.set_state(more_numbers)
        if cores:
            os.sched_setaffinity(0, cores)
            for thread in threading.enumerate():  # those that outlive their experiment
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(thread.native_id or 0, cores)
