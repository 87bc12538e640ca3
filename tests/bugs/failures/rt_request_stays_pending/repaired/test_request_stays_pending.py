"""Requests and answers over one wire; an answer finds its request by number."""

import itertools
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class NoAnswer(Exception):
    pass


class Wire:
    def __init__(self):
        self.replies = queue.Queue()

    def send(self, number, body):
        self.replies.put((number, body.upper()))


class Client:
    def __init__(self, wire):
        self.wire = wire
        self.pending = {}
        self._numbers = itertools.count()
        self._reader = threading.Thread(target=self._read, name="reader")
        self._reader.start()

    def _read(self):
        while (message := self.wire.replies.get()) is not None:
            slot = self.pending.get(message[0])
            if slot is not None:
                slot.put(message[1])

    def call(self, body, seconds=5):
        number = next(self._numbers)
        self.pending[number] = slot = queue.Queue(1)
        try:
            self.wire.send(number, body)
            return slot.get(timeout=seconds)
        except queue.Empty:
            raise NoAnswer(body) from None
        finally:
            del self.pending[number]

    def close(self):
        self.wire.replies.put(None)
        self._reader.join()


@pytest.mark.taskfail
def test_no_request_stays_pending():
    client = Client(Wire())
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(client.call, ["a", "b"]))
    finally:
        client.close()
        assert not client.pending
