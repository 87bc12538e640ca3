"""The prices of a basket are asked for in parallel and added up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

PRICES = {"tea": 4, "cup": 7}


class BadPrice(Exception):
    pass


def ask(article):
    return PRICES[article]


def total(articles):
    with ThreadPoolExecutor(2) as pool:
        prices = list(pool.map(ask, articles))
    return sum(prices)


@pytest.mark.taskfail
def test_total():
    assert 0 < total(["tea", "cup"]) < 1000
