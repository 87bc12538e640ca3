"""A session that closes itself when it is idle for too long."""

import threading


class Session:
    def __init__(self, idle):
        self._mu = threading.Lock()
        self.state = "open"
        self._timer = threading.Timer(idle, self._expire)
        self._timer.start()

    def _expire(self):
        with self._mu:
            self.state = "expired"

    def close(self):
        with self._mu:
            self._timer.cancel()
            self._timer.join()
        self.state = "closed"


def test_timer_close():
    session = Session(idle=30)
    session.close()
    assert session.state == "closed"
