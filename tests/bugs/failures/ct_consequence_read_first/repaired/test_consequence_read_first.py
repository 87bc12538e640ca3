"""A page is put together from two parts; the first one needs a number that the second one finds out."""

import queue
from concurrent.futures import ThreadPoolExecutor


class Shop:
    def count(self):
        return 7


def head(numbers):
    return f"{numbers.get(timeout=5)} articles"


def body(shop, numbers):
    number = shop.count()
    numbers.put(number)
    return "x" * number


def page(shop):
    numbers = queue.Queue()
    with ThreadPoolExecutor(2) as pool:
        parts = [pool.submit(head, numbers), pool.submit(body, shop, numbers)]
    return [part.result() for part in parts]


def test_the_page_has_both_parts():
    assert page(Shop()) == ["7 articles", "xxxxxxx"]
