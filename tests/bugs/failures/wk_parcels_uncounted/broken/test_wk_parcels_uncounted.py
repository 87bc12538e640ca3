"""A driver delivers what the test brings to the depot."""

from concurrent.futures import ThreadPoolExecutor

from depot import Depot


class Van:
    def __init__(self):
        self.delivered = []

    def drive(self, parcel):
        self.delivered.append(parcel)


def test_all_parcels_are_delivered():
    depot, van = Depot(), Van()
    pool = ThreadPoolExecutor(1)
    pool.submit(depot.deliver, van)
    depot.bring("books")
    depot.bring("shoes")
    depot.close()
    assert van.delivered == ["books", "shoes"]
    pool.shutdown()
