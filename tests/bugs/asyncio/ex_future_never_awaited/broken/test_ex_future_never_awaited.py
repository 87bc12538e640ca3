"""A photo album: thumbnails are made in threads while the upload goes on."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


class Thumbnails:
    def __init__(self):
        self.made = {}

    def make(self, name, size):
        self.made[name] = size // 8


class Album:
    def __init__(self, thumbnails):
        self.thumbnails, self.pictures = thumbnails, []
        self.pool = ThreadPoolExecutor(1)

    async def add(self, name, size):
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self.pool, self.thumbnails.make, name, size)
        self.pictures.append(name)

    async def close(self):
        await asyncio.to_thread(self.pool.shutdown)


async def upload(thumbnails, pictures):
    album = Album(thumbnails)
    try:
        for name, size in pictures:
            await album.add(name, size)
    finally:
        await album.close()
    return album.pictures


def test_each_picture_has_a_thumbnail():
    thumbnails = Thumbnails()
    assert asyncio.run(upload(thumbnails, [("cat", 800), ("dog", 640)])) == ["cat", "dog"]
    assert thumbnails.made == {"cat": 100, "dog": 80}
