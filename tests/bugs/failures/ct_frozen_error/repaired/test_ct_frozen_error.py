"""All payments have an answer."""

from payments import Refused, pay_all


class Gateway:
    def charge(self, amount):
        if amount > 100:
            raise Refused("too much")
        return "paid"


def test_each_payment_has_an_answer():
    assert pay_all(Gateway(), [20, 200]) == ["paid", "too much"]
