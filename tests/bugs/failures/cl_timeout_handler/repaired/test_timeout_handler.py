"""Questions go to a desk through a queue; a question that is not answered in time is noted."""

import queue
import threading


class Desk:
    def __init__(self):
        self._answers = queue.Queue()
        self.unanswered = []
        self.answered = []

    def answer(self, text):
        self._answers.put(("ticket 7", text))

    def ask(self):
        ticket = "an unknown ticket"
        try:
            ticket, text = self._answers.get(timeout=5.0)
            self.answered.append((ticket, text))
        except queue.Empty:
            self.unanswered.append(ticket)


def test_an_answer_comes():
    desk = Desk()
    asker = threading.Thread(target=desk.ask)
    asker.start()
    clerk = threading.Thread(target=desk.answer, args=("yes",))
    clerk.start()
    asker.join()
    clerk.join()
