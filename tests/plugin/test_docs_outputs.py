"""What the pages show is what their commands print now; `python docs/outputs.py` writes it anew."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_outputs", ROOT / "docs" / "outputs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


outputs = load()


@pytest.mark.parametrize("page", outputs.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page: Path) -> None:
    found = outputs.difference(page)
    assert not found, f"{found}\n\nIf the new output is right, `python docs/outputs.py {page.relative_to(ROOT)}` writes it."


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(
        "```python\n# say.py\nprint('one')\n```\n\n```python\n# say.py, continued\nprint('two')\nprint('in 0.5 s')\n```\n\n"
        "<!-- shown: t -->\n```console\n$ python say.py\ntwo\n$ python nothing.py\n```\n\n"
        "```python\n# say.py\nprint('three')\n```\n\n```console\n$ python say.py\n```\n"
    )
    return path


def test_a_stale_output_is_noticed_and_written_anew(page: Path) -> None:
    assert "+three" in outputs.difference(page)
    page.write_text(outputs.remade(page))
    assert outputs.difference(page) == ""
    assert "```console\n$ python say.py\nthree\n```" in page.read_text()


def test_of_an_output_only_what_is_to_be_shown_is_shown(page: Path) -> None:
    text = outputs.remade(page)
    assert "<!-- shown: t -->\n```console\n$ python say.py\n[...]\ntwo\n[...]\n$ python nothing.py\n" in text
    assert re.search(r"\$ python nothing.py\n.*can't open file '/home/you/project/nothing.py'", text)


def test_only_times_may_differ(page: Path) -> None:
    assert outputs.alike("=== 1 passed in 0.41s ===") == outputs.alike("===== 1 passed in 12s =====")
    assert outputs.alike("1 fault of 25 tried") != outputs.alike("1 fault of 26 tried")
    assert outputs.alike("3 findings, in 700 experiments") == outputs.alike("3 findings, in 9 experiments")
    assert outputs.alike('--taskfail-replay="py3.11 8:0.1 9:0"') == outputs.alike('--taskfail-replay="py3.12 6:0.1"')
    assert outputs.alike("assert 1 == 2") != outputs.alike("assert 1 # 2")
    assert outputs.alike("3 findings") != outputs.alike("2 findings")
