"""Letters are written side by side, each in three steps that need one another's results."""

from types import ModuleType

import pytest

from . import app

NAMES = {"c1": "Ada", "c2": "Grace", "c3": "  "}


@pytest.fixture
def system() -> ModuleType:
    """The module under test."""
    return app


class Directory:
    """Stands in for the customer directory; its record of c3 is of no use."""

    def name(self, number: str) -> str:
        return NAMES[number]


class Post:
    """Stands in for the post; keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def deliver(self, number: str, text: str) -> str:
        self.given.append((number, text))
        return f"receipt-{number}"


def test_good_records_get_a_letter_and_a_bad_one_does_not(system: ModuleType) -> None:
    post = Post()
    report = system.Mailing(Directory(), post).run(NAMES)
    assert report.receipts == {"c1": "receipt-c1", "c2": "receipt-c2"}
    assert sorted(number for number, _ in post.given) == ["c1", "c2"]
    assert isinstance(report.failed["c3"].error, system.BadRecord)
    assert report.failed["c3"].skipped == ("compose", "send")


@pytest.mark.taskfail
def test_no_step_runs_on_the_result_of_a_failed_one(system: ModuleType) -> None:
    """True whatever fails: nothing is asserted about a letter whose last step failed, it may have gone out or not."""
    post = Post()
    report = system.Mailing(Directory(), post).run(NAMES)

    assert sorted([*report.receipts, *report.failed]) == ["c1", "c2", "c3"]
    for number, text in post.given:
        assert text == f"Dear {NAMES[number]}, our prices have changed."
    given = [number for number, _ in post.given]
    for number, receipt in report.receipts.items():
        assert receipt == f"receipt-{number}"
        assert given.count(number) == 1
    for number, failure in report.failed.items():
        assert given.count(number) == 0 or failure.step == "send"
    assert report.failed["c3"].step == "look_up"
