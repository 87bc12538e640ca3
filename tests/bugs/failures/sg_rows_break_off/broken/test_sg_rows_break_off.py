"""An importer: a thread reads the rows of a file, the caller takes them; the end is a None in the queue."""

import queue
import threading


class File:
    def rows(self):
        yield "1;tea"
        yield "2;milk"


class Importer:
    def __init__(self, file):
        self.file, self.found = file, queue.Queue()

    def _read(self):
        for row in self.file.rows():
            self.found.put(row.split(";"))
        self.found.put(None)

    def run(self):
        reader = threading.Thread(target=self._read)
        reader.start()
        goods = {}
        while (row := self.found.get()) is not None:
            goods[row[0]] = row[1]
        reader.join()
        return goods


def test_all_goods_are_imported():
    assert Importer(File()).run() == {"1": "tea", "2": "milk"}
