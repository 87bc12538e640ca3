"""A forecast is used when it is ready in time, else yesterday's."""

import threading

import pytest


class Forecast:
    def __init__(self):
        self._cond = threading.Condition()
        self._value = None

    def publish(self, value):
        with self._cond:
            self._value = value
            self._cond.notify()

    def get(self, patience, default):
        with self._cond:
            if self._cond.wait_for(lambda: self._value is not None, timeout=patience):
                return self._value
            return default


@pytest.mark.taskfail
def test_control_late_result():
    forecast = Forecast()
    station = threading.Thread(target=forecast.publish, args=("rain",))
    station.start()
    weather = forecast.get(patience=0.2, default="sun")
    station.join()
    assert weather in ("rain", "sun")
    assert forecast.get(patience=0, default="sun") == "rain"
