"""A warehouse picks several orders at once; one lock guards the shelf.

Whatever fails while an order is being picked, the lock is given back and the other orders go on.
"""

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol


class OutOfStock(Exception):
    """There is less on the shelf than the order asks for."""


class Ledger(Protocol):
    """Where every withdrawal is entered: another system, which can fail."""

    def enter(self, order: str, lines: Mapping[str, int]) -> None: ...


@dataclass(frozen=True)
class Order:
    """What a customer wants: a number and how many of each article."""

    number: str
    lines: Mapping[str, int]


@dataclass
class Report:
    """The fate of every order; each is in exactly one of the two."""

    picked: list[str] = field(default_factory=list)
    failed: dict[str, BaseException] = field(default_factory=dict)


class Warehouse:
    """Picks orders on a thread pool."""

    def __init__(self, stock: Mapping[str, int], ledger: Ledger, pickers: int = 3) -> None:
        self.stock = dict(stock)
        self._ledger = ledger
        self._pickers = pickers
        self._shelf = threading.Lock()

    def pick(self, order: Order) -> None:
        """Take the goods of one order off the shelf, or raise and leave the shelf as it was.

        The entry in the ledger comes before the withdrawal: if it fails, nothing has been taken yet.
        """
        with self._shelf:
            if any(self.stock.get(article, 0) < count for article, count in order.lines.items()):
                raise OutOfStock(order.number)
            self._ledger.enter(order.number, order.lines)
            for article, count in order.lines.items():
                self.stock[article] -= count

    def pick_all(self, orders: Iterable[Order]) -> Report:
        """Pick the orders side by side and report the fate of each."""
        report = Report()
        with ThreadPoolExecutor(self._pickers, thread_name_prefix="picker") as pool:
            futures = {order.number: pool.submit(self.pick, order) for order in orders}
        for number, future in futures.items():
            error = future.exception()
            if error is None:
                report.picked.append(number)
            else:
                report.failed[number] = error
        return report
