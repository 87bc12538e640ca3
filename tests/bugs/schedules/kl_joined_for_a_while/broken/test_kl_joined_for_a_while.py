"""A shelf and its index have a lock each; the test waits a while for its threads and then goes on without them."""

import threading


class Index:
    def __init__(self):
        self.lock = threading.Lock()
        self.names = set()

    def add(self, name):
        with self.lock:
            self.names.add(name)

    def rebuild(self, shelf):
        with self.lock:
            self.names = shelf.all()


class Shelf:
    def __init__(self, index):
        self.lock = threading.Lock()
        self.index = index
        self.books = {"atlas"}

    def put(self, name):
        with self.lock:
            self.books.add(name)
            self.index.add(name)

    def all(self):
        with self.lock:
            return set(self.books)


def test_kl_joined_for_a_while():
    shelf = Shelf(Index())
    threads = [
        threading.Thread(target=shelf.put, args=("bible",), daemon=True),
        threading.Thread(target=shelf.index.rebuild, args=(shelf,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert "bible" in shelf.books
