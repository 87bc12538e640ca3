"""What fails in a worker comes out of the call that asked for it, or is looked at by somebody."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from pytest_taskfail import Raise

log = logging.getLogger("surfaced")


class LoadError(Exception):
    pass


def load(number):
    return number


def load_all(numbers):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(load, number) for number in numbers]
        try:
            return [job.result() for job in jobs]
        except OSError as error:
            raise LoadError("could not load") from error


def in_background(numbers):
    def done(job):
        if job.exception() is not None:
            log.error("failed", exc_info=job.exception())

    with ThreadPoolExecutor(2) as pool:
        for number in numbers:
            job = pool.submit(load, number)
            job.add_done_callback(done)


async def fetch(number):
    await asyncio.sleep(number)
    return number


async def fetch_all(numbers):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(number)) for number in numbers]
    return [task.result() for task in tasks]


def raised_by(function, *args):
    try:
        function(*args)
    except Exception as error:
        return error
    return ValueError("nothing was raised")


def test_an_error_is_in_what_comes_out(taskfail):
    taskfail.inject(Raise(OSError), at="start:load#1")
    error = raised_by(load_all, range(3))
    taskfail.assert_surfaced(error)


def test_an_error_in_the_background_is_seen(taskfail):
    taskfail.inject(Raise(OSError), at="start:load#1")
    in_background(range(3))
    taskfail.assert_surfaced()


def test_an_error_of_a_group_comes_in_a_group(taskfail):
    taskfail.inject(Raise(OSError), at="await:sleep@fetch in fetch#1")
    error = raised_by(lambda: asyncio.run(fetch_all(range(3))))
    taskfail.assert_surfaced(error, in_group=True)
