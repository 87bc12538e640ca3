"""A token cache: a refresh is shared by all callers and shielded, so that one impatient caller does not spoil it for the rest."""

import asyncio
import contextlib


class Issuer:
    def __init__(self):
        self.issued = 0

    async def issue(self):
        await asyncio.sleep(0.02)
        self.issued += 1
        return f"token-{self.issued}"


class TokenCache:
    def __init__(self, issuer):
        self.issuer, self.token = issuer, None
        self.refreshing = None

    async def _refresh(self):
        self.token = await self.issuer.issue()

    async def get(self):
        if self.token is None:
            if self.refreshing is None:
                self.refreshing = asyncio.create_task(self._refresh())
            await asyncio.shield(self.refreshing)
        return self.token

    async def close(self):
        self.token = None


class Page:
    def __init__(self, cache):
        self.cache, self.lines = cache, []

    async def show(self):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                self.lines.append(await self.cache.get())
        await self.cache.close()
        return self.lines


def test_the_page_shows_the_token():
    async def main():
        return await Page(TokenCache(Issuer())).show()

    assert asyncio.run(main()) == ["token-1"]
