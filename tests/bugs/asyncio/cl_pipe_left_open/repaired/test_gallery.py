"""Thumbnails: each picture goes to its converter through a pipe of the operating system."""

import asyncio
import os


class Converter:
    async def convert(self, end):
        await asyncio.sleep(0.01)
        return os.read(end, 100).decode().upper()


class Gallery:
    def __init__(self, converter):
        self.converter = converter
        self.thumbnails = []

    async def add(self, picture):
        out, into = os.pipe()
        try:
            os.write(into, picture.encode())
            self.thumbnails.append(await self.converter.convert(out))
        finally:
            os.close(out)
            os.close(into)

    async def add_all(self, pictures):
        tasks = [asyncio.create_task(self.add(picture)) for picture in pictures]
        await asyncio.wait(tasks)
        return [picture for picture, task in zip(pictures, tasks) if task.cancelled() or task.exception()]


def test_all_pictures_are_added():
    gallery = Gallery(Converter())
    assert asyncio.run(gallery.add_all(["cat", "dog"])) == []
    assert sorted(gallery.thumbnails) == ["CAT", "DOG"]
