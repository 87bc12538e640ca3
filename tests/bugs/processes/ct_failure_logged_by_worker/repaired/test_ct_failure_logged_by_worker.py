"""Mails are sent by a worker process, which logs those that fail."""

import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

CONTEXT = multiprocessing.get_context("fork")


def send(mail: int) -> int:
    return mail


def send_and_log(mail: int) -> int:
    try:
        return send(mail)
    except Exception:
        logging.getLogger("mails").exception("mail %d is not sent", mail)
        raise


def send_all(count: int) -> None:
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        for mail in range(count):
            pool.submit(send_and_log, mail)


def test_all_are_sent() -> None:
    send_all(1)
