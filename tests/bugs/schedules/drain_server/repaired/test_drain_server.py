"""A server that several parties may ask to stop gracefully."""

import threading


class Server:
    def __init__(self):
        self._mu = threading.Lock()
        self._draining = False
        self.handlers_closed = 0

    @property
    def draining(self):
        with self._mu:
            return self._draining

    def graceful_stop(self):
        self._mu.acquire()
        if self._draining:
            self._mu.release()
            return
        self._draining = True
        self.handlers_closed += 1
        self._mu.release()


def reaper(server):
    if not server.draining:
        server.graceful_stop()


def test_drain_server():
    server = Server()
    idle = threading.Thread(target=reaper, args=(server,))
    idle.start()
    if not server.draining:
        server.graceful_stop()
    idle.join()
    assert server.handlers_closed == 1
