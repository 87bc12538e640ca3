"""A process checks a drive and reports; a failure is reported with all that is known of it."""

import multiprocessing
from typing import Any


def check(drive: str) -> str:
    return f"{drive} is well"


def examine(drive: str, report: Any) -> None:
    try:
        report.send(check(drive))
    except Exception as error:
        report.send(f"{drive}: {error!r}" + "\nregister 00" * 100_000)


def examine_apart(drive: str) -> str:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=examine, args=(drive, sender))
    child.start()
    sender.close()
    report = str(receiver.recv())
    child.join()
    return report


def test_a_drive_is_examined() -> None:
    assert examine_apart("sda") == "sda is well"
