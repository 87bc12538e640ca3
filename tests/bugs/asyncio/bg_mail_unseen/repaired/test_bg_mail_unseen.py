"""An order service sends confirmation mails in the background."""

import asyncio
import logging

log = logging.getLogger("orders")


class Mailer:
    def __init__(self):
        self.sent = []

    async def send(self, to, subject):
        await asyncio.sleep(0.001)
        self.sent.append((to, subject))


class Orders:
    def __init__(self, mailer):
        self.mailer = mailer
        self.accepted = []
        self._mails = set()

    async def place(self, customer, article):
        await asyncio.sleep(0)
        self.accepted.append((customer, article))
        mail = asyncio.create_task(self.mailer.send(customer, f"Your {article}"))
        self._mails.add(mail)
        mail.add_done_callback(self._mail_done)

    def _mail_done(self, mail):
        self._mails.discard(mail)
        if not mail.cancelled() and mail.exception() is not None:
            log.error("a mail was not sent", exc_info=mail.exception())

    async def close(self):
        if self._mails:
            await asyncio.wait(self._mails)


async def shop():
    orders = Orders(Mailer())
    try:
        for customer, article in (("ann", "tea"), ("bob", "milk")):
            await orders.place(customer, article)
    finally:
        await orders.close()
    return orders


def test_orders_are_accepted():
    orders = asyncio.run(shop())
    assert orders.accepted == [("ann", "tea"), ("bob", "milk")]
    assert len(orders.mailer.sent) == 2
