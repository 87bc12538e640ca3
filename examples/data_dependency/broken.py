"""Letters to customers, each in three steps on a thread pool: look up -> compose -> send.

The mistake: the first step deals with a failure by returning None in place of the name. To the steps after it that is
a result like any other, so the customer gets a letter that begins with "Dear None", and the report is content.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

log = logging.getLogger(__name__)


class BadRecord(Exception):
    """The directory knows the customer, but what it knows is of no use."""


class Directory(Protocol):
    """Who the customers are: another system, which can fail."""

    def name(self, number: str) -> str: ...


class Post(Protocol):
    """Who delivers the letters: another system, which can fail."""

    def deliver(self, number: str, text: str) -> str: ...


@dataclass(frozen=True)
class Recipient:
    """A customer to write to."""

    number: str
    name: str | None


@dataclass(frozen=True)
class Letter:
    """What is sent."""

    number: str
    text: str


@dataclass(frozen=True)
class Failure:
    """The step that failed, why, and the later steps, which therefore did not run."""

    step: str
    error: BaseException
    skipped: tuple[str, ...]


@dataclass
class Report:
    """The fate of every letter; each is in exactly one of the two.

    A failure in the last step does not say whether the letter is on its way: its receipt may have got lost.
    """

    receipts: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)


class Mailing:
    """Writes to many customers side by side."""

    def __init__(self, directory: Directory, post: Post, workers: int = 2) -> None:
        self._directory = directory
        self._post = post
        self._workers = workers
        self._steps: tuple[Callable[[Any], Any], ...] = (self.look_up, self.compose, self.send)

    def look_up(self, number: str) -> Recipient:
        """Find out how the customer wants to be addressed."""
        try:
            name = self._directory.name(number)
        except OSError as error:
            log.warning("no name for customer %s: %r", number, error)
            return Recipient(number, None)
        if not name.strip():
            raise BadRecord(number)
        return Recipient(number, name)

    def compose(self, recipient: Recipient) -> Letter:
        """Write the letter."""
        return Letter(recipient.number, f"Dear {recipient.name}, our prices have changed.")

    def send(self, letter: Letter) -> str:
        """Give the letter to the post and return the receipt."""
        return self._post.deliver(letter.number, letter.text)

    def run(self, numbers: Iterable[str]) -> Report:
        """Write to all these customers and report the fate of each letter."""
        report = Report()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="mailing") as pool:
            running: dict[Future[Any], tuple[str, int]] = {pool.submit(self._steps[0], number): (number, 0) for number in numbers}
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    number, position = running.pop(future)
                    later = self._steps[position + 1 :]
                    if (error := future.exception()) is not None:
                        skipped = tuple(step.__name__ for step in later)
                        report.failed[number] = Failure(self._steps[position].__name__, error, skipped)
                    elif later:
                        running[pool.submit(later[0], future.result())] = (number, position + 1)
                    else:
                        report.receipts[number] = future.result()
        return report
