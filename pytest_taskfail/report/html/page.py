"""The page: how it all went, a row for each test, then each test with what was tried and what was found."""

from __future__ import annotations

import base64
import hashlib
import string
from importlib import resources
from typing import Any

from .coverage import handlers
from .finding import headline, story
from .markup import count, esc, fold
from .matrix import matrix

OPEN_MAX = 10
"""So many tests with findings are shown unfolded."""


def page(data: dict[str, Any]) -> str:
    """The report as one HTML file.

    Args:
        data: what the JSON report holds: `tests`, and optionally `about` and `handlers`.
    """
    tests = sorted(data["tests"], key=_rank)
    script, style = _asset("report.js"), _asset("report.css")
    return string.Template(_asset("page.html")).substitute(
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'",
        style=style,
        script=script,
        title=esc(_title(tests)),
        about=_about(data.get("about") or {}),
        overview=_overview(tests),
        tests="".join(_test(one, number) for number, one in enumerate(tests)),
        handlers=handlers(data.get("handlers")),
    )


def _rank(test: dict[str, Any]) -> tuple[int, str]:
    """Tests with findings first, those that were not explored last."""
    return (0 if test["findings"] else 1 if test["explored"] else 2), test["test"]


def _title(tests: list[dict[str, Any]]) -> str:
    explored = [test for test in tests if test["explored"]]
    findings = sum(len(test["findings"]) for test in explored)
    hit = sum(bool(test["findings"]) for test in explored)
    if not explored:
        return "No test was explored"
    if not findings:
        return f"No finding in {count(len(explored), 'test')}"
    return f"{count(findings, 'finding')} in {hit:,} of {count(len(explored), 'test')}"


def _about(about: dict[str, Any]) -> str:
    return " · ".join(esc(one) for one in about.values() if one)


# -- the overview ------------------------------------------------------------------------------------------------------


def _overview(tests: list[dict[str, Any]]) -> str:
    explored = [test for test in tests if test["explored"]]
    numbers = (
        ("tests explored", len(explored)),
        ("findings", sum(len(test["findings"]) for test in explored)),
        ("points swept", sum(test["points"]["swept"] for test in explored)),
        ("faults tried", sum(test["faults_tried"] for test in explored)),
        ("schedules tried", sum(test["schedules_tried"] for test in explored)),
        ("experiments", sum(test["experiments"] for test in explored)),
    )
    tiles = "".join(f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in numbers)
    head = "".join(
        f'<th scope="col"{style}>{name}</th>'
        for name, style in (
            ("", ""),
            ("test", ""),
            ("points", ' class="number"'),
            ("faults", ' class="number"'),
            ("schedules", ' class="number"'),
            ("seconds", ' class="number"'),
        )
    )
    rows = "".join(_line(test, number) for number, test in enumerate(tests))
    return (
        f'<dl class="tiles">{tiles}</dl>'
        '<p class="filter needs-script"><label>Show tests with <input type="search" id="filter" placeholder="a part of the name">'
        '</label> <label><input type="checkbox" id="only"> only findings</label> <span id="hits" role="status"></span></p>'
        f'<div class="scroll"><table class="plain tests"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _line(test: dict[str, Any], number: int) -> str:
    points = f"{test['points']['swept']:,}/{test['points']['after_reduction']:,}" if test["explored"] else ""
    faults = f"{test['faults_tried']:,}" if test["explored"] else ""
    schedules = f"{test['schedules_tried']:,}" if test["explored"] else ""
    seconds = f"{test['seconds']:.1f}" if test["explored"] else ""
    said = test["certificate"] if test["explored"] else f"not explored, as {test['why_not']}"
    return (
        f"<tr{_marks(test)}><td>{_badge(test)}</td>"
        f'<td><a href="#t{number}">{_name(test["test"])}</a><span class="quiet said">{esc(said)}</span></td>'
        f'<td class="number">{points}</td><td class="number">{faults}</td>'
        f'<td class="number">{schedules}</td><td class="number">{seconds}</td></tr>'
    )


def _marks(test: dict[str, Any]) -> str:
    """What the filter looks at."""
    return f' data-test="{esc(test["test"])}"{" data-findings" if test["findings"] else ""}'


def _badge(test: dict[str, Any]) -> str:
    if test["findings"]:
        return f'<span class="badge bad">✕ {count(len(test["findings"]), "finding")}</span>'
    if not test["explored"]:
        return '<span class="badge left">&ndash; not explored</span>'
    if test["best_effort"]:
        return '<span class="badge odd">✓ best effort</span>'
    return '<span class="badge ok">✓ no finding</span>'


def _name(nodeid: str) -> str:
    file, colons, rest = nodeid.partition("::")
    return f'<code><span class="file">{esc(file + colons)}</span>{esc(rest)}</code>'


# -- a test ------------------------------------------------------------------------------------------------------------


def _test(test: dict[str, Any], number: int) -> str:
    name = f"t{number}"
    findings = test["findings"]
    heads = "".join(headline(one, f"{name}-{nth}") for nth, one in enumerate(findings))
    table = matrix(test, name)
    parts = [
        f'<ul class="heads">{heads}</ul>' if len(findings) > 1 else "",
        _facts(test),
        f'<h3>What was tried</h3>{table}<output class="cell"></output>' if table else "",
        f"<h3>{'The findings' if len(findings) > 1 else 'The finding'}</h3>" if findings else "",
        *(story(one, test["test"], f"{name}-{nth}") for nth, one in enumerate(findings)),
    ]
    is_open = bool(findings) and number < OPEN_MAX
    title = f"<h2>{_name(test['test'])}</h2> {_badge(test)}"
    body = fold(title, f'<div class="body">{"".join(parts)}</div>', "test", is_open)
    return f'<section class="card" id="{name}"{_marks(test)}>{body}</section>'


def _facts(test: dict[str, Any]) -> str:
    facts: list[tuple[str, list[str]]] = [
        ("not explored", [f"as {test['why_not']}"] if test["why_not"] else []),
        ("tried", [test["certificate"]] if test["certificate"] else []),
        ("not tried", [test["not_tried"]] if test["not_tried"] else []),
        ("best effort", list(test["best_effort"])),
        ("unstable points", list(test["unstable"])),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{_lines(lines)}</dd>" for name, lines in facts if lines)
    return f'<dl class="facts">{rows}</dl>'


def _lines(lines: list[str]) -> str:
    return "<br>".join(map(esc, lines[:8])) + (f"<br>and {len(lines) - 8:,} more" if len(lines) > 8 else "")


# -- what stands in the file -------------------------------------------------------------------------------------------


def _asset(name: str) -> str:
    return (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What the page's policy says of a script or style: anything else does not run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
