"""Parcels wait in the depot until a driver comes."""

import queue


class Depot:
    def __init__(self):
        self.parcels = queue.Queue()
        self.returned = []

    def bring(self, parcel):
        self.parcels.put(parcel)

    def deliver(self, van):
        while (parcel := self.parcels.get()) is not None:
            try:
                van.drive(parcel)
            except Exception:
                self.returned.append(parcel)
            finally:
                self.parcels.task_done()
        self.parcels.task_done()

    def close(self):
        self.parcels.put(None)
        self.parcels.join()
