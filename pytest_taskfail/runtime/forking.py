"""A fork of the session: nothing that is in a buffer is written twice, and nobody is warned of threads that are not needed."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings


def fork() -> int:
    """As `os.fork`: 0 in the child, the child's process id in the parent."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]
    with warnings.catch_warnings():
        # Other threads are not needed in the child: what needs them starts afresh.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
