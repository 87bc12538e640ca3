"""The story of one finding: the verdict, who waits for what, the line that replays it, the drawings, stacks and output."""

from __future__ import annotations

from typing import Any

from ...model.findings import LAWS
from .graph import graph
from .markup import code, command, esc, fold
from .timeline import timeline
from .verdicts import letter_of


def story(finding: dict[str, Any], test: str, identifier: str) -> str:
    """One finding.

    Args:
        finding: its data.
        test: pytest's name of the test.
        identifier: where links to it lead.
    """
    law, rest = _split(finding)
    replay = command(test, finding["replay"])
    parts = [
        f'<h4><span class="sign bad">{esc(letter_of(finding["law"]))}</span> <strong>{esc(law)}</strong> {esc(rest)}</h4>',
        _evidence(finding["evidence"]),
        f'<p class="label">Replay this experiment</p>{replay}',
        f'<p class="quiet">Smallest: {esc(finding["smallest"])}.</p>' if finding.get("smallest") else "",
        _part("Who waits for whom", graph(finding.get("waits", []))),
        _part("Timeline", timeline(finding)),
        _faults(finding.get("faults", [])),
        fold("Stacks", _stacks(finding["stacks"])) if finding.get("stacks") else "",
        fold("Output of this experiment", f"<pre>{esc(finding['output'])}</pre>") if finding.get("output") else "",
    ]
    return f'<article class="finding" id="{identifier}" tabindex="-1">{"".join(parts)}</article>'


def headline(finding: dict[str, Any], identifier: str) -> str:
    """The first line of a finding, as a link to its story."""
    law, rest = _split(finding)
    sign = f'<span class="sign bad">{esc(letter_of(finding["law"]))}</span>'
    return f'<li><a href="#{identifier}">{sign} <strong>{esc(law)}</strong> {esc(rest)}</a></li>'


def _split(finding: dict[str, Any]) -> tuple[str, str]:
    """The law and the rest of the first line."""
    verdict = finding["verdict"].removeprefix("taskfail: ")
    law = LAWS.get(finding["law"], "")
    return (law, verdict[len(law) :].strip()) if law and verdict.startswith(law) else ("", verdict)


def _evidence(lines: list[str]) -> str:
    rows = []
    for line in lines:
        first, *more = line.splitlines() or [""]
        task, gap, text = first.partition("  ")
        head = esc(task.strip()) if gap else ""
        body = esc(text.strip() if gap else task)
        rows.append(f"<dt>{head}</dt><dd>{body}{_more(more)}</dd>")
    return f'<dl class="evidence">{"".join(rows)}</dl>' if rows else ""


def _more(lines: list[str]) -> str:
    return f"<pre>{esc(chr(10).join(lines))}</pre>" if any(line.strip() for line in lines) else ""


def _faults(faults: list[dict[str, Any]]) -> str:
    """What was injected, where, and who has seen it."""
    rows = "".join(
        f"<tr><td>{code(one['fault'])}</td><td>{code(one['point'])}</td><td>{code(one['place'], 'place')}</td>"
        f"<td>{esc(one['seen_by'] or 'nobody')}</td></tr>"
        for one in faults
    )
    head = '<tr><th scope="col">fault</th><th scope="col">point</th><th scope="col">where</th><th scope="col">seen by</th></tr>'
    table = f'<div class="scroll"><table class="plain"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    return fold("Injected faults", table) if rows else ""


def _stacks(stacks: list[str]) -> str:
    return "".join(
        f"<h6>{esc(stack.partition(chr(10))[0])}</h6><pre>{esc(stack.partition(chr(10))[2])}</pre>" for stack in stacks
    )


def _part(title: str, body: str) -> str:
    return f'<figure><figcaption class="label">{title}</figcaption>{body}</figure>' if body else ""
