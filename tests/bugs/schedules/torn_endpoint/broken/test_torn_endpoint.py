"""A service moves to another endpoint while clients look it up."""

import threading

import pytest


class Settings:
    def __init__(self, **values):
        self._mu = threading.Lock()
        self._values = values

    def update(self, **values):
        with self._mu:
            self._values.update(values)

    def get(self, *names):
        with self._mu:
            return tuple(self._values[name] for name in names)


def move(settings, host, port):
    settings.update(host=host)
    settings.update(port=port)


def look_up(settings, found):
    found.append(settings.get("host", "port"))


@pytest.mark.taskfail
def test_torn_endpoint():
    settings, found = Settings(host="old", port=80), []
    mover = threading.Thread(target=move, args=(settings, "new", 443))
    client = threading.Thread(target=look_up, args=(settings, found))
    mover.start()
    client.start()
    mover.join()
    client.join()
    assert found[0] in (("old", 80), ("new", 443))
