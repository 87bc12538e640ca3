"""A client that asks a slow service, but not for ever."""

import queue
import threading

import pytest


def serve(requests, replies):
    for number in iter(requests.get, None):
        replies.put((number, number * number))


class Client:
    def __init__(self):
        self.requests = queue.Queue()
        self.replies = queue.Queue()

    def square(self, number):
        self.requests.put(number)
        try:
            reply = self.replies.get(timeout=0.2)
        except queue.Empty:
            return None
        return reply[1]


@pytest.mark.taskfail
def test_lookup_client():
    client = Client()
    service = threading.Thread(target=serve, args=(client.requests, client.replies))
    service.start()
    squares = [client.square(number) for number in (3, 4)]
    client.requests.put(None)
    service.join()
    assert squares[0] in (9, None)
    assert squares[1] in (16, None)
