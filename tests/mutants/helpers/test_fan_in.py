"""The parts of a total are added by several workers; it is complete, or it fails, or says that it is partial."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


def part(number):
    return number


def total(jobs):
    found = []
    for job in jobs:
        found.append(job.result())
    return sum(found)


def survey(jobs):
    found, missing = [], 0
    for job in jobs:
        try:
            found.append(job.result())
        except OSError:
            missing += 1
    if missing:
        return {"status": "partial", "found": found}
    return {"status": "complete", "found": found}


def gather(whole, numbers):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(part, number) for number in numbers]
        try:
            return whole(jobs)
        except OSError:
            return None


@pytest.mark.parametrize("at", ["start:part#0", "end:part#2"])
def test_a_total_fails_with_a_part(taskfail, at):
    taskfail.inject(Raise(OSError), at=at)
    gather(taskfail.record(total), range(3))
    taskfail.assert_fan_in("total", "part", count=3)


@pytest.mark.parametrize("at", ["start:part#0", "end:part#2"])
def test_a_survey_says_that_it_is_partial(taskfail, at):
    taskfail.inject(Raise(OSError), at=at)
    gather(taskfail.record(survey, failed=lambda result: result["status"] == "partial"), range(3))
    taskfail.assert_fan_in("survey", "part", count=3)
