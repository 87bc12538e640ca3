"""A `raise` that says that the code is used in a wrong way does not come by chance."""

from __future__ import annotations

import ast

import pytest

from pytest_taskfail.runtime.reading.misuse import raises

ALWAYS_OR_NEVER = {
    "no task": "task = asyncio.current_task()\nif task is None:\n    raise RuntimeError('no task')\nreturn task",
    "no task, asked for on the way": "if (task := current_task()) is None:\n    raise NoTask",
    "no loop": "loop = loops._get_running_loop()\nif not loop:\n    raise NoLoop",
    "another error": "try:\n    loop = asyncio.get_running_loop()\nexcept RuntimeError:\n    raise NoLoop from None",
    "nothing to call": "if is_(c):\n    f = c\nelif hasattr(c, '__call__'):\n    f = c\nelse:\n    raise ValueError",
    "not to be called": "if not callable(listener):\n    raise TypeError",
    "asked for at once": "if asyncio.current_task() is None:\n    log()\n    raise NoTask",
}
BY_CHANCE = {
    "the other way round": "task = asyncio.current_task()\nif task is not None:\n    raise Busy",
    "something else": "task = self.task\nif task is None:\n    raise NoTask",
    "more than that": "task = asyncio.current_task()\nif task is None or self.full:\n    raise RuntimeError",
    "more in the body": "try:\n    loop = asyncio.get_running_loop()\n    self.connect()\nexcept OSError:\n    raise Lost",
    "what came is of another kind": "if not isinstance(message, dict):\n    raise Malformed",
    "where it can be called": "if callable(c):\n    c()\n    raise Done",
    "behind it": "task = asyncio.current_task()\nif task is None:\n    return\nraise Busy",
}


def found(body: str) -> int:
    lines = body.replace("\n", "\n    ")
    return len(raises(ast.parse(f"def asks(self):\n    {lines}")))


@pytest.mark.parametrize("body", ALWAYS_OR_NEVER.values(), ids=ALWAYS_OR_NEVER)
def test_that_it_is_misused_is_said_always_or_never(body: str) -> None:
    assert found(body) == 1


@pytest.mark.parametrize("body", BY_CHANCE.values(), ids=BY_CHANCE)
def test_other_things_are_said_by_chance(body: str) -> None:
    assert found(body) == 0
