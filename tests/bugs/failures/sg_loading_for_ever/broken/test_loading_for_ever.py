"""A model that all share is loaded once, by the first who needs it; the others wait for it."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Storage:
    def fetch(self, name):
        return [1, 2]


class Models:
    def __init__(self, storage):
        self.storage = storage
        self._changed = threading.Condition()
        self._model, self._loading = None, False

    def get(self):
        with self._changed:
            while self._loading:
                self._changed.wait()
            if self._model is not None:
                return self._model
            self._loading = True
        return self._load()

    def _load(self):
        model = self.storage.fetch("weights")
        with self._changed:
            self._model, self._loading = model, False
            self._changed.notify_all()
        return model


def test_the_model_is_loaded_once():
    models = Models(Storage())
    with ThreadPoolExecutor(2) as pool:
        users = [pool.submit(models.get) for _ in range(2)]
    assert [user.result() for user in users] == [[1, 2], [1, 2]]
