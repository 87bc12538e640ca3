"""What a failed test says on the terminal: a text whose verdicts stand out."""

from __future__ import annotations

from typing import Any, NamedTuple

VERDICT = "taskfail: "


class Crash(NamedTuple):
    """Where pytest says that a test failed, in `--tb=line`, in the short summary and in JUnit files."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


class FindingText:
    """The findings of a test as the terminal shows them.

    Not a `str`: of a `str`, pytest prints all lines again in the short summary of a run in CI, not only the first.

    Args:
        text: the findings.
        location: of the test, as reports have it: file, line counted from 0, name.
    """

    def __init__(self, text: str, location: tuple[str, int | None, str]) -> None:
        self.text = text
        self.reprcrash = Crash(location[0], (location[1] or 0) + 1, text.partition("\n")[0])

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Any) -> None:
        """Verdicts are red and bold, as pytest's own lines that say what failed."""
        for line in self.text.splitlines():
            mark = line.startswith(VERDICT)
            writer.line(line, red=mark, bold=mark)
