"""A search index is built from documents on a pool."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Analyser:
    def words(self, text):
        return set(text.lower().split())


class Index:
    def __init__(self, analyser):
        self.analyser = analyser
        self.lock = threading.Lock()
        self.documents = {}  # word -> numbers of documents

    def add(self, number, text):
        words = self.analyser.words(text)
        with self.lock:
            for word in words:
                self.documents.setdefault(word, set()).add(number)

    def build(self, texts):
        with ThreadPoolExecutor(2, thread_name_prefix="index") as pool:
            list(pool.map(self.add, range(len(texts)), texts))
        return self.documents


def test_every_word_is_found():
    documents = Index(Analyser()).build(["Tea or milk", "milk and bread", "bread"])
    assert documents["milk"] == {0, 1} and documents["bread"] == {1, 2} and documents["tea"] == {0}
