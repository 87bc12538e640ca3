"""Documents are archived by one thread each; the tape drive is shared and a write may have to be repeated."""

import logging
import threading

log = logging.getLogger("archive")


class Tape:
    def __init__(self):
        self.blocks = []

    def write(self, name):
        self.blocks.append(name)


class Archive:
    def __init__(self, tape, attempts=3):
        self.tape, self.attempts = tape, attempts
        self.drive = threading.RLock()
        self.saved = []

    def save(self, name):
        for attempt in range(self.attempts):
            self.drive.acquire()
            try:
                self.tape.write(name)
            except OSError as error:
                log.warning("%s, attempt %d: %r", name, attempt, error)
                continue
            self.saved.append(name)
            self.drive.release()
            return
        log.error("%s is not archived", name)

    def save_all(self, names):
        threads = [threading.Thread(target=self.save, args=(name,), name=f"save-{name}") for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(self.saved)


def test_all_documents_are_archived():
    assert Archive(Tape()).save_all(["deed", "map", "will"]) == ["deed", "map", "will"]
