"""An archive: a line that is used again by the next order, a log of failures, a journal that its owner closes."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

LINES, LOG = [], []


class Archive:
    def send(self, line, order):
        return f"{order} sent"


class Journal:
    def __init__(self):
        self.number = None

    def note(self, text):
        if self.number is None:
            self.number, path = tempfile.mkstemp()
            os.unlink(path)
        os.write(self.number, text.encode())

    def close(self):
        if self.number is not None:
            os.close(self.number)


def dial():
    number, path = tempfile.mkstemp()
    os.unlink(path)
    return number


class Office:
    def __init__(self, archive, journal):
        self.archive, self.journal = archive, journal

    def file(self, order):
        line = LINES.pop() if LINES else dial()
        try:
            self.journal.note(self.archive.send(line, order))
        except Exception:
            os.close(line)
            line = dial()
            if not LOG:
                LOG.append(dial())
            raise
        finally:
            LINES.append(line)


def test_all_orders_are_filed():
    journal = Journal()
    office = Office(Archive(), journal)
    with ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(office.file, order) for order in ("o1", "o2")]
    for future in futures:
        future.result()
    journal.close()
