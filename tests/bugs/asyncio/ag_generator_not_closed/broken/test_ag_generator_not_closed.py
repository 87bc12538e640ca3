"""A mailing: recipients are read from a locked table by an asynchronous generator, failed ones are tried in a second pass."""

import asyncio


class Table:
    def __init__(self, rows):
        self.rows, self.lock = rows, asyncio.Lock()

    async def scan(self):
        async with self.lock:
            for row in self.rows:
                await asyncio.sleep(0.001)
                yield row


class Mailer:
    def __init__(self):
        self.sent = []

    async def send(self, address):
        await asyncio.sleep(0.001)
        self.sent.append(address)


class Campaign:
    def __init__(self, table, mailer):
        self.table, self.mailer = table, mailer
        self.errors = []

    async def _pass(self, done):
        try:
            addresses = self.table.scan()
            async for address in addresses:
                if address not in done:
                    await self.mailer.send(address)
                    done.add(address)
        except Exception as error:
            self.errors.append(error)

    async def run(self):
        done = set()
        for _ in range(2):
            await asyncio.create_task(self._pass(done))
        return sorted(done)


def test_everybody_gets_mail():
    async def main():
        return await Campaign(Table(["ann", "bob"]), Mailer()).run()

    assert asyncio.run(main()) == ["ann", "bob"]
