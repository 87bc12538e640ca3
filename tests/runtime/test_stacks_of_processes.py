"""What the threads of another process do is told by that process, whatever its threads are at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_taskfail.runtime.processes import dumps

ENOUGH = 100
"""With `faulthandler` alone, one dump in some twenty ended the process."""

HEAD = """
import ctypes, multiprocessing.connection, sys, threading
from pytest_taskfail.runtime.processes import dumps

def spin():
    ready, ours = multiprocessing.Pipe()
    ours.send("always")
    while True:
        multiprocessing.connection.wait([ready])

def rest():
    print("rests", flush=True)
    sys.stdin.read()

def rest_in_c():
    print("rests", flush=True)
    ctypes.CDLL(None).sigwait(ctypes.c_char_p(bytes(127) + b"\\x80"), ctypes.byref(ctypes.c_int()))

file = dumps.answer(sys.argv[1])
threading.Thread(target=spin, daemon=True).start()
"""


def start(folder: Path, body: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HEAD + body, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "rests\n"
    return process


@pytest.mark.parametrize("body", ["rest()", "rest_in_c()"])
def test_the_main_thread_is_the_last_and_all_others_are_told(tmp_path: Path, body: str) -> None:
    with start(tmp_path, body) as process:
        text = dumps.ask(str(tmp_path), [process.pid])[process.pid]
        process.kill()
    *_, other, main = text.split(" (most recent call first):")
    assert "in spin" in other
    assert f"in {body.strip('()')}" in main
    assert "in spin" not in main


def test_a_process_with_a_thread_that_never_rests_lives_on(tmp_path: Path) -> None:
    with start(tmp_path, "rest()") as process:
        for number in range(ENOUGH):
            dumps.ask(str(tmp_path), [process.pid])
            assert process.poll() is None, f"it died of dump {number}"
        process.kill()


def test_processes_that_are_gone_or_have_nothing_to_tell_are_left_out(tmp_path: Path) -> None:
    with start(tmp_path, "rest()") as process:
        process.kill()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        assert dumps.ask(str(tmp_path), [process.pid, stranger.pid]) == {}
        stranger.kill()
