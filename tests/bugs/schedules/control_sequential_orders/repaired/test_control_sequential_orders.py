"""A backup and its restore, one after the other, lock the same two volumes."""

import threading


def copy(source, target, log):
    with source, target:
        log.append("copied")


def test_control_sequential_orders():
    disk, tape, log = threading.Lock(), threading.Lock(), []
    for source, target in ((disk, tape), (tape, disk)):
        copies = [threading.Thread(target=copy, args=(source, target, log)) for _ in range(2)]
        for thread in copies:
            thread.start()
        for thread in copies:
            thread.join()
    assert log == ["copied"] * 4
