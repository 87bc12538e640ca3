"""A service loop woken through a condition whenever there is something to do."""

import threading


class Notifier:
    def __init__(self):
        self._cond = threading.Condition()
        self._aborted = threading.Event()
        self._jobs = []
        self.done = []

    def service_loop(self):
        while not self._aborted.is_set():
            with self._cond:
                while not self._jobs and not self._aborted.is_set():
                    self._cond.wait()
                jobs, self._jobs = self._jobs, []
            self.done.extend(jobs)
        with self._cond:
            self.done.extend(self._jobs)

    def notify(self, job):
        with self._cond:
            self._jobs.append(job)
            self._cond.notify()

    def abort(self):
        self._aborted.set()
        with self._cond:
            self._cond.notify_all()


def test_notifier_loop():
    notifier = Notifier()
    loop = threading.Thread(target=notifier.service_loop)
    loop.start()
    notifier.notify("offer-1")
    notifier.notify("offer-2")
    notifier.abort()
    loop.join()
    assert notifier.done == ["offer-1", "offer-2"]
