"""Letters are sent by a pool of processes; after the first that fails no other may be begun."""

import multiprocessing
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest


def send(number: int) -> int:
    return number


def deliver(number: int, log: Path) -> None:
    try:
        send(number)
    except Exception:
        with log.open("a") as file:
            file.write("failed\n")
        raise
    with log.open("a") as file:
        file.write(f"{number}\n")


def deliver_all(count: int, log: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        jobs: list[Any] = [pool.submit(deliver, number, log) for number in range(count)]
        done, pending = wait(jobs, return_when=FIRST_EXCEPTION)
        for job in pending:
            job.cancel()
    for job in done:
        job.result()


@pytest.mark.taskfail(faults="raise", points="call:send in deliver#0")
def test_nothing_is_sent_after_a_failure(tmp_path: Path) -> None:
    log = tmp_path / "log"
    try:
        deliver_all(12, log)
    finally:
        lines = log.read_text().splitlines()
        if "failed" in lines:
            assert len(lines) - lines.index("failed") < 7, "the driver does not stop"
