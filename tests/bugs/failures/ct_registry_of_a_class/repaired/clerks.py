"""Clerks, each of whom works in a thread of his own, and the list of all who are at work."""

import queue
import threading


class Clerk:
    at_work = []

    def __init__(self, desk):
        self.desk, self.questions = desk, queue.Queue()
        self.thread = threading.Thread(target=self._work)
        self.at_work.append(self)
        self.thread.start()

    def _work(self):
        while (asked := self.questions.get()) is not None:
            question, answers = asked
            try:
                answers.put((self.desk.answer(question), None))
            except Exception as error:
                answers.put((None, error))

    def ask(self, question):
        answers = queue.SimpleQueue()
        self.questions.put((question, answers))
        answer, error = answers.get()
        if error is not None:
            raise error
        return answer

    def go_home(self):
        self.questions.put(None)
        self.thread.join()
        self.at_work.remove(self)
