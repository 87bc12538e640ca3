"""A client that sends a request and waits for the server to answer."""

import queue
import threading


class Client:
    def __init__(self, requests):
        self._requests = requests
        self._answered = threading.Event()
        self._answer = None

    def on_answer(self, answer):
        self._answer = answer
        self._answered.set()

    def call(self, number):
        self._requests.put((self, number))
        self._answered.clear()
        self._answered.wait()
        return self._answer


def serve(requests):
    for client, number in iter(requests.get, None):
        client.on_answer(number * number)


def test_rpc_client():
    requests = queue.Queue()
    server = threading.Thread(target=serve, args=(requests,))
    server.start()
    client = Client(requests)
    answers = [client.call(number) for number in (3, 4)]
    requests.put(None)
    server.join()
    assert answers == [9, 16]
