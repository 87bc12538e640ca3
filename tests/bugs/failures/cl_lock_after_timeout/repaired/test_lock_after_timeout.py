"""A scoreboard that two reporters write to."""

import threading


class Scoreboard:
    def __init__(self):
        self._lock = threading.Lock()
        self.lines = []

    def report(self, line):
        if not self._lock.acquire(timeout=0.5):
            self.lines.append(f"{line} (late)")
            return
        try:
            self.lines.append(line)
        finally:
            self._lock.release()


def test_two_reporters():
    board = Scoreboard()
    reporters = [threading.Thread(target=board.report, args=(line,)) for line in ("1:0", "1:1")]
    for reporter in reporters:
        reporter.start()
    for reporter in reporters:
        reporter.join()
    assert len(board.lines) == 2
