"""Orders are picked side by side under one lock."""

from collections.abc import Mapping
from types import ModuleType

import pytest

from . import app


@pytest.fixture
def system() -> ModuleType:
    """The module under test."""
    return app


class Ledger:
    """Stands in for the ledger, a system of its own."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, int]] = {}

    def enter(self, order: str, lines: Mapping[str, int]) -> None:
        self.entries[order] = dict(lines)


def test_every_order_is_picked(system: ModuleType) -> None:
    ledger = Ledger()
    warehouse = system.Warehouse({"bolt": 10, "nut": 10}, ledger)
    report = warehouse.pick_all(
        [
            system.Order("o1", {"bolt": 2, "nut": 2}),
            system.Order("o2", {"bolt": 4}),
            system.Order("o3", {"nut": 1, "bolt": 1}),
            system.Order("o4", {"nut": 3}),
        ]
    )
    assert report.picked == ["o1", "o2", "o3", "o4"]
    assert report.failed == {}
    assert warehouse.stock == {"bolt": 3, "nut": 4}
    assert sorted(ledger.entries) == ["o1", "o2", "o3", "o4"]


def test_an_order_too_large_is_refused_and_the_others_are_picked(system: ModuleType) -> None:
    ledger = Ledger()
    warehouse = system.Warehouse({"bolt": 5}, ledger)
    report = warehouse.pick_all(
        [system.Order("o1", {"bolt": 1}), system.Order("o2", {"bolt": 50}), system.Order("o3", {"bolt": 2})]
    )
    assert report.picked == ["o1", "o3"]
    assert isinstance(report.failed["o2"], system.OutOfStock)
    assert warehouse.stock == {"bolt": 2}
    assert sorted(ledger.entries) == ["o1", "o3"]
