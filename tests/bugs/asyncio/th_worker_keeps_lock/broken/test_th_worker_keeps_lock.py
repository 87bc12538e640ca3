"""A search index: documents are merged in worker threads, one at a time."""

import asyncio
import threading


class Index:
    def __init__(self):
        self.postings = {}

    def merge(self, name, words):
        for word in words:
            self.postings.setdefault(word, []).append(name)


class Indexer:
    def __init__(self, index):
        self.index, self.lock = index, threading.Lock()
        self.failed = []

    def _merge(self, name, text):
        self.lock.acquire()
        self.index.merge(name, text.split())
        self.lock.release()

    async def add(self, name, text):
        try:
            await asyncio.to_thread(self._merge, name, text)
        except Exception as error:
            self.failed.append((name, error))

    async def add_all(self, documents):
        async with asyncio.TaskGroup() as group:
            for name, text in documents.items():
                group.create_task(self.add(name, text))
        return sorted(self.index.postings)


def test_words_of_all_documents():
    indexer = Indexer(Index())
    assert asyncio.run(indexer.add_all({"a": "red fox", "b": "red hen"})) == ["fox", "hen", "red"]
    assert indexer.failed == []
