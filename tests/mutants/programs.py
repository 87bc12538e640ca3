"""The correct programs: which there are, which law or helper each puts to the test, and which mistakes are made in it.

A program is a test file: repaired twins of `tests/bugs`, and those in `laws/` and `helpers/`, named by the law or helper that
is put to the test: `helpers/test_retried_by_tenacity.py` belongs to `assert_retried`.
"""

from __future__ import annotations

import ast
import fnmatch
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mutate import Mutant, mutants_of
from operators import OPERATORS

HERE = Path(__file__).resolve().parent
BUGS = HERE.parent / "bugs"
LAWS, HELPERS = HERE / "laws", HERE / "helpers"
CHOICE = tomllib.loads((HERE / "programs.toml").read_text(encoding="utf-8"))


class Program(NamedTuple):
    """A correct program.

    Args:
        name: `failures/cl_lock_no_finally`, or `helpers/test_retried`.
        law: the law that found its broken twin, or the name of the helper.
        path: of its test file.
        options: what pytest is given.
    """

    name: str
    law: str
    path: Path
    options: tuple[str, ...]

    @property
    def operators(self) -> list[str]:
        """The mistakes that its law or helper promises to find."""
        kind = "orders" if "--taskfail-faults=timer" in self.options else self.law
        names = CHOICE["mistakes"].get(kind, list(OPERATORS))
        unknown = set(names) - set(OPERATORS)
        if unknown:
            raise SystemExit(
                f"programs.toml: mistakes.{self.law}: there is no operator {sorted(unknown)[0]!r}; there are "
                + ", ".join(OPERATORS)
            )
        return list(names)

    def mutants(self) -> list[Mutant]:
        source = self.path.read_text(encoding="utf-8")
        return list(mutants_of(source, self.operators, lambda top: is_outside(top, self.outside)))

    @property
    def outside(self) -> list[str]:
        """Names of what stands for the world: left as it is."""
        return list(CHOICE["world"].get(self.name, []))


def is_outside(top: ast.stmt, world: list[str]) -> bool:
    """Whether a statement of the module is the test, or stands for the world."""
    name = getattr(top, "name", "")
    return not name or name.startswith("test_") or name in world


def programs(patterns: list[str] | None = None) -> Iterator[Program]:
    """All that are chosen, those of the laws first."""
    for group, names in CHOICE["programs"].items():
        for name in names:
            folder = BUGS / group / name
            about = json.loads((folder / "bug.json").read_text(encoding="utf-8"))
            (path,) = (folder / "repaired").glob("test_*.py")
            program = Program(f"{group}/{name}", about["law"], path, tuple(about["options"]))
            if _wanted(program, patterns):
                yield program
    for path in [*sorted(LAWS.glob("test_*.py")), *sorted(HELPERS.glob("test_*.py"))]:
        name = re.split("_on_|_by_", path.stem.removeprefix("test_"))[0]
        name = f"assert_{name}" if path.parent == HELPERS else name.replace("_", "-")
        program = Program(f"{path.parent.name}/{path.stem.removeprefix('test_')}", name, path, ())
        if _wanted(program, patterns):
            yield program


def _wanted(program: Program, patterns: list[str] | None) -> bool:
    return not patterns or any(fnmatch.fnmatch(name, one) for one in patterns for name in (program.name, program.law))
