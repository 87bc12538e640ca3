"""Who waits for whom, drawn: tasks and locks in columns, from those that only wait to those that are waited for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .markup import esc

NODES_MAX = 24
NAME, UNDER = 7.3, 6.7
"""Widths of a character of the two lines in a box, in pixels."""

TEXT_MAX = 30
HEIGHT, GAP_X, GAP_Y, MARGIN = 44, 56, 20, 8


@dataclass(slots=True)
class Node:
    """A box.

    Args:
        kind: `task`, `lock` or `thing`.
        under: the second line.
    """

    name: str
    kind: str
    under: str = ""
    ended: bool = False
    column: int = 0
    x: float = 0
    y: float = 0
    to: list[tuple[str, str]] = field(default_factory=list)

    @property
    def width(self) -> float:
        return max(len(_cut(self.name)) * NAME, len(_cut(self.under)) * UNDER) + 28


def graph(waits: list[dict[str, Any]]) -> str:
    """The drawing, as SVG; empty where nobody waits."""
    nodes = _nodes(waits)
    if not nodes or len(nodes) > NODES_MAX:
        return ""
    back = _columns(nodes)
    width, height = _lay_out(nodes)
    deepest = height + 26 * bool(back)
    edges = "".join(
        _edge(nodes, start, end, kind, (start, end) in back, height) for start in nodes for end, kind in nodes[start].to
    )
    boxes = "".join(map(_box, nodes.values()))
    said = "; ".join(f"{start} {kind} {end}" for start in nodes for end, kind in nodes[start].to)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Who waits for whom"><svg class="graph" role="img" '
        f'width="{width:.0f}" height="{deepest:.0f}" viewBox="0 0 {width:.0f} {deepest:.0f}"><title>{esc(said)}</title>'
        f"{edges}{boxes}</svg></div>"
        '<p class="key"><span class="line solid"></span> waits for <span class="line dashed"></span> is held by</p>'
    )


def _nodes(waits: list[dict[str, Any]]) -> dict[str, Node]:
    telling = [wait for wait in waits if wait["place"]] or waits
    nodes: dict[str, Node] = {}
    tasks = {wait["task"] for wait in telling} | {wait["holder"] for wait in telling}
    for wait in telling:
        task = nodes.setdefault(wait["task"], Node(wait["task"], "task"))
        task.under = f"at {wait['place']}" if wait["place"] else ""
    for wait in telling:
        start = nodes[wait["task"]]
        what = re.sub(r"^(for|to be notified by|until|in) ", "", wait["what"])
        others = what.rpartition(": ")[2].split(", ")
        if wait["what"] == "runs on":
            start.under = f"runs on {start.under}"
        elif wait["holder"]:
            holder = nodes.setdefault(wait["holder"], Node(wait["holder"], "task"))
            if wait["holder_ended"]:
                holder.under, holder.ended = wait["holder_ended"], True
            if wait["taken"]:
                lock = nodes.setdefault(what, Node(what, "lock", f"taken at {wait['taken']}"))
                _add(start, what, "waits for")
                _add(lock, wait["holder"], "is held by")
            else:
                _add(start, wait["holder"], "waits for")
        elif tasks.issuperset(others):
            for other in others:
                _add(start, other, "waits for")
        else:
            nodes.setdefault(what, Node(what, "thing"))
            _add(start, what, "waits for")
    return nodes


def _add(node: Node, end: str, kind: str) -> None:
    if (end, kind) not in node.to:
        node.to.append((end, kind))


def _columns(nodes: dict[str, Node]) -> set[tuple[str, str]]:
    """Puts each box to the right of those that wait for it; returns the edges that close a circle."""
    back: set[tuple[str, str]] = set()
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        for end, _ in nodes[name].to:
            if end in path:
                back.add((name, end))
            elif nodes[end].column <= nodes[name].column or end not in done:
                nodes[end].column = max(nodes[end].column, nodes[name].column + 1)
                visit(end, (*path, end))
        done.add(name)

    waited_for = {end for node in nodes.values() for end, _ in node.to}
    for name in sorted(nodes, key=lambda name: name in waited_for):
        if name not in done:
            visit(name, (name,))
    for name in sorted(nodes, key=lambda name: -nodes[name].column):
        ahead = [nodes[end].column for end, _ in nodes[name].to if (name, end) not in back]
        nodes[name].column = max(nodes[name].column, min(ahead, default=0) - 1)
    return back


def _lay_out(nodes: dict[str, Node]) -> tuple[float, float]:
    """Gives the boxes their places; returns the size of the drawing."""
    columns: dict[int, list[Node]] = {}
    for node in nodes.values():
        columns.setdefault(node.column, []).append(node)
    tallest = max(map(len, columns.values()))
    height = tallest * HEIGHT + (tallest - 1) * GAP_Y
    x: float = MARGIN
    for number in sorted(columns):
        members = columns[number]
        size = len(members) * HEIGHT + (len(members) - 1) * GAP_Y
        for place, node in enumerate(members):
            node.x, node.y = x, MARGIN + (height - size) / 2 + place * (HEIGHT + GAP_Y)
        x += max(node.width for node in members) + GAP_X
    return x - GAP_X + MARGIN, height + 2 * MARGIN


def _edge(nodes: dict[str, Node], start: str, end: str, kind: str, is_back: bool, height: float) -> str:
    a, b = nodes[start], nodes[end]
    style = "held" if kind == "is held by" else "waits"
    if is_back:
        x1, y1, x2, y2 = a.x + a.width / 2, a.y + HEIGHT, b.x + b.width / 2, b.y + HEIGHT
        low = height + 14
        curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{low + 12:.0f} {x2:.0f},{low + 12:.0f} {x2:.0f},{y2 + 7:.0f}"
        head = f"M{x2 - 5:.0f},{y2 + 9:.0f} L{x2:.0f},{y2 + 1:.0f} L{x2 + 5:.0f},{y2 + 9:.0f} Z"
    else:
        x1, y1, x2, y2 = a.x + a.width, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2
        bend = max(30.0, (x2 - x1) / 2)
        curve = f"M{x1:.0f},{y1:.0f} C{x1 + bend:.0f},{y1:.0f} {x2 - bend:.0f},{y2:.0f} {x2 - 7:.0f},{y2:.0f}"
        head = f"M{x2 - 9:.0f},{y2 - 5:.0f} L{x2 - 1:.0f},{y2:.0f} L{x2 - 9:.0f},{y2 + 5:.0f} Z"
    return f'<path class="edge {style}" d="{curve}"/><path class="arrow" d="{head}"/>'


def _box(node: Node) -> str:
    middle = node.x + node.width / 2
    corner = {"task": HEIGHT / 2, "lock": 4, "thing": 4}[node.kind]
    ended = " ended" if node.ended else ""
    lines = [f'<text class="name" x="{middle:.0f}" y="{node.y + (19 if node.under else 27):.0f}">{esc(_cut(node.name))}</text>']
    if node.under:
        lines.append(f'<text class="under" x="{middle:.0f}" y="{node.y + 34:.0f}">{esc(_cut(node.under))}</text>')
    place = f'x="{node.x:.0f}" y="{node.y:.0f}" width="{node.width:.0f}" height="{HEIGHT}" rx="{corner:.0f}"'
    return (
        f'<g class="node {node.kind}{ended}"><title>{esc(node.name)} {esc(node.under)}</title><rect {place}/>{"".join(lines)}</g>'
    )


def _cut(text: str) -> str:
    """The text as it fits into a box: without folders, then without its middle; the box has a title with all of it."""
    text = re.sub(r"[^\s/]+/(?=\S*:\d)", "", text)
    return text if len(text) <= TEXT_MAX else f"{text[:10]}…{text[11 - TEXT_MAX :]}"
