"""What processes share: a stranger has the lock, a signal is lost, doubled or late; and who waits for what."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.explore.real_menu import RealMenu
from pytest_taskfail.laws import lines_of
from pytest_taskfail.model.faults import default_kinds, parse_kinds
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.processes import tracing, world
from pytest_taskfail.runtime.processes.papers import Orders
from pytest_taskfail.runtime.processes.watch import Limits
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(str(Path(__file__).parent))
FORK = multiprocessing.get_context("fork")
pytestmark = pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")


def real(body: Callable[[], Any], plan: str = "", kinds: frozenset[str] | None = None) -> tuple[Any, Trace, str]:
    """What the body says, the trace, and why the experiment was stopped."""
    menu = None if kinds is None else RealMenu(kinds)
    orders = lambda host: Orders(plan, FILES, menu, None, False, host)  # noqa: E731
    ended = world.run(orders, lambda: {"value": body()}, Limits(quiet=0.3, timed=1.0, total=30.0))
    trace = tracing.trace_of(ended, Plan.parse(plan), FILES)
    return ended.told.get("value"), trace, ended.stopped


def tell(ready: Any) -> None:
    ready.set()


def listen(ready: Any) -> bool:
    return bool(ready.wait())


def tell_and_listen(manager: Any) -> list[Any]:
    """Two processes, an event between them; that of a manager, or of multiprocessing where there is none."""
    ready = (manager or FORK).Event()
    children = [FORK.Process(target=target, args=(ready,)) for target in (tell, listen)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [child.exitcode for child in children]


def with_manager(body: Callable[[Any], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with FORK.Manager() as manager:
            return body(manager)

    return run


def words(trace: Trace) -> str:
    return "\n".join(lines_of(trace, list(trace.waits)))


@pytest.mark.parametrize("kind", ["Manager", "multiprocessing"])
def test_a_lost_signal_is_a_hang_and_who_waits_for_it_is_said(kind: str) -> None:
    body = with_manager(tell_and_listen) if kind == "Manager" else lambda: tell_and_listen(None)
    value, trace, stopped = real(body, "drop @ signal:Event.set@tell in tell#0")
    assert (value, stopped, trace.stopped) == (None, "hang", "hang")
    line = next(line for line in words(trace).splitlines() if line.startswith("listen#0"))
    assert line.startswith(f"listen#0  waits for a {kind} Event to be set (the Event.set of tell#0 was lost) at ")
    assert not any(event.kind == "signal" for event in trace.events)


def test_a_signal_that_comes_late_or_twice_comes() -> None:
    for fault in ("delay 0.1", "duplicate"):
        value, trace, _ = real(lambda: tell_and_listen(None), f"{fault} @ signal:Event.set@tell in tell#0")
        assert value == [0, 0]
        assert len(trace.injected) == 1


def put(rows: Any) -> None:
    rows.put("row")
    rows.put("end")


def get(rows: Any) -> list[str]:
    return list(iter(rows.get, "end"))


def copy(rows: Any) -> list[str]:
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        pool.submit(put, rows).result()
        return pool.submit(get, rows).result()


@pytest.mark.parametrize(
    ("plan", "value"),
    [
        ("drop @ signal:Queue.put@put in put#0", []),
        ("duplicate @ signal:Queue.put@put in put#0", ["row", "row"]),
        ("delay 0.1 @ signal:Queue.put@put in put#0", ["row"]),
    ],
)
def test_what_is_put_into_a_queue_of_a_manager(plan: str, value: list[str]) -> None:
    assert real(with_manager(lambda manager: copy(manager.Queue())), plan)[0] == value


def test_who_waits_for_an_item_that_was_lost_is_named() -> None:
    _, trace, _ = real(with_manager(lambda manager: copy(manager.Queue())), "drop @ signal:Queue.put@put#1 in put#0")
    assert trace.stopped == "hang"
    assert "get#0  waits for an item of a Manager Queue (the Queue.put of put#0 was lost) at " in words(trace)
    assert trace.failed == (), "what a task meets when its manager is ended is not told"


def test_an_item_of_a_queue_of_multiprocessing_can_be_lost_too() -> None:
    def body() -> str:
        rows = FORK.Queue()
        child = FORK.Process(target=put, args=(rows,))
        child.start()
        child.join()
        return str(rows.get(timeout=10))

    assert real(body, "drop @ signal:Queue.put@put in put#0")[0] == "end"


# -- locks -------------------------------------------------------------------------------------------------------------


def book(lock: Any, limit: float | None) -> float:
    """Seconds until the lock was got; negative if it was not."""
    began = time.monotonic()
    if lock.acquire(timeout=limit) if limit is not None else lock.acquire():
        lock.release()
        return time.monotonic() - began
    return -1.0


def book_twice(lock: Any, limit: float | None = None) -> list[float]:
    with FORK.Pool(1, initializer=hand, initargs=(lock,)) as pool:
        return pool.map(book_here, [limit, limit], chunksize=1)


HANDED: list[Any] = []


def hand(lock: Any) -> None:
    HANDED[:] = [lock]


def book_here(limit: float | None) -> float:
    return book(HANDED[0], limit)


KINDS = ["Lock", "RLock"]
HOLD = "@ acquire:{kind}@book in book_here#0"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("owner", ["Manager", "multiprocessing"])
def test_a_stranger_holds_a_lock_for_a_while(kind: str, owner: str) -> None:
    def body(limit: float | None) -> Callable[[], Any]:
        if owner == "Manager":
            return with_manager(lambda manager: book_twice(getattr(manager, kind)(), limit))
        return lambda: book_twice(getattr(FORK, kind)(), limit)

    plan = "hold 0.2 " + HOLD.format(kind=kind)
    first, second = real(body(None), plan)[0]
    assert first >= 0.2 > second >= 0
    first, second = real(body(0.05), plan)[0]
    assert first == -1.0
    assert second >= 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("owner", ["Manager", "multiprocessing"])
def test_a_stranger_holds_a_lock_for_ever(kind: str, owner: str) -> None:
    def body(limit: float | None) -> Callable[[], Any]:
        if owner == "Manager":
            return with_manager(lambda manager: book_twice(getattr(manager, kind)(), limit))
        return lambda: book_twice(getattr(FORK, kind)(), limit)

    plan = "hold for ever " + HOLD.format(kind=kind)
    assert real(body(0.05), plan)[0] == [-1.0, -1.0]
    _, trace, _ = real(body(None), plan)
    assert trace.stopped == "hang"
    assert f"book_here#0  waits for {owner} {kind}, which a stranger holds for ever, at " in words(trace)


def reenter(lock: Any) -> None:
    with lock, lock:
        pass


def test_what_a_task_has_already_no_stranger_takes() -> None:
    def body() -> None:
        child = FORK.Process(target=reenter, args=(FORK.RLock(),))
        child.start()
        child.join()

    _, trace, _ = real(body, kinds=parse_kinds("hold"))
    assert [str(one.point) for one in trace.reached if one.point.kind == "acquire"] == ["acquire:RLock@reenter in reenter#0"]


def test_strangers_come_only_where_they_are_asked_for() -> None:
    def offered(kinds: frozenset[str]) -> set[str]:
        _, trace, _ = real(with_manager(tell_and_listen), kinds=kinds)
        return {str(fault) for one in trace.reached for fault in one.faults if one.point.kind in ("acquire", "signal")}

    assert offered(default_kinds()) == set()
    assert offered(parse_kinds("hold,drop,delay")) == {"drop", "delay 0.3"}


def test_a_hang_behind_a_stranger_who_would_give_back_is_not_judged() -> None:
    """The process in which the stranger is played is ended; nobody can give the lock back then."""

    def body() -> None:
        lock = FORK.Lock()
        pool = FORK.Pool(1, initializer=hand, initargs=(lock,))
        job = pool.apply_async(book_here, (None,))
        job.wait(0.3)
        pool.terminate()
        book(lock, None)

    _, trace, stopped = real(body, "hold 60 @ acquire:Lock@book in book_here#0")
    assert (stopped, trace.stopped) == ("timed", "")


def test_a_function_called_by_the_test_gives_a_signal_that_can_be_lost() -> None:
    def body() -> bool:
        flag = FORK.Event()
        tell(flag)
        return bool(flag.is_set())

    value, trace, _ = real(body, kinds=parse_kinds("drop"))
    assert value is True
    assert [str(one.point) for one in trace.reached] == ["signal:Event.set@tell in test"]
