"""An executor reading the system config under a writer-preferring lock."""

import threading


class RWLock:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writing = False
        self._waiting_writers = 0

    def acquire_read(self):
        with self._cond:
            while self._writing or self._waiting_writers:
                self._cond.wait()
            self._readers += 1

    def release_read(self):
        with self._cond:
            self._readers -= 1
            if self._readers == 0:
                self._cond.notify_all()

    def acquire_write(self):
        with self._cond:
            self._waiting_writers += 1
            while self._writing or self._readers:
                self._cond.wait()
            self._waiting_writers -= 1
            self._writing = True

    def release_write(self):
        with self._cond:
            self._writing = False
            self._cond.notify_all()


class Executor:
    def __init__(self):
        self._lock = RWLock()
        self._config = {"default": 1}

    def set_config(self, name, value):
        self._lock.acquire_write()
        try:
            self._config = {**self._config, name: value}
        finally:
            self._lock.release_write()

    def database_id(self, name):
        self._lock.acquire_read()
        try:
            return self._config.get(name)
        finally:
            self._lock.release_read()

    def execute(self, name):
        self._lock.acquire_read()
        try:
            version = len(self._config)
            ident = self.database_id(name)
        finally:
            self._lock.release_read()
        return version, ident


def test_sysconfig_read():
    executor = Executor()
    rows = []
    session = threading.Thread(target=lambda: rows.append(executor.execute("default")))
    gossip = threading.Thread(target=executor.set_config, args=("logs", 2))
    session.start()
    gossip.start()
    session.join()
    gossip.join()
    assert rows[0][1] == 1
