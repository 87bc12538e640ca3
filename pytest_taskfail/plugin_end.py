"""The end of a session: the files that were asked for, and the lines below the tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .model.counts import count
from .plugin_coverage import CoverageReport

if TYPE_CHECKING:
    from .plugin_session import Session


def finish(session: Session) -> bool:
    """Writes the files that were asked for, and what the next run is to know; whether the run has shown what it must."""
    if hasattr(session.config, "workerinput"):
        return True
    if session.results and session.options.replay is None and not session.options.listing:
        from .plugin_memory import remember

        remember(session.config, session.results)
    if session.options.coverage.on:
        session.coverage = CoverageReport(session.options.coverage, session.files, str(session.config.rootpath))
        session.coverage.finish(session.results)
    if session.options.report:
        from .report.files import write

        write(session.options.report, session.results, None if session.coverage is None else session.coverage.as_data())
    if session.options.step_summary:
        from .report.markdown import step_summary

        path = os.environ.get("GITHUB_STEP_SUMMARY", "")
        try:
            if path:
                with open(path, "a", encoding="utf-8") as file:
                    file.write(step_summary(session.results))
        except OSError as error:
            session.not_written = f"GITHUB_STEP_SUMMARY={path}: {error.strerror}"
    return session.coverage is None or not session.coverage.shortfall


def summary(session: Session, reporter: Any) -> None:
    """The end of the run: what was explored and what was not."""
    results = session.results
    explored = [data for data in results if data.get("explored")]
    for data in results:
        for number, line in enumerate(data.get("listing", ())):
            reporter.write_line(line if number else f"{data['test']}: {line}")
    if session.coverage is not None:
        session.coverage.show(reporter, session.config.get_terminal_writer().fullwidth)
    if session.not_written:
        reporter.write_line(
            f"taskfail: no step summary is written, {session.not_written}; GitHub Actions sets a file that can be"
        )
    if session.options.lines and any(data.get("explored") for data in results) and not any(map(_lines_seen, results)):
        wanted = ",".join(session.options.lines)
        remedy = f"no test ran a line of such a file; name files relative to {session.config.rootpath}"
        reporter.write_line(f"taskfail: --taskfail-lines={wanted}: {remedy}")
    if not results or reporter.verbosity < 0 or session.config.getoption("no_summary", False):
        return
    for data in results:
        if data.get("explored") and (_is_undecided(data, session) if reporter.verbosity == 0 else not session.options.listing):
            reporter.write_line(f"taskfail: {data['test']}: {data['certificate']}")
    for reason, names in _grouped(results).items():
        reporter.write_line(f"taskfail: not explored, as {reason}: {count(len(names), 'test')}, for instance {names[0]}")
    off = sum(bool(data.get("off")) for data in results)
    alone = sum(bool(data.get("alone")) for data in results) - off
    findings = sum(len(data["findings"]) for data in explored)
    changed = sum(data["outcome_changed"] for data in explored if not data.get("strict"))
    done = "explored" if session.options.replay is None else "replayed"
    parts = [f"{count(len(explored), 'test')} {done}", count(findings, "finding")]
    if alone:
        parts.append(f"{alone} left alone (they start no task)")
    if off:
        parts.append(f"{off} left alone (marked)")
    if changed and reporter.verbosity > 0:
        parts.append(f"in {count(changed, 'experiment')} a test's own assertions changed, which is not judged without the marker")
    if explored or alone or off:
        reporter.write_line("taskfail: " + ", ".join(parts))
    storms = [storm["evidence"] for data in explored for storm in data["retry_storms"]]
    if storms:
        places = count(len(storms), "call is", "calls are")
        reporter.write_line(f"taskfail: {places} tried again without a cap or a pause; --taskfail-laws=retry-storm judges that")
        lines = [line for evidence in storms for line in evidence]
        for line in lines if reporter.verbosity > 0 else lines[:1]:
            reporter.write_line(f"  {line}")
    if session.options.step_summary and not os.environ.get("GITHUB_STEP_SUMMARY"):
        reporter.write_line("taskfail: no step summary is written, as GITHUB_STEP_SUMMARY is not set: GitHub Actions sets it")


def _is_undecided(data: dict[str, Any], session: Session) -> bool:
    """Whether a replay has found nothing, and could not judge all of it."""
    return session.options.replay is not None and not data["findings"] and bool(data["best_effort"])


def _lines_seen(data: dict[str, Any]) -> bool:
    """Whether a test has run a line of a file that `--taskfail-lines` names."""
    return bool(data.get("explored") and data.get("lines_seen"))


def _grouped(results: list[dict[str, Any]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for data in results:
        if data.get("why_not"):
            grouped.setdefault(data["why_not"], []).append(data["test"])
    return grouped
