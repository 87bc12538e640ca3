"""What was tried, as a table: a row for each point, a column for each fault, a letter for what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .markup import count, esc, fold
from .verdicts import Sign, sign_of

ROWS_MAX = 40
"""With more rows than these, the ones without anything to see are folded away."""
Row = dict[int, tuple[Sign, dict[str, Any]]]


def matrix(data: dict[str, Any], name: str) -> str:
    """The table of one test.

    Args:
        data: of the test.
        name: the beginning of the identifiers of its findings.
    """
    sweep = data.get("sweep") or {}
    if not sweep.get("tried"):
        return ""
    rows: dict[int, Row] = {}
    signs: dict[Sign, int] = {}
    for one in sweep["tried"]:
        sign = sign_of(one, data["findings"])
        rows.setdefault(one["point"], {})[one["fault"]] = sign, one
        signs[sign] = signs.get(sign, 0) + 1
    order = _in_order(sweep["points"], rows)
    telling = [number for number in order if any(sign.style not in ("ok", "changed") for sign, _ in rows[number].values())]
    quiet = [number for number in order if number not in set(telling)] if len(order) > ROWS_MAX else []
    shown = telling if quiet else order
    table = _table(sweep, rows, shown, name, data["test"]) if shown else ""
    if quiet:
        table += fold(f"{count(len(quiet), 'point')} without a finding", _table(sweep, rows, quiet, name, data["test"]))
    return f"{table}{_legend(signs)}"


def _table(sweep: dict[str, Any], rows: dict[int, Row], order: list[int], name: str, test: str) -> str:
    columns = sorted({fault for number in order for fault in rows[number]})
    labels = _short([sweep["faults"][fault] for fault in columns])
    head = "".join(
        f'<th scope="col" title="{esc(sweep["faults"][fault])}"><span>{esc(label)}</span></th>'
        for fault, label in zip(columns, labels, strict=True)
    )
    body, after, alike = [], "", ("", "")
    for number in order:
        point = sweep["points"][number]
        if point["after"] != after:
            after = point["after"]
            body.append(
                f'<tr class="after"><th scope="rowgroup" colspan="{len(columns) + 2}">reached because of {esc(after)}</th></tr>'
            )
        cells = "".join(_cell(rows[number].get(fault), name) for fault in columns)
        body.append(f"<tr>{_head_of(point, alike != _alike(point))}{cells}</tr>")
        alike = _alike(point)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="What was tried">'
        f'<table class="matrix" data-test="{esc(test)}">'
        f'<thead><tr><th scope="col" class="corner at">where</th><th scope="col" class="corner">point</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _head_of(point: dict[str, Any], is_first: bool) -> str:
    place = esc(_near(point["place"]))
    equal = f' <span class="quiet">of {point["equal"]:,} alike</span>' if point["equal"] > 3 and is_first else ""
    after = f' data-after="{esc(point["after"])}"' if point["after"] else ""
    return (
        f'<th class="place at" title="{esc(point["place"])}">{place}</th>'
        f'<th scope="row" data-place="{place}"{after} title="{esc(point["why"])}">'
        f"<code>{esc(point['point'])}</code>{equal}</th>"
    )


def _cell(cell: tuple[Sign, dict[str, Any]] | None, name: str) -> str:
    if cell is None:
        return "<td></td>"
    sign, one = cell
    if one["findings"]:
        label = esc(f"{sign.words}: read its story")
        return f'<td class="{sign.style}"><a href="#{name}-{one["findings"][0]}" aria-label="{label}">{sign.mark}</a></td>'
    return f'<td class="{sign.style}">{sign.mark}</td>'


def _legend(signs: dict[Sign, int]) -> str:
    order = sorted(signs, key=lambda sign: (sign.style != "bad", -signs[sign]))
    entries = "".join(
        "<li>"
        f'<span class="sign {sign.style}">{sign.mark}</span> {esc(sign.words)} <span class="quiet">{signs[sign]:,}</span></li>'
        for sign in order
    )
    return f'<ul class="legend">{entries}</ul>'


def _in_order(points: list[dict[str, Any]], numbers: Iterable[int]) -> list[int]:
    """By line of source, points that are alike together; behind them those that were reached because of a fault."""
    firsts: dict[tuple[str, str], int] = {}
    for number in numbers:
        firsts.setdefault(_alike(points[number]), number)

    def key(number: int) -> tuple[Any, ...]:
        file, _, line = points[number]["place"].rpartition(":")
        place = file, int(line) if line.isdigit() else 0
        return points[number]["after"], place, firsts[_alike(points[number])], number

    return sorted(numbers, key=key)


def _alike(point: dict[str, Any]) -> tuple[str, str]:
    """What points have in common that are equivalent."""
    return point["after"], re.sub(r"#\d+(?=/|$| in )", "", point["point"])


def _near(place: str) -> str:
    """A place outside of the tests' folder without the folders of this machine."""
    return f"…/{place.rpartition('/')[2]}" if place.startswith("/") else place


def _short(faults: list[str]) -> list[str]:
    """Faults without the modules of their exceptions, where they can still be told apart."""
    short = [re.sub(r"(?<=^raise )(?:\w+\.)+(?=\w)", "", fault) for fault in faults]
    return [one if short.count(one) == 1 else fault for one, fault in zip(short, faults, strict=True)]
