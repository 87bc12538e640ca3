"""Journal: each order appends its lines to a file of its own, by way of the operating system's calls."""

import os
from concurrent.futures import ThreadPoolExecutor


class Journal:
    def __init__(self, folder):
        self.folder = folder

    def append(self, order, lines):
        descriptor = os.open(self.folder / order, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for line in lines:
            os.write(descriptor, line.encode())
        os.close(descriptor)
        return len(lines)

    def append_all(self, orders):
        with ThreadPoolExecutor(2, thread_name_prefix="journal") as pool:
            futures = [pool.submit(self.append, order, lines) for order, lines in orders.items()]
        return [future.result() for future in futures]


def test_each_order_has_its_lines(tmp_path):
    journal = Journal(tmp_path)
    assert journal.append_all({"o1": ["bolt", "nut"], "o2": ["bolt"]}) == [2, 1]
    assert (tmp_path / "o1").read_text() == "boltnut"
