"""Numbers of things in words."""

from __future__ import annotations


def count(number: int, what: str, many: str = "") -> str:
    """A number with its noun in the singular or the plural.

    Args:
        number: of the things.
        what: the noun for one of them.
        many: the noun for any other number, where that has not just an `s` more.

    Example:
        >>> count(1, "fault"), count(2, "fault"), count(0, "call is", "calls are")
        ('1 fault', '2 faults', '0 calls are')
    """
    return f"{number} {what}" if number == 1 else f"{number} {many or what + 's'}"
