"""Shelf labels: prices are fetched in parallel, then the labels are made from them."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

log = logging.getLogger("labels")


class PriceService:
    PRICES = {"tea": 349, "milk": 119, "bread": 279}

    def price(self, article):
        return self.PRICES[article]


class Printer:
    def __init__(self, service):
        self.service = service
        self.labels, self.unpriced = {}, []

    def price(self, article):
        try:
            return self.service.price(article)
        except OSError as error:
            log.warning("no price for %s: %r", article, error)
            return None

    def label(self, article, price):
        return f"{article.title()}: {price} ct"

    def run(self, articles):
        with ThreadPoolExecutor(2) as pool:
            prices = {article: pool.submit(self.price, article) for article in articles}
            for article, future in prices.items():
                self.labels[article] = pool.submit(self.label, article, future.result()).result()
        return self.labels


@pytest.mark.taskfail
def test_every_label_shows_a_price():
    printer = Printer(PriceService())
    labels = printer.run(["tea", "milk", "bread"])
    for article, text in labels.items():
        assert text == f"{article.title()}: {PriceService.PRICES[article]} ct"
    assert len(labels) + len(printer.unpriced) == 3
