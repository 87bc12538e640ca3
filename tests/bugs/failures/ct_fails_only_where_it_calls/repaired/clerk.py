"""A clerk takes letters out of a tray; a stop among them sends him home."""

import logging
import queue
import threading

STOP = object()
log = logging.getLogger("clerk")


class Clerk:
    def __init__(self, archive):
        self.archive, self.tray, self.at_work = archive, queue.Queue(), True
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _handle(self, letter):
        if letter is STOP:
            self.at_work = False
        else:
            self.archive.keep(letter)

    def _work(self):
        while self.at_work:
            letter = self.tray.get()
            try:
                self._handle(letter)
            except Exception:
                log.exception("a letter was not handled")

    def stop(self):
        self.tray.put(STOP)
        self.thread.join()
