"""The trace of a real experiment: nothing that has been written is lost, and a torn record spoils no other."""

from __future__ import annotations

import os
import signal
import struct
from mmap import mmap
from pathlib import Path

import pytest

from pytest_taskfail.runtime.processes.tracefile import Follower, TraceFile, read

KILLS = 200


def test_no_confirmed_event_is_lost_by_a_kill(tmp_path: Path) -> None:
    path = str(tmp_path / "trace")
    confirmed = mmap(-1, 8 * KILLS)
    for number in range(KILLS):
        pid = os.fork()
        if pid == 0:
            trace, count = TraceFile(path), 0
            while True:
                trace.write("step", writer=number, count=count)
                count += 1
                struct.pack_into("q", confirmed, 8 * number, count)
        while struct.unpack_from("q", confirmed, 8 * number)[0] < number % 7:
            os.sched_yield()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    found = dict.fromkeys(range(KILLS), 0)
    for record in read(path):
        assert record["count"] == found[record["writer"]]
        found[record["writer"]] += 1
    promised = struct.unpack(f"{KILLS}q", confirmed)
    assert all(found[number] >= promised[number] for number in range(KILLS))


def test_a_torn_record_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    trace = TraceFile(str(path))
    trace.write("one")
    with path.open("ab") as file:
        file.write(b'\n{"event": "torn", "time"')
    trace.write("two")
    assert [record["event"] for record in read(str(path))] == ["one", "two"]


def test_a_closed_descriptor_is_opened_again(tmp_path: Path) -> None:
    trace = TraceFile(str(tmp_path / "trace"))
    os.close(trace._descriptor)
    trace.write("after")
    assert [record["event"] for record in read(trace.path)] == ["after"]


def test_long_texts_are_cut_so_that_a_record_is_written_at_once(tmp_path: Path) -> None:
    trace = TraceFile(str(tmp_path / "trace"))
    trace.write("long", text="x" * 100_000)
    assert os.path.getsize(trace.path) < 4096


def test_a_follower_sees_each_event_once(tmp_path: Path) -> None:
    trace = TraceFile(str(tmp_path / "trace"))
    follower = Follower(trace.path)
    assert list(follower.more()) == []
    trace.write("one")
    assert [record["event"] for record in follower.more()] == ["one"]
    with open(trace.path, "ab") as file:
        file.write(b'\n{"event":"half"')
    trace.write("two")
    assert [record["event"] for record in follower.more()] == ["two"]
    assert list(follower.more()) == []


def test_a_trace_that_was_never_begun_is_empty(tmp_path: Path) -> None:
    assert list(read(str(tmp_path / "none"))) == []
    with pytest.raises(StopIteration):
        next(Follower(str(tmp_path / "none")).more())
