"""Questions are sent through a pool; a callback files the answers."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Mailbox:
    def __init__(self, pool):
        self._pool = pool
        self._mu = threading.Lock()
        self._pending = set()
        self.questions = queue.Queue()
        self.replies = queue.Queue()
        self.answers = []

    def _exchange(self, question):
        self.questions.put(question)
        return self.replies.get()

    def _file(self, future):
        with self._mu:
            self._pending.discard(future)
            self.answers.append(future.result())

    def greet(self):
        return self._pool.submit(self._exchange, "hello").result()

    def ask(self, question):
        with self._mu:
            future = self._pool.submit(self._exchange, question)
            self._pending.add(future)
        future.add_done_callback(self._file)


def reply(mailbox):
    for question in iter(mailbox.questions.get, None):
        mailbox.replies.put(question.upper())


def test_done_callback_lock():
    with ThreadPoolExecutor(max_workers=1) as pool:
        mailbox = Mailbox(pool)
        expert = threading.Thread(target=reply, args=(mailbox,))
        expert.start()
        assert mailbox.greet() == "HELLO"
        mailbox.ask("why")
    mailbox.questions.put(None)
    expert.join()
    assert mailbox.answers == ["WHY"]
