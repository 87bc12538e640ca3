"""Four philosophers share four forks at a round table."""

import threading


class Table:
    def __init__(self, seats):
        self._forks = [threading.Lock() for _ in range(seats)]
        self.meals = []

    def dine(self, seat):
        left, right = seat, (seat + 1) % len(self._forks)
        with self._forks[left]:
            with self._forks[right]:
                self.meals.append(seat)


def test_dining_four():
    table = Table(seats=4)
    guests = [threading.Thread(target=table.dine, args=(seat,)) for seat in range(4)]
    for guest in guests:
        guest.start()
    for guest in guests:
        guest.join()
    assert sorted(table.meals) == [0, 1, 2, 3]
