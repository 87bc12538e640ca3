"""Alarms go out by a messenger, each by a task of its own, and are tried again where the line breaks."""

from concurrent.futures import ThreadPoolExecutor

import messenger

TRIES = 3


def raise_alarm(number):
    for left in reversed(range(TRIES)):
        try:
            return messenger.send(f"alarm {number}")
        except ConnectionError:
            if not left:
                raise


def raise_alarms(numbers):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(raise_alarm, number) for number in numbers]
    return [job.result() for job in jobs]
