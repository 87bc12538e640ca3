"""Quotes with single flight: who asks for a quote that is being fetched joins that request."""

import asyncio

import pytest


class Exchange:
    async def quote(self, symbol):
        await asyncio.sleep(0.002)
        return len(symbol)


class Quotes:
    def __init__(self, exchange):
        self.exchange, self.flights = exchange, {}

    async def get(self, symbol):
        if symbol in self.flights:
            return await self.flights[symbol]
        flight = self.flights[symbol] = asyncio.get_running_loop().create_future()
        try:
            flight.set_result(await self.exchange.quote(symbol))
        except BaseException as error:
            if not flight.done():
                flight.set_exception(error)
                flight.exception()
            raise
        return flight.result()


@pytest.mark.taskfail(faults="cancel")
def test_one_who_gives_up_does_not_spoil_it_for_the_rest():
    async def main():
        quotes = Quotes(Exchange())
        clients = [asyncio.create_task(quotes.get("ABC")) for _ in range(3)]
        results = await asyncio.gather(*clients, return_exceptions=True)
        await asyncio.gather(*quotes.flights.values(), return_exceptions=True)
        return results

    assert asyncio.run(main()).count(3) >= 2
