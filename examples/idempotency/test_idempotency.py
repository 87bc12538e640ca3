"""A payment is booked once, however often it is delivered and whatever gets lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import app

PAYMENTS = [app.Payment("p1", "rent", 900), app.Payment("p2", "food", 45)]


@pytest.fixture(params=[app.Ledger])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[app.Ledger]:
    """The ledger under test."""
    ledger = request.param(tmp_path / "ledger.db")
    yield ledger
    ledger.close()


class Sender:
    """Stands in for the one who sends payments and wants to hear of each."""

    def __init__(self) -> None:
        self.receipts: dict[str, str] = {}

    def acknowledge(self, key: str, receipt: str) -> None:
        self.receipts[key] = receipt


def check(ledger: app.Ledger, sender: Sender, given_up: dict[str, Exception]) -> None:
    """Each payment is on its account once, or it was given up and nobody got a receipt."""
    for payment in PAYMENTS:
        booked = ledger.cents(payment.account) / payment.cents
        assert booked <= 1, f"{payment.account} was booked {booked:g} times"
        assert booked == 1 or payment.key in given_up, f"{payment.account} was not booked"
        assert booked == 1 or payment.key not in sender.receipts, f"a receipt for {payment.account}, which was not booked"


@pytest.mark.taskfail(faults="raise", budget=3)
def test_a_payment_that_fails_half_way_is_booked_once(ledger: app.Ledger) -> None:
    sender = Sender()
    consumer = app.Consumer(ledger, sender.acknowledge, workers=1)
    for payment in PAYMENTS:
        consumer.deliver(payment)
    check(ledger, sender, consumer.run())


@pytest.mark.taskfail(faults="none", budget=2)
def test_two_deliveries_at_once_are_one_payment(ledger: app.Ledger) -> None:
    sender = Sender()
    consumer = app.Consumer(ledger, sender.acknowledge)
    for payment in PAYMENTS:
        consumer.deliver(payment)
        consumer.deliver(payment)
    check(ledger, sender, consumer.run())
