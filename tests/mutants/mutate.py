"""All mutants of a source: each operator at each place where it matches."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from operators import OPERATORS

HAND_BACK = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Mutant(NamedTuple):
    """A source with one mistake.

    Args:
        place: qualified name of the function that it is in.
        operator: the mistake.
        number: of the mistakes of this operator in that function, counted from 0.
        source: of the whole module.
    """

    place: str
    operator: str
    number: int
    source: str

    @property
    def name(self) -> str:
        return f"{self.place} {self.operator}#{self.number}"


def mutants_of(source: str, operators: Iterable[str], is_outside: Any) -> Iterator[Mutant]:
    """Every mutant that differs from the source and from the others.

    Args:
        source: of a correct program.
        operators: names of the mistakes.
        is_outside: says of a top-level statement whether it is left as it is: the test, and stand-ins for the world.
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    count: Counter[tuple[str, str]] = Counter()
    chosen = {name: OPERATORS[name] for name in operators}
    for top in tree.body:
        if is_outside(top):
            continue
        for node, place in list(_nodes(top, "")):
            for name, operator in chosen.items():
                for made in operator(node):
                    text = _with(tree, node, made)
                    if text in seen or not _compiles(text):
                        continue
                    seen.add(text)
                    yield Mutant(place, name, count[place, name], text)
                    count[place, name] += 1


def _nodes(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node in the order of the source, with the function that it is in."""
    if isinstance(node, HAND_BACK):
        place = f"{place}.{node.name}".lstrip(".")
    yield node, place
    for child in ast.iter_child_nodes(node):
        yield from _nodes(child, place)


def _with(tree: ast.Module, node: ast.AST, made: Any) -> str:
    """The source of the module with something else in the place of a node."""

    class Put(ast.NodeTransformer):
        def visit(self, one: ast.AST) -> Any:
            if one is node:
                return [copy.deepcopy(part) for part in made] if isinstance(made, list) else copy.deepcopy(made)
            shallow = copy.copy(one)
            return self.generic_visit(shallow)

        def generic_visit(self, one: ast.AST) -> ast.AST:
            for field, value in ast.iter_fields(one):
                if isinstance(value, list):
                    setattr(one, field, list(value))
            return super().generic_visit(one)

    return ast.unparse(ast.fix_missing_locations(Put().visit(tree)))


def _compiles(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True
