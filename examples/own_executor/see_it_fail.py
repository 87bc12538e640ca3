"""The tests of somebody who uses the executor. They pass; with `--taskfail` and the plugin the first one is found out."""

from __future__ import annotations

from acme_pool import Job, Pool

from pytest_taskfail.testing import check_adapter


def fetch(number: int) -> int:
    return number


def crawl(pool: Pool) -> list[int]:
    jobs = [pool.go(fetch, number) for number in range(3)]
    pool.close()
    return [job.value() for job in jobs if job.error is None]


def test_crawl() -> None:
    assert crawl(Pool()) == [0, 1, 2]


def test_crawl_that_stops() -> None:
    assert crawl(Pool(stop=True)) == [0, 1, 2]


def test_the_adapter_keeps_its_promises() -> None:
    check_adapter(
        Pool, submit=lambda pool, *task, **named: pool.go(*task, **named), result=Job.value, close=Pool.close, watch=(Pool, "go")
    )
