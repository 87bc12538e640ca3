"""Prices are remembered by an installed package, one thread at a time."""

import threading

from memo import remembered


def price(item):
    return len(item)


def price_all(items):
    prices, recall = {}, remembered(price)

    def look_up(item):
        try:
            prices[item] = recall(item)
        except OSError:
            prices[item] = None

    threads = [threading.Thread(target=look_up, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return prices


def test_prices():
    assert price_all(["tea", "milk"]) == {"tea": 3, "milk": 4}
