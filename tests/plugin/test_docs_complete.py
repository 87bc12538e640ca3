"""The reference names all that a user can type, the pages hang together, and Sphinx builds them without a warning."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from plugin_runs import Run

import pytest_taskfail
from pytest_taskfail import errors, hookspecs, plugin_settings, strategies
from pytest_taskfail.model import faults, findings, points
from pytest_taskfail.plugin_hand import TaskFail

ROOT = Path(__file__).parents[2]
REFERENCE = {page.stem: page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md")}


def named(page: str) -> set[str]:
    """The names in code that a page has, without their arguments."""
    return {re.split(r"[(=\[ ]", text)[0] for text in re.findall(r"`([^`\n]+)`", page)}


def section(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_option_and_ini_setting_is_in_the_reference(run: Run) -> None:
    said = run("--help").stdout.str()
    options = set(re.findall(r"^  (--(?:no-)?taskfail[a-z-]*)", said, re.MULTILINE))
    settings = set(re.findall(r"^  (taskfail\w*) \(", said, re.MULTILINE))
    assert {"--taskfail", "--no-taskfail", "--taskfail-list"} <= options
    assert {"taskfail", "taskfail_budget"} <= settings
    assert named(REFERENCE["usage"]) >= options | settings
    assert {name for name in named(REFERENCE["usage"]) if name.startswith(("--taskfail", "--no-"))} == options


def test_every_argument_of_the_marker_is_in_the_reference() -> None:
    assert named(section(REFERENCE["usage"], "The marker")) >= set(plugin_settings._MARKER_ARGUMENTS)


def test_every_method_of_the_fixture_is_in_the_reference() -> None:
    methods = {name for name in dir(TaskFail) if not name.startswith("_")} - {"files", "leave"}  # what its own parts share
    assert {"inject", "trace", "assert_cleaned_up"} <= methods
    assert named(section(REFERENCE["usage"], "The fixture `taskfail`")) | named(REFERENCE["checks"]) >= methods


def test_every_public_name_is_in_the_reference() -> None:
    described = set(re.findall(r"^\.\. auto(?:class|function|exception):: (\w+)$", REFERENCE["values"], re.MULTILINE))
    assert described | named(REFERENCE["checks"]) | named(section(REFERENCE["usage"], "Errors")) >= set(pytest_taskfail.__all__)
    assert {name.removeprefix("st.") for name in named(section(REFERENCE["usage"], "Strategies for Hypothesis"))} >= set(
        strategies.__all__
    )


def test_every_error_says_in_the_reference_when_it_is_raised() -> None:
    kinds = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and kind.__module__ == errors.__name__}
    assert named(section(REFERENCE["usage"], "Errors")) >= kinds


def test_every_kind_of_point_and_fault_and_every_law_is_in_the_reference() -> None:
    assert named(REFERENCE["points"]) >= set(points.KINDS) | set(faults.KINDS)
    assert named(REFERENCE["laws"]) >= set(findings.LAWS)


def test_every_hook_is_on_the_page_with_its_signature() -> None:
    names = [name for name in vars(hookspecs) if name.startswith("pytest_taskfail_")]
    assert len(names) == 6
    source = Path(hookspecs.__file__).read_text(encoding="utf-8")
    for name in names:
        found = re.search(rf"^def {name}\(.*?\) -> [^#\n]*:", source, re.MULTILINE)
        assert found is not None
        assert f"   {found[0]} ..." in REFERENCE["hooks"]


@pytest.mark.parametrize(
    "page",
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md"), ROOT / "tests" / "README.md"],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_code_in_the_readme_is_that_of_the_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```python\n(def pick.*?)^```", readme, re.MULTILINE | re.DOTALL)
    program = (ROOT / "examples" / "shared_lock" / "broken.py").read_text(encoding="utf-8")
    assert textwrap.indent(shown, "    ") in re.sub(r'^ *"""(?:.*?)"""\n', "", program, flags=re.MULTILINE | re.DOTALL)


def test_a_page_shows_outputs_only_where_they_are_printed() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        typed = re.findall(r"^(?:```text\n| {4}(?:\$|taskfail:|=+ )).*", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert not typed, f"{page.relative_to(ROOT)}: {typed[0]!r}; a block `console` is run, see docs/outputs.py"


def test_sphinx_builds_the_pages_without_a_warning(tmp_path: Path) -> None:
    if not all(importlib.util.find_spec(name) for name in ("sphinx", "myst_parser", "furo")):
        pytest.skip("the extra `docs` (sphinx, furo, myst-parser) is not installed")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), str(tmp_path)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "tutorial.html").exists()
