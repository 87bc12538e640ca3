"""Text that goes into HTML: every name, message and line of source passes through `esc`."""

from __future__ import annotations

import html

REPLACED = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)), "\N{REPLACEMENT CHARACTER}")
"""Characters that HTML, or UTF-8, has no place for: a message may hold any bytes."""


def esc(text: object) -> str:
    """The text as HTML shows it, in an element or in a quoted attribute."""
    return html.escape(str(text).translate(REPLACED), quote=True)


def count(number: int, what: str) -> str:
    """A number with its noun.

    Example:
        >>> count(1, "finding"), count(1200, "fault")
        ('1 finding', '1,200 faults')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def code(text: object, classes: str = "") -> str:
    """A piece of code; nothing for an empty text."""
    attribute = f' class="{classes}"' if classes else ""
    return f"<code{attribute}>{esc(text)}</code>" if str(text) else ""


def fold(title: str, body: str, classes: str = "fold", is_open: bool = False) -> str:
    """What is shown on demand; works without scripts."""
    return f'<details class="{classes}"{" open" if is_open else ""}><summary>{title}</summary>{body}</details>'


def command(test: str, replay: str) -> str:
    """The line that replays an experiment, with a button that copies it."""
    line = f'pytest "{test}" --taskfail-replay="{replay}"'
    return f'<div class="command"><code>{esc(line)}</code><button type="button" class="copy needs-script">Copy</button></div>'
