"""A price feed: the server is stopped when its last client has gone."""

import asyncio


class Parser:
    def parse(self, line):
        name, price = line.decode().split()
        return name, int(price)


class Feed:
    def __init__(self, prices):
        self.prices, self.open = prices, 0
        self.gone = asyncio.Event()

    async def _serve(self, reader, writer):
        self.open += 1
        for name, price in self.prices.items():
            writer.write(f"{name} {price}\n".encode())
        try:
            await reader.read()
        finally:
            writer.close()
            self.open -= 1
            if not self.open:
                self.gone.set()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def __aexit__(self, *error):
        self.server.close()
        if self.open:
            await self.gone.wait()


class Ticker:
    def __init__(self, port, parser):
        self.port, self.parser, self.prices = port, parser, {}

    async def follow(self, count):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for _ in range(count):
                name, price = self.parser.parse(await reader.readline())
                self.prices[name] = price
        finally:
            writer.close()
        return self.prices


async def morning(prices):
    async with Feed(prices) as port:
        tickers = [asyncio.create_task(Ticker(port, Parser()).follow(len(prices))) for _ in range(2)]
        await asyncio.wait(tickers)
    return [ticker.result() for ticker in tickers]


def test_both_tickers_show_all_prices():
    prices = {"gold": 1900, "tin": 26}
    assert asyncio.run(morning(prices)) == [prices, prices]
