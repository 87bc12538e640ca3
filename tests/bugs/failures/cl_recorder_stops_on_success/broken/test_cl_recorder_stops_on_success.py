"""A recorder is used in a `with`, and by hand."""

from recorder import Recorder


class Sensor:
    def read(self):
        return 20


def test_readings_are_written_down():
    lines = []
    with Recorder([Sensor(), Sensor()], lines) as recorder:
        recorder.take()
    assert lines == ["20 degrees"] * 2


def test_a_recorder_is_stopped_by_hand():
    lines = []
    recorder = Recorder([Sensor(), Sensor()], lines)
    recorder.start()
    recorder.take()
    recorder.stop()
    assert lines == ["20 degrees"] * 2
