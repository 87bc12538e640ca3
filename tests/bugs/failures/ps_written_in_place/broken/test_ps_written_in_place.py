"""A settings file, saved by a background thread whenever something has changed."""

import json
import threading

import pytest


class Saver:
    def __init__(self, path):
        self.path = path
        self.settings = {"theme": "light"}
        self.errors = []
        self._save()

    def _save(self):
        with open(self.path, "w") as file:
            json.dump(self.settings, file)

    def _save_or_complain(self):
        try:
            self._save()
        except OSError as error:
            self.errors.append(error)

    def change(self, **settings):
        self.settings.update(settings)
        thread = threading.Thread(target=self._save_or_complain)
        thread.start()
        thread.join()


@pytest.mark.taskfail
def test_the_file_can_always_be_read(tmp_path):
    path = tmp_path / "settings.json"
    saver = Saver(path)
    try:
        saver.change(theme="dark")
        saver.change(font="Inter")
    finally:
        with open(path) as file:
            text = file.read()
        assert text.startswith("{") and text.endswith("}"), text
