"""A dictionary server and its client, over a real connection in one process."""

import asyncio

from dictionary import DictionaryClient, DictionaryServer


class Catalogue:
    def __init__(self, words):
        self.words = words

    async def find(self, word):
        await asyncio.sleep(0.001)
        return self.words.get(word, "?")


async def translate(words):
    server = DictionaryServer(Catalogue({"chat": "cat", "chien": "dog"}))
    port = await server.start()
    try:
        return await asyncio.create_task(DictionaryClient(port).look_up(words))
    finally:
        await server.stop()


def test_words_are_translated():
    assert asyncio.run(translate(["chat", "chien"])) == ["cat", "dog"]
