"""Those who wait are told, whatever becomes of those who should tell them."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor


class House:
    def __init__(self):
        self.lock, self.news = threading.Lock(), threading.Condition()
        self.open, self.result = threading.Event(), Future()
        self.beds = threading.Semaphore(1)
        self.full = False

    def unlock(self, key):
        try:
            turn(key)
        finally:
            self.open.set()

    def enter(self, key):
        self.open.wait()
        with self.lock:
            return turn(key)

    def sleep(self, key):
        self.beds.acquire()
        try:
            return turn(key)
        finally:
            self.beds.release()

    def fill(self, key):
        try:
            turn(key)
        finally:
            with self.news:
                self.full = True
                self.news.notify_all()

    def look(self, key):
        with self.news:
            while not self.full:
                self.news.wait()
        return turn(key)

    def find(self, key):
        try:
            self.result.set_result(turn(key))
        except Exception as error:
            self.result.set_exception(error)

    def ask(self, key):
        return self.result.result()


def turn(key):
    if key is None:
        raise LookupError(key)
    return key


def both(*actions):
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(action, 7) for action in actions]
    return [job.exception() for job in jobs]


def test_doors():
    house = House()
    both(house.unlock, house.enter, house.enter)


def test_beds():
    house = House()
    both(house.sleep, house.sleep)


def test_news():
    house = House()
    both(house.look, house.look, house.fill)


def test_answers():
    house = House()
    both(house.find, house.ask)
