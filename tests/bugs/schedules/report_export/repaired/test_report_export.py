"""Rows are sent to a writer thread until one of them turns out to be bad."""

import queue
import threading


def write_rows(rows, rejected, written):
    for row in iter(rows.get, None):
        if row < 0:
            rejected.put(row)
        else:
            written.append(row)


def export(source):
    rows, rejected, written = queue.Queue(), queue.Queue(), []
    writer = threading.Thread(target=write_rows, args=(rows, rejected, written))
    writer.start()
    try:
        for row in source:
            if not rejected.empty():
                return None
            rows.put(row)
    finally:
        rows.put(None)
        writer.join()
    return written


def test_report_export():
    assert export([10, -1, 30]) in ([10, 30], None)
