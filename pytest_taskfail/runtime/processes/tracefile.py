"""The trace of a real experiment: one file to which every process appends, a line of JSON for each event.

One `os.write` on a descriptor opened with O_APPEND for each event: what has been written survives a SIGKILL of the writer. A
record begins and ends with a newline, so that a torn one spoils no other.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any

TEXT_MAX = 400
"""Characters of one text; a record stays below 4 KiB, which the system writes at once."""

Record = dict[str, Any]

now = time.monotonic_ns
"""CLOCK_MONOTONIC: the same in all processes of a machine."""


class TraceFile:
    """Appends events.

    Args:
        path: the file, which is made where there is none.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor = self._open()

    def write(self, event: str, **facts: Any) -> None:
        """Appends one event; it is in the file when this returns."""
        short = {name: value[:TEXT_MAX] if isinstance(value, str) else value for name, value in facts.items()}
        record = {"event": event, **short, "time": now(), "pid": os.getpid()}
        data = b"\n" + json.dumps(record, separators=(",", ":")).encode() + b"\n"
        try:
            os.write(self._descriptor, data)
        except OSError:  # the user's code has closed it, as a daemon does with all descriptors
            self._descriptor = self._open()
            os.write(self._descriptor, data)

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


class Follower:
    """Reads a trace that is still being written.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._offset = 0

    def more(self) -> Iterator[Record]:
        """The events since the last call."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        data = data[: data.rfind(b"\n") + 1]
        self._offset += len(data)
        yield from _records(data)


def read(path: str) -> Iterator[Record]:
    """The events of the file in the order in which they were written; torn records are left out."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return
    yield from _records(data)


def _records(data: bytes) -> Iterator[Record]:
    for line in data.split(b"\n"):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and "event" in record:
                yield record
