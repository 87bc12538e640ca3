"""A server in a thread, started and stopped by a with statement."""

import queue
import threading


class Server:
    def __init__(self):
        self._requests = queue.Queue()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.served = []

    def _serve(self):
        self._up.set()
        for request in iter(self._requests.get, None):
            self.served.append(request)

    def post(self, request):
        self._requests.put(request)

    def __enter__(self):
        self._thread.start()
        self._up.wait(timeout=0.2)
        return self

    def __exit__(self, *exc_info):
        self._requests.put(None)
        self._thread.join()


def test_server_startup():
    with Server() as server:
        server.post("ping")
    assert server.served in ([], ["ping"])
