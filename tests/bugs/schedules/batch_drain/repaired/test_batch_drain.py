"""Workers empty a queue that nobody fills any more."""

import queue
import threading


def work(jobs, done):
    while True:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return
        done.append(job)


def test_batch_drain():
    jobs, done = queue.Queue(), []
    for job in ("resize", "crop", "save"):
        jobs.put(job)
    workers = [threading.Thread(target=work, args=(jobs, done)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == ["crop", "resize", "save"]
