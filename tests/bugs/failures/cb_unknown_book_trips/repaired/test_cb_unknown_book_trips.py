"""Book titles are looked up at a web service behind a circuit breaker."""

from concurrent.futures import ThreadPoolExecutor

import pybreaker
import pytest


class NotFound(Exception):
    """There is no such book."""


class Service:
    TITLES = {"0-14": "Emma", "0-19": "Persuasion", "0-67": "Ulysses"}

    def title(self, isbn):
        if isbn not in self.TITLES:
            raise NotFound(isbn)
        return self.TITLES[isbn]


class Failures(pybreaker.CircuitBreakerListener):
    def __init__(self):
        self.counted = []

    def failure(self, breaker, error):
        self.counted.append(error)


class Catalogue:
    def __init__(self, service):
        self.service, self.failures = service, Failures()
        self.breaker = pybreaker.CircuitBreaker(fail_max=3, reset_timeout=60, listeners=[self.failures], exclude=[NotFound])

    def _ask(self, isbn):
        return self.service.title(isbn)

    def title(self, isbn):
        try:
            return self.breaker.call(self._ask, isbn)
        except (NotFound, pybreaker.CircuitBreakerError) as error:
            return f"[{type(error).__name__}]"

    def titles(self, numbers):
        with ThreadPoolExecutor(2, thread_name_prefix="books") as pool:
            return list(pool.map(self.title, numbers))


@pytest.mark.taskfail
def test_an_unknown_book_is_no_failure_of_the_service():
    catalogue = Catalogue(Service())
    assert len(catalogue.titles(["0-14", "0-19", "0-67"])) == 3
    assert not [error for error in catalogue.failures.counted if isinstance(error, NotFound)]
