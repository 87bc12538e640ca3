"""Failure-path coverage in the processes of real experiments."""

from __future__ import annotations

import json

import pytest
from plugin_runs import Run

PAGES = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


def load(page):
    try:
        return open_page(page)
    except ConnectionError:
        return -1
    except BufferError:
        return -2


def open_page(page):
    if page < 0:
        raise ConnectionError(page)
    return page


def load_all(pages, method):
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as pool:
            return list(pool.map(load, pages))
    except BrokenProcessPool:
        return []


def never(pages):
    try:
        pages.clear()
    except ValueError:
        pass
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_handlers_in_a_worker_and_those_that_its_death_enters(run: Run, pytester: pytest.Pytester, method: str) -> None:
    pytester.makepyfile(
        pages=PAGES,
        test_pages=f"""
        import pages

        def test_load_all():
            assert isinstance(pages.load_all([1], "{method}"), list)
        """,
    )
    run("--taskfail", "--taskfail-faults=raise,kill", "--taskfail-cov", "--taskfail-report=out.json")
    (entries,) = json.loads((pytester.path / "out.json").read_text())["handlers"]["files"].values()
    faults = {entry["text"]: [one["fault"] for one in entry["faults"]] for entry in entries}
    assert "raise ConnectionError @ call:open_page in load#0" in faults["except ConnectionError"]
    assert not any(fault.startswith("kill") for fault in faults["except ConnectionError"])
    assert any(fault.startswith("kill") for fault in faults["except BrokenProcessPool"])
    assert all(fault.startswith("kill") for fault in faults["except BrokenProcessPool"])
    assert faults["except ValueError"] == []
