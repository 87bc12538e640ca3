"""Goal: what a fault leaves open for good is found, with its place; what somebody else closes, or keeps, never is."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import socket
import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.explore.sweep import sweep
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Opened, Trace
from pytest_taskfail.runtime import descriptors
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(os.path.dirname(__file__))
FOLDER = Path(tempfile.gettempdir())

pytestmark = pytest.mark.skipif(not descriptors.FOLDER, reason="this system does not list what a process has open")


def scenario_of(body: Callable[[], None]) -> Callable[[], Outcome]:
    """The body as the test of an item: called by pytest, and by nothing that has a `try`."""

    def scenario() -> Outcome:
        call = pytest.CallInfo.from_call(body, "call")
        return Outcome(call.excinfo.value if call.excinfo else None)

    return scenario


def explored(body: Callable[[], None], kinds: str = "raise") -> Explorer:
    """A sweep of all faults of a kind."""
    explorer = Explorer(scenario_of(body), FILES, Settings(kinds=frozenset({kinds})))
    with explorer.under_control():
        explorer.report.golden = golden = explorer._golden() or Trace()
        with explorer.probing():
            sweep(explorer, golden)
    assert explorer.report.swept > 0
    return explorer


def in_tasks(work: Callable[[int], object], tasks: int = 2) -> None:
    with ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(work, number) for number in range(tasks)]
    for future in futures:
        future.result()


def reads(number: int) -> int:
    """Stands for the world, which may fail."""
    return number


@pytest.fixture(autouse=True)
def all_closed() -> Iterator[None]:
    """What broken programs leave is closed here: nobody else will."""
    before = descriptors.open_now()
    gc.freeze()  # what is there already need not be looked through by each collection
    yield
    gc.unfreeze()
    LATELY.clear()
    KEPT.clear()
    gc.collect()
    for number in descriptors.open_now() - before:
        os.close(number)


# -- what is left open ---------------------------------------------------------------------------------------------------


def a_descriptor(number: int) -> None:
    made = os.open(FOLDER, os.O_RDONLY)
    reads(number)
    os.close(made)


def one_end_of_a_pipe(number: int) -> None:
    out, into = os.pipe()
    try:
        reads(number)
    finally:
        os.close(out)
    os.close(into)


@contextlib.contextmanager
def temporary() -> Iterator[int]:
    made, path = tempfile.mkstemp()
    os.unlink(path)
    yield made
    os.close(made)


def a_temporary_file(number: int) -> None:
    with temporary() as made:
        reads(made)


def a_failure_that_is_handled(number: int) -> None:
    made = os.open(FOLDER, os.O_RDONLY)
    try:
        reads(number)
    except Exception:
        return
    os.close(made)


@pytest.mark.parametrize(
    ("work", "what", "line"),
    [
        (a_descriptor, "a folder", 1),
        (one_end_of_a_pipe, "a pipe", 1),
        (a_temporary_file, "a file", 1),
        (a_failure_that_is_handled, "a folder", 1),
    ],
)
def test_what_a_function_leaves_open_is_found(work: Callable[[int], None], what: str, line: int) -> None:
    explorer = explored(lambda: in_tasks(work))
    (story,) = explorer.report.stories
    opens = temporary.__wrapped__ if work is a_temporary_file else work  # type: ignore[attr-defined]
    place = f"test_open_files.py:{opens.__code__.co_firstlineno + line + (work is a_temporary_file)}"
    assert story.finding.lines == (f"{work.__name__}#0  opened {what} at {place}; it is open after the test has ended",)
    assert story.finding.key == ("leaked-fd", place, work.__name__)


def test_what_is_open_is_listed_without_the_listing_itself() -> None:
    before = descriptors.open_now()
    assert descriptors.open_now() == before
    made = os.open(FOLDER, os.O_RDONLY)
    assert descriptors.open_now() - before == {made}
    assert [one.what for one in descriptors.new_since(before)] == ["a folder"]
    assert descriptors.new_since(frozenset()) == ()
    os.close(made)
    assert descriptors.open_now() == before


def test_a_replay_shows_it_again() -> None:
    explorer = Explorer(scenario_of(lambda: in_tasks(a_descriptor)), FILES, Settings())
    report = explorer.replay(Plan.parse("raise OSError @ call:reads in a_descriptor#1"), Schedule())
    assert [story.finding.law for story in report.stories] == ["leaked-fd"]


async def waits_with_a_descriptor() -> None:
    made = os.open(FOLDER, os.O_RDONLY)
    try:
        await asyncio.sleep(1)
    except Exception:
        os.close(made)
        raise
    os.close(made)


async def group() -> None:
    results = await asyncio.gather(waits_with_a_descriptor(), waits_with_a_descriptor(), return_exceptions=True)
    assert len(results) == 2


def test_what_a_cancelled_task_leaves_open_is_found() -> None:
    explorer = explored(lambda: asyncio.run(group()), "cancel")
    assert [story.finding.law for story in explorer.report.stories] == ["leaked-fd"]


def left_open_anyway(number: int) -> None:
    os.open(FOLDER, os.O_RDONLY)
    made = os.open(FOLDER, os.O_RDONLY)
    reads(made)


def test_what_is_left_open_without_a_fault_too_is_no_finding() -> None:
    explorer = explored(lambda: in_tasks(left_open_anyway))
    assert len(explorer.report.golden.opened) == 4
    assert explorer.report.stories == []


def test_a_law_that_is_not_wanted_looks_at_nothing() -> None:
    explorer = Explorer(lambda: Outcome(), FILES, Settings(laws=()))
    trace = Trace(opened=(Opened("a file"),))
    assert explorer.open_files.findings(trace, Plan(), Schedule()) == []
    assert explorer.report.experiments == 0


# -- what is not ---------------------------------------------------------------------------------------------------------


class Cycle:
    def __init__(self) -> None:
        self.itself, self.file = self, (FOLDER / "taskfail-cycle").open("w")


def in_a_cycle(number: int) -> None:
    cycle = Cycle()
    reads(number)
    cycle.file.close()


def by_its_end(number: int) -> None:
    file = (FOLDER / "taskfail-end").open("w")
    reads(number)
    file.close()


POOL: list[int] = []


def renewed(number: int) -> None:
    connection = POOL.pop() if POOL else os.open(FOLDER, os.O_RDONLY)
    try:
        reads(number)
    except Exception:
        os.close(connection)
        connection = os.open(FOLDER, os.O_RDONLY)
        raise
    finally:
        POOL.append(connection)


def renews() -> None:
    in_tasks(renewed)


KEPT: list[int | socket.socket] = []


def kept_in_a_list(number: int) -> None:
    KEPT.append(os.open(FOLDER, os.O_RDONLY))
    KEPT.append(socket.socket())
    reads(number)
    KEPT.pop().close()
    os.close(KEPT.pop())


LOG: dict[str, int] = {}


def opened_by_the_first_failure(number: int) -> None:
    try:
        reads(number)
    except Exception:
        if "log" not in LOG:
            LOG["log"] = os.open(FOLDER, os.O_RDONLY)


class Writer:
    """Opens when it is first used; who has made it closes it."""

    def __init__(self) -> None:
        self.made = -1

    def write(self, number: int) -> None:
        self.made = made = os.open(FOLDER, os.O_RDONLY) if self.made < 0 else self.made
        reads(made)

    def close(self) -> None:
        os.close(self.made)


def test_of_a_writer_whose_close_is_passed_by() -> None:
    writer = Writer()
    in_tasks(writer.write)
    writer.close()


def test_of_a_writer_whose_failure_is_handled() -> None:
    writer = Writer()
    try:
        in_tasks(writer.write)
        writer.close()
    except Exception:
        pass


def test_that_opens_itself() -> None:
    made = os.open(FOLDER, os.O_RDONLY)
    in_tasks(reads)
    os.close(made)


def for_the_test() -> int:
    return os.open(FOLDER, os.O_RDONLY)


def test_that_is_given_what_it_has_to_close() -> None:
    made = for_the_test()
    in_tasks(reads)
    os.close(made)


def with_a_database(number: int) -> None:
    database = sqlite3.connect(FOLDER / "taskfail-database")
    reads(number)
    database.close()


def with_a_log(number: int) -> None:
    handler = logging.FileHandler(FOLDER / "taskfail-log")
    reads(number)
    handler.close()


LATELY: deque[BaseException] = deque(maxlen=1)


def remembered(number: int) -> None:
    file = (FOLDER / "taskfail-remembered").open("w")
    try:
        reads(number)
    except Exception as error:
        LATELY.append(error)
        raise
    file.close()


async def with_a_server() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reads(1)
    server.close()


@pytest.mark.parametrize(
    "body",
    [
        lambda: in_tasks(in_a_cycle),
        lambda: in_tasks(by_its_end),
        renews,
        lambda: in_tasks(kept_in_a_list),
        lambda: in_tasks(opened_by_the_first_failure),
        lambda: in_tasks(with_a_database),
        lambda: in_tasks(with_a_log),
        lambda: in_tasks(remembered),
        lambda: asyncio.run(with_a_server()),
        test_of_a_writer_whose_close_is_passed_by,
        test_of_a_writer_whose_failure_is_handled,
        test_that_opens_itself,
        test_that_is_given_what_it_has_to_close,
    ],
    ids="cycle end renewed list log database handler remembered server passed-by handled itself given".split(),
)
def test_what_others_close_or_keep_is_not_accused(body: Callable[[], None]) -> None:
    POOL.clear(), LOG.clear()
    explorer = explored(body)
    assert [story.finding for story in explorer.report.stories] == []
    assert body is renews or explorer.open_files.for_nothing > 0
