"""A hotel: bookings come in parallel; a lock guards the book of rooms."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Tariff:
    def price(self, room):
        return 80 if room < 200 else 120


class Hotel:
    def __init__(self, tariff):
        self.tariff = tariff
        self.lock = threading.Lock()
        self.rooms = {}

    def book(self, room, guest):
        try:
            price = self.tariff.price(room)
            self.lock.acquire()
            self.rooms[room] = (guest, price)
        finally:
            self.lock.release()

    def book_all(self, wishes):
        with ThreadPoolExecutor(2, thread_name_prefix="desk") as pool:
            futures = {guest: pool.submit(self.book, room, guest) for guest, room in wishes.items()}
        return [guest for guest, future in futures.items() if future.exception() is not None]


def test_everybody_gets_a_room():
    hotel = Hotel(Tariff())
    assert hotel.book_all({"ann": 101, "bob": 204, "eve": 102}) == []
    assert hotel.rooms == {101: ("ann", 80), 204: ("bob", 120), 102: ("eve", 80)}
