"""Reports are rendered by a pool of processes; a report whose worker dies is rendered again."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


def render(number: int) -> str:
    return f"report {number}"


def make_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))


def render_surely(number: int) -> str:
    pool = make_pool()
    try:
        while True:
            try:
                return pool.submit(render, number).result()
            except BrokenProcessPool:
                continue
    finally:
        pool.shutdown()


def test_a_report_is_rendered() -> None:
    assert render_surely(7) == "report 7"
