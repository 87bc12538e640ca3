"""Whatever fails in a worker is looked at by somebody: its caller, a callback, a log."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("post")


def send(letter):
    if letter is None:
        raise ValueError(letter)
    return letter


def send_all(letters):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(send, letter) for letter in letters]
    for job in jobs:
        job.result()


def send_later(letters):
    with ThreadPoolExecutor(2) as pool:
        for letter in letters:
            job = pool.submit(send, letter)
            job.add_done_callback(sent)


def sent(job):
    error = job.exception()
    if error is not None:
        log.error("not sent", exc_info=error)


async def post(letter):
    await asyncio.sleep(0.1)
    return send(letter)


async def post_all(letters):
    tasks = [asyncio.create_task(post(letter)) for letter in letters]
    await asyncio.wait(tasks)
    for task in tasks:
        task.result()


async def post_later(letters):
    tasks = set()
    for letter in letters:
        task = asyncio.create_task(post(letter))
        tasks.add(task)
        task.add_done_callback(sent)
    await asyncio.wait(tasks)


def test_letters_are_sent():
    send_all([1, 2])


def test_letters_are_sent_later():
    send_later([1, 2])


def test_letters_are_posted():
    asyncio.run(post_all([1, 2]))


def test_letters_are_posted_later():
    asyncio.run(post_later([1, 2]))


def test_nobody_else_is_there():
    assert threading.current_thread() is threading.main_thread()
