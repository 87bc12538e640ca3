"""Downloads a package from the first mirror that has it."""

import asyncio
import contextlib


class Mirror:
    def __init__(self, name, packages):
        self.name, self.packages = name, packages

    async def get(self, package):
        await asyncio.sleep(0.3)
        return self.packages[package]


class Downloader:
    def __init__(self, mirrors):
        self.mirrors = mirrors
        self.found = {}

    async def fetch(self, package):
        for mirror in self.mirrors:
            with contextlib.suppress(BaseException):
                self.found[package] = await mirror.get(package)
                return

    async def fetch_all(self, packages):
        tasks = [asyncio.create_task(self.fetch(package)) for package in packages]
        done, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return sorted(self.found)


def test_packages_are_found_on_some_mirror():
    mirrors = [Mirror("near", {"numpy": 1}), Mirror("far", {"numpy": 2, "scipy": 3})]
    downloader = Downloader(mirrors)
    assert asyncio.run(downloader.fetch_all(["numpy", "scipy"])) == ["numpy", "scipy"]
