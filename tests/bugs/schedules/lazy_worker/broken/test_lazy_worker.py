"""A notifier that starts its worker thread when it is first used."""

import queue
import threading


class Notifier:
    def __init__(self):
        self._mu = threading.Lock()
        self._inbox = None
        self._worker = None
        self.sent = []

    def _start(self):
        self._inbox = queue.Queue()
        self._worker = threading.Thread(target=self._run, args=(self._inbox,), daemon=True)
        self._worker.start()

    def _run(self, inbox):
        for text in iter(inbox.get, None):
            self.sent.append(text)

    def send(self, text):
        if self._inbox is None:
            with self._mu:
                self._start()
        self._inbox.put(text)

    def close(self):
        self._inbox.put(None)
        self._worker.join()


def test_lazy_worker():
    notifier = Notifier()
    senders = [threading.Thread(target=notifier.send, args=(text,)) for text in ("paid", "shipped")]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    notifier.close()
    assert set(notifier.sent) <= {"paid", "shipped"}
