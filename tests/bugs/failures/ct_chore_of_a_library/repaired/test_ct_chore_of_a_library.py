"""An installed package has a chore of its own done in a pool, and does not look whether it fails: it cannot."""

from concurrent.futures import ThreadPoolExecutor

from shelf import Shelf


def test_shelf():
    with ThreadPoolExecutor(1) as pool:
        shelf = Shelf(pool)
        for thing in "cab":
            shelf.put(thing)
    assert shelf.things == ["a", "b", "c"]
