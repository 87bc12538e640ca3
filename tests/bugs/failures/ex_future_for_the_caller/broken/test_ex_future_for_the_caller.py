"""Two pages at once, and one of which nothing but the queue is looked at."""

import pytest
from office import Office


class Printer:
    def __init__(self):
        self.paper = []

    def put_on_paper(self, text):
        self.paper.append(text)


@pytest.fixture
def printer():
    return Printer()


@pytest.fixture
def office(printer):
    office = Office(printer)
    yield office
    office.close()


def test_all_pages_are_printed(office, printer):
    office.print_all(["one", "two"])
    office.close()
    assert printer.paper == ["one", "two"]


def test_a_page_is_queued(office):
    office.print_page("one")
    assert office.queued == 1
