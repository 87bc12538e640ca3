"""Attempts have an end, also when every one of them fails."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


class Line:
    def call(self, number):
        if number is None:
            raise ConnectionError(number)
        return number


def dial(line, number):
    for attempt in range(4):
        try:
            return line.call(number)
        except Exception:
            time.sleep(0.1 * attempt)  # virtual time
    return None


def dial_fast(line, number):
    attempt = 0
    while True:
        try:
            return line.call(number)
        except Exception:
            attempt += 1
            if attempt > 2:
                raise
            time.sleep(1)  # virtual time


def dial_until_given_up(line, number):
    attempt, answer = 0, None
    while answer is None:
        try:
            answer = line.call(number)
        except Exception:
            attempt += 1
            time.sleep(0.1)  # virtual time
        if attempt > 3:
            break
    return answer


async def dial_later(line, number):
    for attempt in range(4):
        try:
            await asyncio.sleep(0.1)
            return line.call(number)
        except Exception:
            await asyncio.sleep(attempt)
    return None


class Plate:
    def glow(self):
        return 200


class Oven:
    def __init__(self):
        self.ready = False

    def heat(self, plate):
        try:
            return plate.glow()
        finally:
            self.ready = True

    def bake(self):
        while not self.ready:
            time.sleep(1)  # virtual time
        return "bread"


def calls(dial):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(dial, Line(), 7).exception()


def test_dial():
    calls(dial)


def test_dial_fast():
    calls(dial_fast)


def test_dial_until_given_up():
    calls(dial_until_given_up)


def test_dial_later():
    async def main():
        tasks = [asyncio.create_task(dial_later(Line(), number)) for number in (7, 8)]
        await asyncio.wait(tasks)
        return [task.exception() for task in tasks if not task.cancelled()]

    asyncio.run(main())


def test_heat():
    oven = Oven()
    with ThreadPoolExecutor(2) as pool:
        heats, bakes = pool.submit(oven.heat, Plate()), pool.submit(oven.bake)
    assert heats.exception() or bakes.result() == "bread"
