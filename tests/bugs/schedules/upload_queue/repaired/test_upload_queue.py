"""An uploader works through a queue of names until it is told to skip the rest."""

import queue
import threading


def upload(jobs, cancelled, uploaded):
    while True:
        name = jobs.get()
        if name is None:
            return
        if not cancelled.is_set():
            uploaded.append(name)
        jobs.task_done()


def press_cancel(cancelled):
    cancelled.set()


def test_upload_queue():
    jobs, cancelled, uploaded = queue.Queue(), threading.Event(), []
    names = ["logo.png", "map.png", "team.png"]
    for name in names:
        jobs.put(name)
    uploader = threading.Thread(target=upload, args=(jobs, cancelled, uploaded))
    user = threading.Thread(target=press_cancel, args=(cancelled,))
    uploader.start()
    user.start()
    jobs.join()
    jobs.put(None)
    uploader.join()
    user.join()
    assert uploaded == names[: len(uploaded)]
