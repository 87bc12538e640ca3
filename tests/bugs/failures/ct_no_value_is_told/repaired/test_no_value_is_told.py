"""Who has no rate says so, by an error of its own, after the failures of both exchanges have been taken."""

from concurrent.futures import ThreadPoolExecutor


class Exchange:
    def rate(self, currency):
        return 2.0 if currency == "A" else 4.0


def convert(exchanges, currency, amount):
    rate = None
    for exchange in exchanges:
        try:
            rate = exchange.rate(currency)
            break
        except Exception as error:
            print("the next one, as", error)
    if rate is None:
        raise TypeError(f"no rate of {currency}")
    return amount * rate


def test_convert():
    exchanges = [Exchange(), Exchange()]
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(convert, exchanges, currency, 10) for currency in "AB"]
    assert [future.result() for future in futures] == [20.0, 40.0]
