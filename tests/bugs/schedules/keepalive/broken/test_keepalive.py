"""Keepalive pings a transport while it has streams and sleeps while it has none."""

import queue
import threading


class Transport:
    def __init__(self):
        self._mu = threading.Lock()
        self._awaken = queue.Queue(maxsize=1)
        self._dormant = False
        self._streams = 0
        self.pings = 0

    def open_stream(self):
        with self._mu:
            self._streams += 1
            if self._dormant:
                self._dormant = False
                self._awaken.put(True)

    def keepalive(self):
        with self._mu:
            if self._streams == 0:
                self._dormant = True
                self._awaken.get()
            self.pings += 1


def test_keepalive():
    transport = Transport()
    threads = [threading.Thread(target=transport.open_stream), threading.Thread(target=transport.keepalive)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert transport.pings == 1
