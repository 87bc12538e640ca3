"""The code on the pages about extension points runs, and prints what they say.

A block whose first line is a comment with the name of a file is a part of that file.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from plugin_runs import Run

DOCS = Path(__file__).parents[2] / "docs"

STORE = """
import threading
from concurrent.futures import ThreadPoolExecutor

class Disk:
    def write(self, number):
        return number

def save(lock, disk, number):
    lock.acquire()
    disk.write(number)
    lock.release()

def test_store():
    lock = threading.Lock()
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(save, lock, Disk(), number) for number in range(3)]
    assert len(jobs) == 3
"""


def files_of(page: str) -> dict[str, str]:
    """The files that the blocks of a page make up."""
    files: dict[str, str] = {}
    for name, code in re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE):
        files[name] = files.get(name, "") + code
    return files


def outputs_of(page: str) -> list[str]:
    """The lines that a page says are printed."""
    blocks = re.findall(r"^```text\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def test_add_an_executor(run: Run, pytester: pytest.Pytester) -> None:
    files = files_of("how-to/add-an-executor.md")
    assert set(files) == {"pool.py", "conftest.py", "test_pool.py", "test_adapter.py"}
    for name, text in files.items():
        (pytester.path / name).write_text(text)
    run().assert_outcomes(passed=3)
    (pytester.path / "test_forgets.py").write_text(
        "from test_adapter import Mailbox, Pool, check_adapter, send\n"
        "def test_forgets():\n"
        "    check_adapter(lambda: Mailbox(Pool()), submit=send, close=Mailbox.close)\n"
    )
    forgets = run("test_forgets.py").stdout.str()
    first, second = outputs_of("how-to/add-an-executor.md")
    assert first in forgets
    assert second in forgets


def test_hooks(run: Run, pytester: pytest.Pytester) -> None:
    for name, text in files_of("reference/hooks.md").items():
        (pytester.path / name).write_text(text)
    pytester.makepyfile(test_store=STORE)
    text = run("--taskfail", "--taskfail-faults=disk-full", "--taskfail-budget=10", "-s").stdout.str()
    outputs = outputs_of("reference/hooks.md")
    assert len(outputs) == 3
    for line in outputs:
        assert line in text, text
    listed = run("--taskfail-list", "--taskfail-faults=lag").stdout.str()
    assert "lag 60" in listed
    assert "disk-full" not in listed


def test_every_hook_is_on_the_page_with_its_signature() -> None:
    from pytest_taskfail import hookspecs

    page = (DOCS / "reference/hooks.md").read_text()
    names = [name for name in vars(hookspecs) if name.startswith("pytest_taskfail_")]
    assert len(names) == 6
    source = Path(hookspecs.__file__).read_text()
    for name in names:
        found = re.search(rf"^def {name}\(.*?\) -> [^#\n]*:", source, re.MULTILINE)
        assert found is not None
        assert f"   {found[0]} ..." in page
