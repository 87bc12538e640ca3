"""Jobs run in the threads of an installed package; each is answered by a future."""

from jobs import Crew


def area(width):
    return width * width


def areas(widths):
    crew = Crew()
    futures = [crew.give(area, width) for width in widths]
    try:
        return [future.result() for future in futures]
    finally:
        crew.stop()


def test_areas():
    assert areas([2, 3]) == [4, 9]
