"""A parcel is handed over; the giver stays until it has been taken."""

import queue
import threading


class Handover:
    def __init__(self):
        self._slot = queue.Queue(maxsize=1)
        self._taken = threading.Event()

    def give(self, parcel):
        self._slot.put(parcel)
        self._taken.wait()

    def receive(self, patience):
        try:
            parcel = self._slot.get(timeout=patience)
        except queue.Empty:
            return None
        self._taken.set()
        return parcel


def test_rendezvous():
    handover = Handover()
    giver = threading.Thread(target=handover.give, args=("books",))
    giver.start()
    parcel = handover.receive(patience=0.2)
    giver.join()
    assert parcel in ("books", None)
