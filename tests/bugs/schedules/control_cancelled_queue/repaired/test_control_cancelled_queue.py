"""A render farm is shut down; what has not begun is dropped."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


def render(frame, lamp):
    lamp.wait()
    return frame


@pytest.mark.taskfail
def test_control_cancelled_queue():
    lamp = threading.Event()
    farm = ThreadPoolExecutor(max_workers=1)
    frames = [farm.submit(render, number, lamp) for number in range(3)]
    lamp.set()
    farm.shutdown(wait=True, cancel_futures=True)
    assert all(frame.cancelled() or frame.result() == number for number, frame in enumerate(frames))
