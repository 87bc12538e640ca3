"""What a user may catch."""

from __future__ import annotations


class TaskFailError(Exception):
    """Base of every error that pytest-taskfail raises itself."""


class PlanError(TaskFailError):
    """A plan, selector, option or replay line that cannot be carried out; the message says how to mend it."""


class UnfiredFault(PlanError):
    """A planned fault never fired: the run would have tested nothing."""


class Diverged(PlanError):
    """A replayed schedule asks for a thread that cannot run there: the code or the Python version has changed."""


class NotImportable(TaskFailError):
    """A function is given to a process that cannot import it; the message names the module and says what helps."""


class CheckFailed(AssertionError):
    """An assertion helper found what it looks for; the message is the evidence."""
