"""A release: it is pushed to all mirrors, then announced."""

import asyncio


class Mirror:
    def __init__(self, name):
        self.name, self.files = name, []

    async def push(self, file):
        await asyncio.sleep(0.002)
        self.files.append(file)


class Release:
    def __init__(self, mirrors):
        self.mirrors, self.announced = mirrors, False

    async def publish(self, file):
        tasks = [asyncio.create_task(mirror.push(file)) for mirror in self.mirrors]
        await asyncio.wait(tasks)
        for task in tasks:
            task.result()
        self.announced = True
        return self.announced


def test_the_release_is_everywhere():
    mirrors = [Mirror("eu"), Mirror("us")]
    assert asyncio.run(Release(mirrors).publish("v1.tar"))
    assert all(mirror.files == ["v1.tar"] for mirror in mirrors)
