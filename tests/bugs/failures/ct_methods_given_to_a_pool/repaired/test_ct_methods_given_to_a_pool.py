"""The methods of the shelf are what the test gives to its pool."""

import time
from concurrent.futures import ThreadPoolExecutor

from library import Shelf


def test_each_reader_gets_a_book():
    shelf = Shelf()
    pool = ThreadPoolExecutor(2)
    readers = [pool.submit(shelf.take) for _ in range(2)]
    while shelf.waiting < 2:
        time.sleep(0.01)
    shelf.put("atlas")
    shelf.put("bible")
    assert sorted(reader.result() for reader in readers) == ["atlas", "bible"]
    pool.shutdown()


def test_a_book_comes_from_another_thread():
    shelf = Shelf()
    pool = ThreadPoolExecutor(1)
    pool.submit(shelf.put, "atlas")
    assert shelf.take() == "atlas"
    pool.shutdown()
