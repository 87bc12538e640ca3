"""Two threads print in turns: each releases the lock that the other one waits for."""

import threading


class Printer:
    def write(self, text):
        return len(text)


class Turns:
    def __init__(self, printer):
        self.printer = printer
        self.ping, self.pong = threading.Lock(), threading.Lock()
        self.pong.acquire()
        self.said, self.errors = [], []

    def _speak(self, mine, other, word, times):
        for _ in range(times):
            mine.acquire()
            try:
                self.printer.write(word)
                self.said.append(word)
            except Exception as error:
                self.errors.append(error)
            finally:
                other.release()

    def run(self, times):
        threads = [
            threading.Thread(target=self._speak, args=(self.ping, self.pong, "ping", times)),
            threading.Thread(target=self._speak, args=(self.pong, self.ping, "pong", times)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.said


def test_they_take_turns():
    assert Turns(Printer()).run(2) == ["ping", "pong"] * 2
