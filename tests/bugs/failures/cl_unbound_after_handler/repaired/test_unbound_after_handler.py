"""Two books are asked for in threads of their own; what cannot be had is left out of the list."""

import threading


class Library:
    def lend(self, title):
        return f"{title}, second edition"


class Request(threading.Thread):
    def __init__(self, library, title):
        super().__init__()
        self.library, self.title, self.refused = library, title, False
        self.book = ""

    def run(self):
        try:
            self.book = self.library.lend(self.title)
        except Exception:
            self.refused = True
        finally:
            self.label = f"{self.title}: {len(self.book)} letters"


def lend_all(library, titles, shelf):
    def lend(title):
        book = ""
        try:
            book = library.lend(title)
        except Exception as error:
            print("not today:", error)
        if "edition" in book:
            shelf.append(book)

    threads = [threading.Thread(target=lend, args=(title,)) for title in titles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_attribute():
    request = Request(Library(), "Atlas")
    request.start()
    request.join()
    assert request.refused or request.label


def test_name():
    shelf = []
    lend_all(Library(), ["Atlas", "Birds"], shelf)
    assert len(shelf) == 2
