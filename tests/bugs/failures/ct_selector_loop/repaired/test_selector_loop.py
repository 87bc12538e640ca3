"""A thread waits in a selector for work that others hand to it, as the loops of servers do."""

import selectors
import socket
import threading
from collections import deque
from concurrent.futures import Future


class Loop:
    def __init__(self):
        self.inner, self.outer = socket.socketpair()
        self.selector = selectors.PollSelector()
        self.selector.register(self.inner, selectors.EVENT_READ)
        self.calls = deque()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def call(self, function):
        future = Future()
        self.calls.append((function, future))
        self.wake()
        return future.result()

    def wake(self):
        self.outer.send(b"!")

    def run(self):
        while self.selector.select():
            try:
                data = self.inner.recv(10)
            except Exception:
                data = b"!"
            if not data:
                return
            while self.calls:
                function, future = self.calls.popleft()
                try:
                    future.set_result(function())
                except Exception as error:
                    future.set_exception(error)

    def close(self):
        self.outer.close()
        self.thread.join()
        self.selector.close()
        self.inner.close()


def add():
    return 1 + 1


def test_a_call_is_answered():
    loop = Loop()
    try:
        assert loop.call(add) == 2
    finally:
        loop.close()
