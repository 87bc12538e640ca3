"""An emitter calls all listeners, also when one of them fails; the outcome of an import is told exactly once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


class Emitter:
    def __init__(self, note):
        self.note = note
        self.lock = threading.Lock()
        self.listeners, self.failures = {}, []

    def on(self, event, listener):
        with self.lock:
            self.listeners.setdefault(event, []).append(listener)

    def emit(self, event, data):
        self.note("emit", event)
        with self.lock:
            listeners = list(self.listeners.get(event, []))
        for listener in listeners:
            try:
                listener(data)
            except Exception as error:
                self.failures.append(error)


class Import:
    def __init__(self, emitter):
        self.emitter = emitter

    def run(self, rows):
        try:
            for row in rows:
                self.store(row)
        finally:
            self.emitter.emit("finished", len(rows))

    def store(self, row):
        return row


def book(data):
    return data


def mail(data):
    return data


def import_all(note, listeners):
    emitter = Emitter(note)
    for listener in listeners:
        emitter.on("finished", listener)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(Import(emitter).run, [1, 2]).exception()


@pytest.mark.parametrize("at", ["call:book", "call:Import.store", "call:mail"])
def test_every_listener_gets_the_end_once(taskfail, at):
    listeners = [taskfail.record(book), taskfail.record(mail)]
    taskfail.inject(Raise(OSError), at=at)
    import_all(taskfail.note, listeners)
    taskfail.assert_delivered("finished", to=["book", "mail"], exactly=1)
