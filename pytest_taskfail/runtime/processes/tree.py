"""The processes below one process, and what their threads wait for, read from /proc (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
from dataclasses import dataclass

_SUBREAPER_SET, _SUBREAPER_GET = 36, 37
_EITHER = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
_NUMBERS = {
    "futex": (202, 98), "read": (0, 63), "write": (1, 64), "poll": (7, -1), "ppoll": (271, 73), "select": (23, -1),
    "pselect": (270, 72), "epoll_wait": (232, -1), "epoll_pwait": (281, 22), "wait4": (61, 260), "waitid": (247, 95),
    "recvfrom": (45, 207), "recvmsg": (47, 212), "sendto": (44, 206), "sendmsg": (46, 211), "accept": (43, 202),
    "accept4": (288, 242), "connect": (42, 203), "flock": (73, 32), "fcntl": (72, 25), "pause": (34, -1), "readv": (19, 65),
}  # fmt: skip
_NAMES = {} if _EITHER is None else {number[_EITHER]: name for name, number in _NUMBERS.items() if number[_EITHER] >= 0}
_FOR_EVER = frozenset("read write readv wait4 waitid recvfrom recvmsg sendto sendmsg accept accept4 flock fcntl pause".split())
_LISTENS = "0A"
_FUTEX_WAITS = (0, 6, 9, 11, 13)


@dataclass(frozen=True, slots=True)
class Entry:
    """One process: its parent, its process group and its state."""

    pid: int
    parent: int
    group: int
    state: str

    @property
    def alive(self) -> bool:
        return self.state not in "ZX"


@dataclass(frozen=True, slots=True)
class Thread:
    """What one thread does: `waits` for ever, `times` (waits with a time limit), or `runs`; `mark` changes when it moves."""

    pid: int
    tid: int
    does: str
    mark: str


def table() -> dict[int, Entry]:
    """All processes of the machine."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            entry = one(int(name))
            if entry is not None:
                found[entry.pid] = entry
    return found


def one(pid: int) -> Entry | None:
    """What is known of this process; nothing if there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return Entry(pid, int(fields[1]), int(fields[2]), fields[0].decode())


def below(root: int, entries: dict[int, Entry] | None = None) -> list[Entry]:
    """The processes below one, not that one itself; dead ones that nobody has waited for included."""
    children: dict[int, list[Entry]] = {}
    for entry in (table() if entries is None else entries).values():
        children.setdefault(entry.parent, []).append(entry)
    found: list[Entry] = []
    todo = [root]
    while todo:
        more = children.get(todo.pop(), [])
        found += more
        todo += [entry.pid for entry in more]
    return found


def command(pid: int) -> str:
    """The command line of a process."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_tracker(pid: int) -> bool:
    """Whether it is multiprocessing's resource tracker, which cleans up when those that it serves have ended."""
    return "from multiprocessing.resource_tracker import main" in command(pid)


def is_helper(entry: Entry, host: int) -> bool:
    """Whether it is a helper of multiprocessing, not a process that the code has started."""
    return entry.parent == host and (is_tracker(entry.pid) or "from multiprocessing.forkserver import main" in command(entry.pid))


def threads(pid: int) -> list[Thread] | None:
    """What the threads of a process do; `None` if that cannot be told."""
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{name}/syscall") as file:
                call = file.read()
            with open(f"/proc/{pid}/task/{name}/status") as file:
                status = file.read()
            switches = status[status.find("voluntary_ctxt_switches") :]
            sleeps = "\nState:\tS" in status  # D would be input or output that comes to an end
            found.append(Thread(pid, int(name), _does(call) if sleeps else "runs", call.strip() + switches))
    except OSError:
        return None
    return found


def _does(call: str) -> str:
    words = call.split()
    if not words or not words[0].isdigit():
        return "runs"
    name = _NAMES.get(int(words[0]), "")
    arguments = [int(word, 16) for word in words[1:7]]
    if name == "futex":
        for_ever = (arguments[1] & 127) in _FUTEX_WAITS and arguments[3] == 0
    elif name == "poll":
        for_ever = bool(arguments[2] & 0x80000000)
    elif name == "ppoll":
        for_ever = arguments[2] == 0
    elif name in ("epoll_wait", "epoll_pwait"):
        for_ever = bool(arguments[3] & 0x80000000)
    elif name in ("select", "pselect"):
        for_ever = arguments[4] == 0
    else:
        for_ever = name in _FOR_EVER
    return "waits" if for_ever else "times"


def talks(pid: int) -> bool:
    """Whether a process is connected to something over the network, which may be slow to answer."""
    inodes = set()
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                target = os.readlink(f"/proc/{pid}/fd/{name}")
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        for table_of in ("tcp", "tcp6") if inodes else ():
            with open(f"/proc/{pid}/net/{table_of}") as file:
                rows = [line.split() for line in file.readlines()[1:]]
            if any(row[9] in inodes and row[3] != _LISTENS for row in rows):
                return True
    except OSError:
        pass
    return False


def adopts_orphans(yes: bool | None = None) -> bool:
    """Says whether orphans below this process become its children, and was so before the call; `None` only asks."""
    libc = ctypes.CDLL(None, use_errno=True)
    value = ctypes.c_int()
    with contextlib.suppress(AttributeError):
        libc.prctl(_SUBREAPER_GET, ctypes.byref(value), 0, 0, 0)
        if yes is not None:
            libc.prctl(_SUBREAPER_SET, int(yes), 0, 0, 0)
    return bool(value.value)


def works() -> bool:
    """Whether /proc tells what is needed here."""
    return _EITHER is not None and bool(threads(os.getpid()))
