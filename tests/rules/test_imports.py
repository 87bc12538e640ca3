"""Rules about our own source: who may import whom, how long a file may be, and that tests do not sleep.

Each rule is a function from `{path: source}` to a list of problems, so that it can be tried on made-up source.
A problem names the file, the line and the remedy.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pytest_taskfail"
LINES_MAX = 400

# What only one place may import, and where that is, in words.
OWNERS = {
    "pytest": "plugin.py or hookspecs.py",
    "_pytest": "plugin.py or hookspecs.py",
    "pluggy": "plugin.py or hookspecs.py",
    "hypothesis": "strategies.py",
    "coverage": "explore/coverage.py",
    "faker": "the file that corrupts results (corrupt.py)",
}
NOT_IN_MODEL = {
    *("_io", "_thread", "asyncio", "concurrent", "io", "multiprocessing", "queue", "select", "selectors", "signal"),
    *("socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading"),
}

# -- where a module stands ---------------------------------------------------------------------------------------------


class Place(NamedTuple):
    floor: int
    group: str  # modules of one group may import each other


FLOORS = {"errors": 0, "model": 0, "runtime": 1, "adapters": 2, "laws": 2, "checks": 2, "explore": 3, "report": 4}
FACADE, NEIGHBOUR, PLUGIN, FRONT = 5, 6, 7, 8
NEIGHBOURS = ("strategies", "testing", "hookspecs")


def place(module: str) -> Place:
    """Where a dotted module name stands. A top-level file without a floor of its own is a facade file of the roof."""
    parts = module.split(".")[1:]
    if not parts:
        return Place(FRONT, "the front door")
    first = parts[0]
    if first == "adapters" and len(parts) > 1:
        return Place(2, f"adapters/{parts[1]}")
    if first in FLOORS:
        return Place(FLOORS[first], first)
    if first in NEIGHBOURS:
        return Place(NEIGHBOUR, first)
    if first.startswith(("plugin", "pytest_")):
        return Place(PLUGIN, "plugin")
    return Place(FACADE, "the facade")


def module_name(path: str) -> str:
    name = path.removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


# -- what a file imports -----------------------------------------------------------------------------------------------


def imports(path: str, source: str, modules: set[str]) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that a file imports: in functions, under TYPE_CHECKING, by a literal name."""
    name = module_name(path)
    package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = absolute("." * node.level + (node.module or ""), package)
            for alias in node.names:  # `from package import module` imports the module, not the package's names
                yield node.lineno, f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules else base
        elif isinstance(node, ast.Call) and node.args and called(node) in ("import_module", "__import__"):
            literal = node.args[0]
            if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                yield node.lineno, absolute(literal.value, package)


def absolute(name: str, package: str) -> str:
    rest = name.lstrip(".")
    level = len(name) - len(rest)
    parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
    return ".".join([*parents, rest] if rest else parents)


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


# -- the rules ---------------------------------------------------------------------------------------------------------


def import_problems(files: Mapping[str, str]) -> list[str]:
    """Imports that point up or sideways, and outside packages in a place that is not theirs."""
    modules = {module_name(path) for path in files}
    problems = []
    for path, source in files.items():
        for line, target in dict.fromkeys(imports(path, source, modules)):
            inside = target.split(".")[0] == PACKAGE
            remedy = remedy_inside(module_name(path), target) if inside else remedy_outside(module_name(path), target)
            if remedy:
                problems.append(f"{path}:{line}: imports {target}; {remedy}")
    return problems


def remedy_inside(importer: str, target: str) -> str:
    here, there = place(importer), place(target)
    if here.floor == FRONT or here.group == there.group:
        return ""
    if there.floor == FRONT:
        return "import from the module that defines the name: the front door stands above all floors"
    if here.group.startswith("adapters") and there.group.startswith("adapters"):
        if there.group.startswith("adapters/_"):
            return ""
        if here.group == "adapters":  # the shelf knows its adapters
            return ""
        return "adapters never import each other: move what they share down to runtime, or to adapters/_<name>.py"
    if here.group in ("laws", "checks"):
        return "" if there.floor == 0 else "laws and checks read a Trace and nothing else: import only model and errors"
    if there.floor < here.floor or (here.group, there.group) == ("model", "errors"):
        return ""
    if there.floor == here.floor:
        return f"{here.group} and {there.group} stand side by side: move what both need to a lower floor"
    return f"imports point down only: {there.group} stands above {here.group}; pass it in, or move the code up"


def remedy_outside(importer: str, target: str) -> str:
    here, top = place(importer), target.split(".")[0]
    last = importer.rpartition(".")[2]
    if top in OWNERS and here.floor > 0:
        allowed = {
            "hypothesis": here.group == "strategies",
            "coverage": importer == f"{PACKAGE}.explore.coverage",
            "faker": last.startswith("corrupt"),
        }.get(top, here.group in ("plugin", "hookspecs"))
        return "" if allowed else f"only {OWNERS[top]} imports {top}: move the code there, or pass in what is needed"
    if top not in sys.stdlib_module_names and top not in ("__future__", "_typeshed"):
        if here.group.startswith("adapters/"):
            return ""
        return "only an adapter imports an engine, everything else the standard library: put it behind an adapter"
    if here.floor == 0 and top in NOT_IN_MODEL:
        return "floor 0 is values, without threads and I/O: do this in runtime"
    return ""


def length_problems(files: Mapping[str, str]) -> list[str]:
    lengths = {path: len(source.splitlines()) for path, source in files.items()}
    return [
        f"{path}:{LINES_MAX + 1}: has {lines} lines, {LINES_MAX} are allowed; look for its second idea and split there"
        for path, lines in lengths.items()
        if lines > LINES_MAX
    ]


def sleep_problems(files: Mapping[str, str]) -> list[str]:
    """Calls of `time.sleep`, and `time.sleep` handed to a call (a pool would run it). String literals are no calls."""
    problems = []
    for path, source in files.items():
        tree, lines = ast.parse(source, path), source.splitlines()
        names = set(sleep_names(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            handed = [*node.args, *(keyword.value for keyword in node.keywords)]
            for use in [node.func, *handed]:
                if ast.unparse(use) in names and "# virtual time" not in lines[use.lineno - 1]:
                    remedy = "wait for a condition instead, or say `# virtual time` on the line if no real time passes"
                    problems.append(f"{path}:{use.lineno}: {ast.unparse(use)} sleeps; {remedy}")
    return problems


def sleep_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{alias.asname or 'time'}.sleep" for alias in node.names if alias.name == "time")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (alias.asname or "sleep" for alias in node.names if alias.name == "sleep")


# -- our own source keeps the rules ------------------------------------------------------------------------------------


def read(folder: str, *without: str) -> dict[str, str]:
    paths = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / folder).rglob("*.py"))}
    found = {name: path.read_text(encoding="utf-8") for name, path in paths.items() if not name.startswith(without)}
    assert found, f"no file found under {folder}/: a rule that reads nothing proves nothing"
    return found


def check(problems: list[str]) -> None:
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_imports_point_down() -> None:
    check(import_problems(read(PACKAGE)))


def test_every_folder_has_a_floor() -> None:
    tops = {path.split("/")[1] for path in read(PACKAGE) if path.count("/") > 1}
    unknown = sorted(top for top in tops if place(f"{PACKAGE}.{top}").floor == FACADE)
    check([f"{PACKAGE}/{top}/: has no floor; move it to a floor, or give it one in FLOORS" for top in unknown])


def test_no_file_is_too_long() -> None:
    check(length_problems(read(PACKAGE)))


def test_tests_do_not_sleep() -> None:
    check(sleep_problems(read("tests", "tests/bugs/")))


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / PACKAGE / "py.typed").exists(), f"{PACKAGE}/py.typed is missing; without it type checkers skip us"


# -- the rules notice what breaks them ---------------------------------------------------------------------------------

TREE = """
    __init__ adapters/__init__ adapters/_shim adapters/celery checks errors explore/sweep hookspecs laws
    model/points plugin report/text runtime/clock session strategies testing
""".split()


def found_in(path: str, source: str, rule: Callable[[Mapping[str, str]], list[str]] = import_problems) -> list[str]:
    """What a rule says about one file that stands in a made-up package of otherwise empty files."""
    return rule({**{f"{PACKAGE}/{name}.py": "" for name in TREE}, f"{PACKAGE}/{path}": source})


@pytest.mark.parametrize(
    ("path", "source", "said"),
    [
        ("model/plans.py", "from pytest_taskfail.runtime.clock import Clock", "imports point down only"),
        ("model/plans.py", "from ..runtime import clock", "imports pytest_taskfail.runtime.clock"),
        ("model/plans.py", "import threading", "without threads and I/O"),
        ("model/plans.py", "from io import StringIO", "without threads and I/O"),
        ("model/plans.py", "from concurrent.futures import Future", "without threads and I/O"),
        ("model/plans.py", "import attrs", "only an adapter imports an engine"),
        ("model/corrupt.py", "import faker", "put it behind an adapter"),
        ("errors.py", "from .model.points import Point", "stand side by side"),
        ("runtime/experiment.py", "from ..laws import deadlock", "laws stands above runtime"),
        ("runtime/experiment.py", "from .. import laws", "laws stands above runtime"),
        ("runtime/experiment.py", "def f():\n    import pytest", ":2: imports pytest; only plugin.py"),
        ("runtime/experiment.py", "import importlib\nimportlib.import_module('_pytest.outcomes')", "only plugin.py"),
        ("runtime/experiment.py", "__import__('anyio')", "only an adapter imports an engine"),
        ("runtime/experiment.py", "from pytest_taskfail import Plan", "the front door"),
        ("adapters/dask.py", "from .celery import wrap", "adapters never import each other"),
        ("adapters/dask.py", "from . import celery", "adapters never import each other"),
        ("adapters/dask.py", "from pytest_taskfail.adapters import find", "adapters never import each other"),
        ("adapters/dask.py", "from ..checks import find_leaks", "side by side"),
        ("adapters/_shim.py", "from .celery import wrap", "adapters never import each other"),
        ("adapters/dask.py", "import hypothesis", "only strategies.py imports hypothesis"),
        ("laws.py", "from .runtime.clock import Clock", "import only model and errors"),
        ("laws.py", "from . import checks", "import only model and errors"),
        ("checks.py", "from .laws import deadlock", "import only model and errors"),
        ("explore/sweep.py", "from ..report import text", "report stands above explore"),
        ("explore/sweep.py", "from coverage import CoverageData", "only explore/coverage.py imports coverage"),
        ("explore/coverage.py", "import celery", "only an adapter imports an engine"),
        ("explore/sweep.py", "import faker.providers", "only the file that corrupts results"),
        ("report/text.py", "from ..session import Session", "the facade stands above report"),
        ("session.py", "from . import plugin", "plugin stands above the facade"),
        ("session.py", "from pluggy import HookimplMarker", "only plugin.py or hookspecs.py imports pluggy"),
        ("strategies.py", "from .testing import check_adapter", "strategies and testing stand side by side"),
        ("testing.py", "import pytest", "only plugin.py or hookspecs.py imports pytest"),
        (
            "laws.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .explore.sweep import Sweep",
            "laws.py:3: imports pytest_taskfail.explore.sweep; ",
        ),
    ],
)
def test_a_forbidden_import_is_named(path: str, source: str, said: str) -> None:
    (problem,) = found_in(path, source)
    assert problem.startswith(f"{PACKAGE}/{path}:")
    assert said in problem


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/plans.py", "import dataclasses\nfrom .points import Point\nfrom ..errors import StalePlan"),
        ("runtime/experiment.py", "import threading\nfrom ..model.points import Point\nfrom . import clock"),
        ("runtime/corrupt.py", "def f():\n    from faker import Faker"),
        ("adapters/__init__.py", "from . import celery, _shim"),
        ("adapters/dask.py", "import distributed\nfrom ._shim import Shim\nfrom ..runtime.clock import Clock"),
        ("adapters/ray/actors.py", "from . import refs\nfrom .refs import Ref"),
        ("laws.py", "from .model.points import Point\nfrom .errors import StalePlan"),
        ("laws/deadlock.py", "from .common import waits\nfrom ..model import points"),
        ("explore/coverage.py", "import coverage\nfrom ..laws import deadlock\nfrom ..adapters import celery"),
        ("report/text.py", "from ..explore.sweep import Sweep"),
        ("session.py", "from .report import text\nfrom .facade import inject"),
        ("strategies.py", "from hypothesis import strategies\nfrom .session import Session"),
        ("hookspecs.py", "import pytest"),
        ("plugin.py", "import pytest\nfrom . import hookspecs, session, strategies\nfrom .report.text import show"),
        ("pytest_options.py", "import pytest\nfrom .plugin import x"),
        ("plugin/items.py", "from _pytest.runner import runtestprotocol"),
        ("__init__.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .plugin import x"),
    ],
)
def test_a_lawful_import_is_left_alone(path: str, source: str) -> None:
    assert found_in(path, source) == []


def test_a_long_file_is_named() -> None:
    (problem,) = found_in("laws.py", "x = 1\n" * (LINES_MAX + 1), length_problems)
    assert problem.startswith(f"{PACKAGE}/laws.py:401: has 401 lines")
    assert found_in("laws.py", "x = 1\n" * LINES_MAX, length_problems) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("import time\ntime.sleep(1)", 1),
        ("import time as t\ndef f():\n    t.sleep(1)", 1),
        ("from time import sleep as nap\nnap(1)", 1),
        ("from time import sleep\nThread(target=sleep, args=(1,))\npool.submit(sleep, 1)", 2),
        ("import time\npool.map(lambda n: time.sleep(n), [1])", 1),
        ("import time\ntime.sleep(3600)  # virtual time", 0),
        ("import time\nassert time.sleep is before", 0),
        ("import asyncio\nasyncio.sleep(1)", 0),
        ("clock.sleep(1)\nsleep(1)", 0),
        ("PROGRAM = 'import time; time.sleep(1)'", 0),
    ],
)
def test_a_sleep_is_named(source: str, count: int) -> None:
    problems = sleep_problems({"tests/unit/test_x.py": source})
    assert len(problems) == count
    assert all("wait for a condition instead" in problem for problem in problems)
