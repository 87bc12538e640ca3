"""Letters are posted in the background; the jobs log what goes wrong, and nobody keeps their futures."""

import logging

log = logging.getLogger("post")


class Office:
    def __init__(self, van, pool):
        self.van, self.pool, self.round = van, pool, 0

    def _post(self, letter):
        try:
            self.van.take(letter)
        except Exception:
            log.exception("%s was not posted", letter)

    def _post_all(self, letters):
        self.round += 1
        while letters:
            try:
                self.van.take(letters.pop())
            except Exception:
                log.exception("a letter was not posted")

    def post(self, letter):
        self.pool.submit(self._post, letter)

    def post_all(self, letters):
        self.pool.submit(self._post_all, letters)
