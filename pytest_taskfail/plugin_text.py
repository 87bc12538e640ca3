"""What a failed test says: a text to other plugins, and to the terminal a text whose verdicts stand out."""

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


class FindingText(str):
    """The findings of a test. A `str`, because that is what other plugins know how to show.

    Args:
        text: the findings.
        location: of the test, as reports have it: file, line counted from 0, name.
    """

    reprcrash: Crash

    def __new__(cls, text: str, location: tuple[str, int | None, str]) -> FindingText:
        made = super().__new__(cls, text)
        made.reprcrash = Crash(location[0], (location[1] or 0) + 1, text.partition("\n")[0])
        return made

    def toterminal(self, writer: Any) -> None:
        """Verdicts are red and bold, as pytest's own lines that say what failed."""
        for line in self.splitlines():
            mark = line.startswith(VERDICT)
            writer.line(line, red=mark, bold=mark)
