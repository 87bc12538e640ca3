"""Invoices are parsed in parallel; those that cannot be read are listed with the reason."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Parser:
    def parse(self, text):
        number, cents = text.split(":")
        return number, int(cents)


class Intake:
    def __init__(self, parser):
        self.parser = parser
        self.lock = threading.Lock()
        self.invoices, self.rejected = {}, {}

    def read(self, name, text):
        try:
            number, cents = self.parser.parse(text)
        except ValueError as error:
            with self.lock:
                self.rejected[name] = str(error)
            return
        with self.lock:
            self.invoices[number] = cents

    def read_all(self, texts):
        with ThreadPoolExecutor(2, thread_name_prefix="intake") as pool:
            futures = [pool.submit(self.read, name, text) for name, text in texts.items()]
        return [error for future in futures if (error := future.exception()) is not None]


def test_all_invoices_are_read():
    intake = Intake(Parser())
    assert intake.read_all({"a.txt": "2024-1:1990", "b.txt": "2024-2:500", "c.txt": "2024-3:75"}) == []
    assert intake.invoices == {"2024-1": 1990, "2024-2": 500, "2024-3": 75}
    assert intake.rejected == {}
