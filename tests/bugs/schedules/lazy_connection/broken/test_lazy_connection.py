"""A database opens its session when it is first asked, checking twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Session:
    def __init__(self):
        self._mu = threading.Lock()
        self._user = None

    def log_in(self, user):
        with self._mu:
            self._user = user

    def query(self, text):
        with self._mu:
            if self._user is None:
                raise PermissionError("not logged in")
            return text.lower()


class Database:
    def __init__(self):
        self._mu = threading.Lock()
        self._session = None

    def query(self, text):
        if self._session is None:
            with self._mu:
                if self._session is None:
                    self._session = Session()
                    self._session.log_in("app")
        return self._session.query(text)


@pytest.mark.taskfail
def test_lazy_connection():
    database = Database()
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(database.query, ["ROWS", "KEYS"]))
    assert answers == ["rows", "keys"]
