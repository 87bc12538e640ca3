"""Which clauses that handle failures were entered by a fault, and which were not; only where the data says so."""

from __future__ import annotations

from typing import Any

from .markup import code, count, esc

FAULTS_MAX = 3
"""Faults that are named beside a clause."""


def handlers(entries: list[dict[str, Any]] | None) -> str:
    """The section on failure-path coverage; empty without data.

    Args:
        entries: a dictionary for each clause, with `file`, `line`, `kind` (`except`, `finally`, `with`), `name`,
            `entered_by` (the faults that did), and `reason` (why none could, where that is known). `source` may be its line.
    """
    if not entries:
        return ""
    entered = sum(bool(one.get("entered_by")) for one in entries)
    files: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(entries, key=lambda one: (str(one.get("file", "")), int(one.get("line") or 0))):
        files.setdefault(str(one.get("file", "")), []).append(one)
    tables = "".join(_file(file, members) for file, members in files.items())
    head = f"{entered:,} of {count(len(entries), 'clause')} that handle a failure were entered because of a fault."
    return f'<section id="handlers" class="card"><h2>Failure paths</h2><p>{head}</p>{tables}</section>'


def _file(file: str, members: list[dict[str, Any]]) -> str:
    head = '<tr><th></th><th scope="col">line</th><th scope="col">clause</th><th scope="col">entered by</th></tr>'
    rows = "".join(map(_row, members))
    return (
        f"<h3>{code(file)}</h3>"
        f'<div class="scroll"><table class="plain handlers"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    )


def _row(one: dict[str, Any]) -> str:
    faults = [str(fault) for fault in one.get("entered_by") or ()]
    sign = (
        '<span class="sign ok" title="entered">✓</span>'
        if faults
        else '<span class="sign left" title="not entered">&ndash;</span>'
    )
    said = "<br>".join(code(fault) for fault in faults[:FAULTS_MAX])
    if len(faults) > FAULTS_MAX:
        said += f' <span class="quiet">and {len(faults) - FAULTS_MAX:,} more</span>'
    name = str(one.get("source") or f"{one.get('kind', '')} {one.get('name', '')}".strip())
    where = f"{one.get('line', '')}"
    return (
        f'<tr><td>{sign}</td><td class="place">{esc(where)}</td><td>{code(name)}</td>'
        f"<td>{said or esc(one.get('reason') or 'no fault')}</td></tr>"
    )
