"""A data loader: keys that are asked for in one turn of the loop are fetched in one round trip."""

import asyncio


class DataLoader:
    def __init__(self, fetch_many):
        self.fetch_many = fetch_many
        self.waiting = {}
        self._task = None

    async def load(self, key):
        if key not in self.waiting:
            self.waiting[key] = asyncio.get_running_loop().create_future()
        if self._task is None:
            self._task = asyncio.create_task(self._dispatch())
        return await asyncio.shield(self.waiting[key])

    async def _dispatch(self):
        await asyncio.sleep(0)
        batch, self.waiting, self._task = self.waiting, {}, None
        try:
            values = await self.fetch_many(list(batch))
        except BaseException as error:
            for future in batch.values():
                if isinstance(error, asyncio.CancelledError):
                    future.cancel()
                else:
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for future, value in zip(batch.values(), values):
                future.set_result(value)
