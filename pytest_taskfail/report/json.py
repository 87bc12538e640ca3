"""What was found, as plain data."""

from __future__ import annotations

from typing import Any

from ..explore.results import Report
from . import details
from .text import certificate, not_tried, smallest
from .words import verdict


def as_data(nodeid: str, report: Report, detailed: bool = True) -> dict[str, Any]:
    """The report of one test as JSON can hold it.

    Args:
        nodeid: pytest's name of the test.
        report: what came of it.
        detailed: whether each experiment is told, and of a finding what its experiment has seen: only a file needs that.
    """
    return {
        "test": nodeid,
        "explored": not report.why_not,
        "why_not": report.why_not,
        "mode": report.mode,
        "certificate": "" if report.why_not else certificate(report),
        "not_tried": "" if report.why_not else not_tried(report),
        "points": {
            "reached": report.raw_points,
            "after_reduction": report.points,
            "swept": report.swept_points,
            "spared": report.spared,
        },
        "faults_tried": report.swept,
        "schedules_tried": report.schedules + report.pauses,
        "experiments": report.experiments,
        "outcome_changed": report.changed,
        "unstable": report.unstable,
        "best_effort": list(report.doubts),
        "retry_storms": [{"evidence": list(storm.lines), "place": storm.place} for storm in report.storms],
        "seconds": round(report.seconds, 3),
        "findings": [
            {
                "law": story.finding.law,
                "verdict": verdict(story),
                "evidence": list(story.finding.lines),
                "place": story.finding.place,
                "plan": str(story.plan),
                "schedule": str(story.schedule) if story.schedule else "",
                "replay": story.replay,
                "same": story.same,
                "smallest": smallest(story, report),
                **(details.seen(story) if detailed else {}),
            }
            for story in report.stories
        ],
        **({"sweep": details.sweep(report)} if detailed else {}),
    }
