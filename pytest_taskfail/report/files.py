"""Writes what was found to a file; its name says as what."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

SUFFIXES = (".json", ".html")
"""The kinds of files."""

VERSION = 1
"""Of the format: it is raised when a key goes or changes its meaning, not when one is added."""

_HIDDEN = ("texts", "outputs", "listing", "handlers", "lines_seen")


def as_document(results: Iterable[dict[str, Any]], handlers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything that a file tells, as JSON can hold it.

    Args:
        results: of the tests of a session, those that start no task among them.
        handlers: the failure-path coverage of the session, if it was asked for.
    """
    tests = [{key: value for key, value in one.items() if key not in _HIDDEN} for one in results if not one.get("alone")]
    about = {"plugin": f"pytest-taskfail {metadata.version('pytest-taskfail')}", "python": f"Python {platform.python_version()}"}
    return {"version": VERSION, "about": about, "tests": tests, **({"handlers": handlers} if handlers else {})}


def write(path: str, results: Iterable[dict[str, Any]], handlers: dict[str, Any] | None = None) -> None:
    """Writes the report.

    Args:
        path: the file; the end of its name is one of `SUFFIXES`.
        results: of the tests of a session.
        handlers: the failure-path coverage of the session, if it was asked for.
    """
    document = as_document(results, handlers)
    if path.endswith(".html"):
        from .html.page import page

        text = page(document)
    else:
        text = json.dumps(document, indent=1) + "\n"
    Path(path).write_text(text, encoding="utf-8")
