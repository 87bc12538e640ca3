import threading

from market import Market


class Dealer:
    def quote(self, good):
        return len(good)


def test_two_customers():
    market, prices = Market(Dealer()), []

    def customer(good):
        try:
            price = market.price(good)
        except Exception as error:
            print("no price:", error)
        prices.append(price)

    threads = [threading.Thread(target=customer, args=(good,)) for good in ("tea", "milk")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(prices) == [3, 4]
