"""The files that a loop watches: whether something can still come from outside of this process.

Both ends of a connection may be in the same test: a client and its twenty-line server. What one end has sent is then either
at the other end already, or still in the kernel's send queue, which can be asked (`SIOCOUTQNSD` counts what has not been
sent, `SIOCOUTQ` what has not been acknowledged; see tcp(7)). If nothing is under way nothing will come, and the clock may jump.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import socket
import stat
import struct
import termios
from typing import Any

from . import real

_SIOCOUTQNSD = 0x894B
_ARRIVES = 0.001
"""Seconds of real time in which a segment that was sent, but not acknowledged, reaches the other end on this machine."""

_INTERNAL = 1
"""Files that every loop watches for itself: its self-pipe."""


class Wires:
    """What one selector watches.

    Args:
        selector: the loop's own.
        loop: the loop; one that tests have made for themselves may have no self-pipe, and in place of a selector anything.
    """

    def __init__(self, selector: Any, loop: Any) -> None:
        self.selector = selector
        pipe = getattr(loop, "_ssock", None)
        self.self_pipe = -1 if pipe is None else pipe.fileno()
        self.no_files = pipe is None and not isinstance(selector, selectors.BaseSelector)
        self.changed = True
        self._ends: list[End] = []

    @property
    def none(self) -> bool:
        """Whether the loop watches nothing but itself."""
        return self.no_files or len(self.selector.get_map()) <= (0 if self.self_pipe < 0 else _INTERNAL)

    def ends(self) -> list[End]:
        """Every watched file but the self-pipe."""
        if self.changed and not self.no_files:
            self.changed = False
            self._ends = [End(key.fd) for key in self.selector.get_map().values() if key.fd != self.self_pipe]
        return self._ends

    @staticmethod
    def closed(all_wires: list[Wires]) -> bool:
        """Whether all that these loops watch are connections among themselves on which nothing is under way."""
        ends = [end for one in all_wires for end in one.ends()]
        names = {end.name for end in ends if end.name}
        if not all(end.name and (end.listens or end.peer in names) and not end.queued(_SIOCOUTQNSD) for end in ends):
            return False
        if any(end.queued(termios.TIOCOUTQ) for end in ends):
            real.sleep(_ARRIVES)
            return not any(one.selector.select(0) for one in all_wires if not one.no_files)
        return True

    @staticmethod
    def awaits_child(all_wires: list[Wires]) -> bool:
        """Whether a loop watches a pipe or process, and a child of this process is alive: it may take its time."""
        if all(end.is_socket for one in all_wires for end in one.ends()):
            return False
        try:
            return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False


class End:
    """One watched file: where it is bound, whom it talks to."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.name: Any = None
        self.peer: Any = None
        self.listens = False
        self.is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        if not self.is_socket:
            return
        try:
            with socket.socket(fileno=os.dup(descriptor)) as one:
                if one.type != socket.SOCK_STREAM:
                    return
                self.name = one.getsockname()
                self.listens = bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
                if not self.listens:
                    self.peer = one.getpeername()
        except OSError:
            return

    def queued(self, what: int) -> bool:
        """Whether bytes are in this part of the send queue."""
        if self.listens:
            return False
        try:
            (count,) = struct.unpack("i", fcntl.ioctl(self.descriptor, what, b"\0" * 4))
        except OSError:
            return True
        return bool(count)
