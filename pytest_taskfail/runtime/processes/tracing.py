"""Makes the Trace of a real experiment from the records of all its processes."""

from __future__ import annotations

import re
from typing import Any

from ...model.faults import Delay, Drop, Duplicate, Hold, Raise, parse_fault
from ...model.notes import CANCELLING, NOTED
from ...model.plans import Plan
from ...model.points import TEST, Point, role_of
from ...model.traces import Alive, Event, Holding, Injected, Place, Reached, Trace, Wait
from ..reading.endless import is_endless
from ..reading.sources import HERE, Sources
from ..strangers import STRANGER
from .tracefile import Record
from .world import Ended

_FRAME = re.compile(r'  File "(.+)", line (\d+) in (.+)')
STILL = 0.5
"""Of the time of a run that is given up: if tasks began or ended later than that, it was still getting on."""

_OF_OTHERS = (Hold, Drop, Duplicate, Delay)
"""What these do to a task is no reason for it to keep a lock."""

_PROGRESS = frozenset({"task", "start", "done", "end", "failed"})
_EVENTS = frozenset(
    {"start", "done", "end", "failed", "fault", "takes", "gives", "wants", "cancel", "signal", "saw", *NOTED, CANCELLING}
)


def trace_of(ended: Ended, plan: Plan, files: Sources) -> Trace:
    """Everything that was seen, as a value."""
    reader = _Reader(ended, plan, files)
    if (ended.stopped == "spin" and reader.spins_in_vain()) or (ended.stopped == "total" and reader.polls_for_ever()):
        ended.stopped = "hang"
    if ended.stopped == "hang" and reader.a_stranger_gives_back():
        ended.stopped = "timed"
    stopped = ended.stopped if ended.stopped in ("hang", "livelock") else ""
    return Trace(
        events=tuple(reader.events()),
        reached=tuple(reader.reached()),
        injected=tuple(reader.injected()),
        stopped=stopped,
        waits=tuple(reader.waits()) if ended.stopped else (),
        stacks=tuple(reader.stack(pid) for pid in ended.stacks),
        holdings=tuple(reader.holdings()) if not stopped else (),
        alive=tuple(reader.threads_left()),
        processes=tuple(reader.left()),
        failed=tuple((record["task"], record["error"]) for record in ended.records if record["event"] == "failed"),
        seconds=round(ended.seconds, 3),
    )


class _Reader:
    def __init__(self, ended: Ended, plan: Plan, files: Sources) -> None:
        self.ended = ended
        self.plan = plan
        self.files = files
        self.records = ended.records
        self.polling: set[int] = set()
        self.tasks = {record["task"]: record for record in self.records if record["event"] == "task"}
        self.struck = {
            record["task"]
            for record in self.records
            if record["event"] == "fault" and not isinstance(self.plan.injections[record["number"]].fault, _OF_OTHERS)
        }
        self.processes = {record["number"]: record for record in self.records if record["event"] == "process"}

    # ------------------------------------------------------------------ points and events

    def events(self) -> list[Event]:
        """What the tasks did, in order of time."""
        found = []
        pids: dict[int, int] = {}
        first = self.records[0]["time"] if self.records else 0
        for record in sorted(self.records, key=lambda record: record["time"]):
            seconds = round((record["time"] - first) / 1e9, 6)
            event, task = record["event"], record.get("task", TEST)
            if task == STRANGER:
                continue
            place = _place(record.get("place"))
            if event == "task":
                found.append(Event(record["parent"], "submit", task, place, seconds))
            elif event == "fault":
                injection = self.plan.injections[record["number"]]
                found.append(Event(task, "fault", str(injection.fault), place, seconds, f"@ {record['point']}"))
            elif event in _EVENTS:
                text = str(record.get("note", record.get("error", "")))
                if event == "start":
                    text = f"in process {pids.setdefault(record['pid'], len(pids) + 1)}"
                found.append(Event(task, event, record.get("what", ""), place, seconds, text))
        return found

    def reached(self) -> list[Reached]:
        """The points, each with what may happen there."""
        found: dict[Point, Reached] = {}
        for record in sorted(self.records, key=lambda record: record["time"]):
            task = self.tasks.get(record.get("task", ""))
            place = _place(record.get("place"))
            match record["event"]:
                case "start" if task is not None:
                    self._may(found, task, "start")
                case "done" if task is not None:
                    self._may(found, task, "end")
                case "point":
                    point = Point.parse(record["point"])
                    found[point] = Reached(point, place, record["why"], tuple(map(parse_fault, record["faults"])))
                case "lost":
                    point = Point.parse(record["point"])
                    known = found[point]
                    after = map(parse_fault, record["faults"])
                    found[point] = Reached(point, known.place, known.why, (*known.faults, *after))
        order = {path: number for number, path in enumerate(self.tasks)}
        return sorted(found.values(), key=lambda one: order.get(one.point.task, len(order)))

    def _may(self, found: dict[Point, Reached], task: Record, kind: str) -> None:
        path = task["task"]
        told = task["may"].get(kind)
        if not told:
            return
        why, *faults = told
        point = Point(kind, role_of(path).rpartition("/")[2], path)
        found.setdefault(point, Reached(point, _place(task["place"]), why, tuple(map(parse_fault, faults))))

    def injected(self) -> list[Injected]:
        """The faults that happened, and who has seen their exceptions."""
        seen = {record["task"]: record["by"] for record in self.records if record["event"] == "seen"}
        futures = {record["task"] for record in self.records if record["event"] == "future"}
        broken = {record["task"]: record["error"] for record in self.records if record["event"] == "not rebuilt"}
        found = []
        for record in self.records:
            if record["event"] == "fault":
                fault = self.plan.injections[record["number"]].fault
                path = record["task"]
                if self.ended.told.get("surfaced"):
                    by = "the test"
                elif not isinstance(fault, Raise) or path not in futures:
                    by = "nothing was raised" if not isinstance(fault, Raise) else "the process reports it"
                else:
                    by = seen.get(path, "") if path not in broken else ""
                lost = f"the pool could not rebuild it from its pickle: {broken[path]}" if path in broken and not by else ""
                found.append(Injected(fault, Point.parse(record["point"]), _place(record["place"]), by, lost=lost))
        return found

    # ------------------------------------------------------------------ waiting

    def waits(self) -> list[Wait]:
        """Where each process stands, and who holds what it waits for."""
        wanted = self._wanted()
        awaited = self._awaited()
        running = self._running()
        found = []
        for pid, text in self.ended.stacks.items():
            frames = self._frames(text)
            task = TEST if pid == self.ended.host else running.get(pid, "")
            user = next((frame for frame in frames if self._is_users(frame)), None)
            if user is None or not task:
                continue
            place = self.files.place(user[0], user[1], user[2])
            inner = frames[frames.index(user) - 1][2] if frames.index(user) else ""
            what = f"in {inner}" if inner else "for something out of sight"
            if pid in self.polling:
                what += ", again and again"
            if (pid, task) in awaited:
                what = self._signal(awaited[pid, task])
            lock = wanted.get((pid, task))
            if lock is not None:
                holder, took = self._holder(lock["lock"])
                if holder == STRANGER:
                    what = f"for {lock['what']}, which a stranger holds{' for ever' if took['ever'] else ''},"
                elif holder:
                    ended = self._end_of(holder)
                    found.append(Wait(task, f"for {lock['what']}", place, holder, ended, _place(took["place"])))
                    continue
            found.append(Wait(task, what, place))
        return found

    def _running(self) -> dict[int, str]:
        running: dict[int, str] = {}
        for record in self.records:
            if record["event"] == "start":
                running[record["pid"]] = record["task"]
            elif record["event"] in ("end", "failed") and running.get(record["pid"]) == record["task"]:
                del running[record["pid"]]
        return running

    def _wanted(self) -> dict[tuple[int, str], Record]:
        wanted: dict[tuple[int, str], Record] = {}
        for record in self.records:
            if record["event"] == "wants":
                wanted[record["pid"], record["task"]] = record
            elif record["event"] in ("takes", "gives up"):
                wanted.pop((record["pid"], record["task"]), None)
        return wanted

    def _awaited(self) -> dict[tuple[int, str], Record]:
        awaited: dict[tuple[int, str], Record] = {}
        for record in self.records:
            if record["event"] == "awaits":
                awaited[record["pid"], record["task"]] = record
            elif record["event"] == "awaited":
                awaited.pop((record["pid"], record["task"]), None)
        return awaited

    def _signal(self, awaits: Record) -> str:
        """What a task waits for, and who has given that in vain."""
        for record in self.records:
            if record["event"] == "lost signal" and record["thing"] == awaits["thing"]:
                return f"{awaits['what']} (the {record['what']} of {record['task']} was lost)"
        return str(awaits["what"])

    def a_stranger_gives_back(self) -> bool:
        """Whether somebody else holds a lock who would have given it back in a while."""
        locks = {record["lock"] for record in self.records if record["event"] == "takes" and record["task"] == STRANGER}
        holders = [self._holder(lock) for lock in locks]
        return any(holder == STRANGER and not took["ever"] for holder, took in holders)

    def _holder(self, lock: str) -> tuple[str, Record]:
        depth: list[Record] = []
        for record in self.records:
            if record.get("lock") == lock and record["event"] == "takes":
                depth.append(record)
            elif record.get("lock") == lock and record["event"] == "gives" and depth:
                depth.pop()
        return (depth[-1]["task"], depth[-1]) if depth else ("", {})

    def _end_of(self, task: str) -> str:
        for record in reversed(self.records):
            if record.get("task") == task:
                if record["event"] == "failed":
                    return f"ended with {record['error']}"
                if record["event"] == "end":
                    return "ended"
                if record["event"] == "fault" and str(self.plan.injections[record["number"]].fault) == "kill":
                    return "was killed"
        return ""

    def holdings(self) -> list[Holding]:
        """Locks that a task which has raised still holds; one that was killed cannot give back anything, which is no mistake."""
        users: dict[str, set[str]] = {}
        for record in self.records:
            if record["event"] == "wants":
                users.setdefault(record["lock"], set()).add(record["task"])
        found = []
        for lock, tasks in users.items():
            holder, took = self._holder(lock)
            ended = self._end_of(holder) if holder in self.struck else ""
            if ended and ended != "was killed":
                found.append(Holding(holder, took["what"], _place(took["place"]), ended, len(tasks) > 1))
        return found

    def left(self) -> list[Alive]:
        """Processes that were alive after the test."""
        found = []
        for pid in self.ended.left:
            record = self.processes.get(pid)
            if record is None:
                found.append(Alive("a process", "is alive", Place()))
            else:
                what = "is alive" if record["task"] else f"a {record['role']} is alive"
                name = record["task"] or record["role"]
                found.append(Alive(name, what, Place(), _place(record["place"]), record["body"]))
        return found

    def threads_left(self) -> list[Alive]:
        """Threads of the test's own process that waited for ever after the test."""
        return [
            Alive(left["task"], left["what"], _place(left["place"]), _place(left["started"]), left["by_test"])
            for left in self.ended.told.get("threads", ())
        ]

    # ------------------------------------------------------------------ stacks

    def polls_for_ever(self) -> bool:
        """Whether all that still moves are main threads in endless loops of the user's, and nothing has come of it for long."""
        times = [record["time"] for record in self.records if record["event"] in _PROGRESS]
        if times and (max(times) - min(times)) / 1e9 > STILL * self.ended.seconds:
            return False
        managers = {number for number, record in self.processes.items() if record["role"] == "manager"}
        restless = [thread for thread in self.ended.restless if thread.pid not in managers]
        if not restless or any(thread.tid != thread.pid for thread in restless):
            return False
        for pid in {thread.pid for thread in restless}:
            frames = self._frames(self.ended.stacks.get(pid, ""))
            user = next((frame for frame in frames if self._is_users(frame)), None)
            if user is None or not is_endless(user[0], user[1]):
                return False
            self.polling.add(pid)
        return True

    def spins_in_vain(self) -> bool:
        """Whether none of the threads beside the main ones, one of which spins, runs code of the user's."""
        blocks = [_blocks(text)[:-1] for text in self.ended.stacks.values()]
        frames = [frame for others in blocks for block in others for frame in _frames_of(block)]
        return self.ended.host in self.ended.stacks and not any(self._is_users(frame) for frame in frames)

    def _frames(self, text: str) -> list[tuple[str, int, str]]:
        """The frames of the main thread, innermost first: faulthandler writes it last."""
        return _frames_of(_blocks(text)[-1])

    def _is_users(self, frame: tuple[str, int, str]) -> bool:
        return self.files.kind(frame[0]) in ("user", "test")

    def stack(self, pid: int) -> str:
        """The main thread's stack of one process, outermost first, as tracebacks have it."""
        frames = self._frames(self.ended.stacks[pid])
        who = "test" if pid == self.ended.host else self._running().get(pid) or self._role(pid)
        frames = [frame for frame in reversed(frames) if not frame[0].startswith(HERE)]
        lines = [f"{who}: {self.files.place(*frame[:2])} in {frame[2]}" for frame in frames]
        return "\n".join(lines)

    def _role(self, pid: int) -> str:
        record: dict[str, Any] = self.processes.get(pid, {})
        return str(record.get("role", "a process"))


def _blocks(text: str) -> list[str]:
    """What faulthandler wrote, thread by thread."""
    return re.split(r"^(?:Current thread|Thread) .*$", text, flags=re.MULTILINE)[1:] or [""]


def _frames_of(block: str) -> list[tuple[str, int, str]]:
    return [(found[1], int(found[2]), found[3]) for found in map(_FRAME.match, block.splitlines()) if found]


def _place(told: Any) -> Place:
    return Place(*told) if told else Place()
