"""Users have one session each, however often they log in."""

import threading

import pytest


class Session:
    def __init__(self, user):
        self.user = user


class Registry:
    def __init__(self):
        self._mu = threading.Lock()
        self._sessions = {}

    def find(self, user):
        with self._mu:
            return self._sessions.get(user)

    def add(self, session):
        with self._mu:
            return self._sessions.setdefault(session.user, session)


def log_in(registry, user, opened):
    session = registry.find(user)
    if session is None:
        session = registry.add(Session(user))
    opened.append(session)


@pytest.mark.taskfail
def test_session_registry():
    registry, opened = Registry(), []
    devices = [threading.Thread(target=log_in, args=(registry, "ada", opened)) for _ in range(2)]
    for device in devices:
        device.start()
    for device in devices:
        device.join()
    assert opened[0] is opened[1]
