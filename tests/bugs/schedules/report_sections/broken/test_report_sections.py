"""Several authors write the sections of a report, each in its turn."""

import threading


class Report:
    def __init__(self):
        self._cond = threading.Condition()
        self._turn = 0
        self.text = []

    def write(self, section, line):
        with self._cond:
            while self._turn != section:
                self._cond.wait()
            self.text.append(line)
            self._turn += 1
            self._cond.notify()


def test_report_sections():
    report = Report()
    lines = ["summary", "figures", "outlook"]
    authors = [threading.Thread(target=report.write, args=(n, line)) for n, line in enumerate(lines)]
    for author in authors:
        author.start()
    for author in authors:
        author.join()
    assert report.text == lines
