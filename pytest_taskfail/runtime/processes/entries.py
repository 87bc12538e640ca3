"""Handlers that are entered in one process of a real experiment, and lines that run there, as events of the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..handler_probe import HandlerProbe

if TYPE_CHECKING:
    from .side import Side


class Entries:
    """Tells the trace of each of them once; a process that is made by fork need not repeat what its parent has told of lines.

    Args:
        side: of this process.
    """

    def __init__(self, side: Side) -> None:
        self.side = side
        self.pid = 0
        self._told: set[Any] = set()
        self._probe = HandlerProbe(side.orders.cover, self)  # type: ignore[arg-type]
        self._probe.start()

    def watch_thread(self) -> None:
        """Watches the calling thread too."""
        self._probe.watch_thread()

    def entered(self, filename: str, keys: list[str], error: BaseException | None) -> None:
        """A handler is entered because of an exception."""
        from .side import is_marked

        if self.pid != self.side.pid:
            self.pid = self.side.pid
            self._told.clear()
        kind = "" if error is None else type(error).__name__
        own = is_marked(error)
        for key in keys:
            if (filename, key, kind, own) not in self._told:
                self._told.add((filename, key, kind, own))
                self.side.trace.write("entered", file=filename, key=key, kind=kind, own=own)

    def ran(self, filename: str, line: int) -> bool:
        """A line runs."""
        if (filename, line) not in self._told:
            self._told.add((filename, line))
            self.side.trace.write("line", file=filename, line=line)
        return True
