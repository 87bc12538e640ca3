"""Which clauses that handle failures were entered by a fault, and which were not; only where the data says so."""

from __future__ import annotations

from typing import Any

from .markup import code, count, esc

FAULTS_MAX = 3
"""Faults that are named beside a clause."""


def handlers(data: dict[str, Any] | None) -> str:
    """The section on failure-path coverage; empty without data.

    Args:
        data: as `report.coverage.as_data` makes it.
    """
    if not data or not data["handlers"]:
        return ""
    tables = "".join(_file(file, entries) for file, entries in data["files"].items() if entries)
    head = f"{data['entered']:,} of {count(data['handlers'], 'clause')} that handle a failure were entered because of a fault."
    return f'<section id="handlers" class="card"><h2>Failure paths</h2><p>{head}</p>{tables}</section>'


def _file(file: str, members: list[dict[str, Any]]) -> str:
    head = '<tr><th></th><th scope="col">line</th><th scope="col">clause</th><th scope="col">entered by</th></tr>'
    rows = "".join(map(_row, members))
    return (
        f"<h3>{code(file)}</h3>"
        f'<div class="scroll"><table class="plain handlers"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    )


def _row(one: dict[str, Any]) -> str:
    faults = list(dict.fromkeys(fault["fault"] for fault in one["faults"]))
    sign = (
        '<span class="sign ok" title="entered">✓</span>'
        if faults
        else '<span class="sign left" title="not entered">&ndash;</span>'
    )
    said = "<br>".join(code(fault) for fault in faults[:FAULTS_MAX])
    if len(faults) > FAULTS_MAX:
        said += f' <span class="quiet">and {len(faults) - FAULTS_MAX:,} more</span>'
    line, text = esc(one["line"]), code(one["text"])
    return f'<tr><td>{sign}</td><td class="place">{line}</td><td>{text}</td><td>{said or esc(one["why_not"])}</td></tr>'
