"""Whether an exception can leave a function, read from its source."""

from __future__ import annotations

import ast

import pytest

from pytest_taskfail.runtime.harmless import takes_all

HARMLESS = {
    "each listener by itself": "for f in list(self.listeners):\n    try:\n        f(event)\n    except Exception:\n        log()",
    "a docstring before": "'''Tells.'''\ntry:\n    f()\nexcept:\n    pass",
    "one of several clauses": "try:\n    f()\nexcept OSError:\n    g()\nexcept (ValueError, Exception):\n    pass",
    "suppress": "with suppress(Exception):\n    f()",
    "an answer in any case": "try:\n    return f()\nexcept Exception:\n    return None",
}
NOT_HARMLESS = {
    "a narrow handler": "try:\n    f()\nexcept OSError:\n    pass",
    "it raises again": "try:\n    f()\nexcept Exception:\n    raise",
    "a call before": "f()\ntry:\n    g()\nexcept Exception:\n    pass",
    "a call after": "try:\n    g()\nexcept Exception:\n    pass\nreturn f()",
    "a call in an else": "try:\n    g()\nexcept Exception:\n    pass\nelse:\n    f()",
    "items that are fetched": "for item in fetch():\n    try:\n        g()\n    except Exception:\n        pass",
    "suppress of one kind": "with suppress(OSError):\n    f()",
    "another manager": "with lock:\n    f()",
    "no handler at all": "self.posted.append(event)",
    "nothing at all": "pass",
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_takes_every_exception_lets_none_out(body: str) -> None:
    assert takes_all(ast.parse(body).body)


@pytest.mark.parametrize("body", NOT_HARMLESS.values(), ids=NOT_HARMLESS)
def test_what_leaves_one_way_out_does_not(body: str) -> None:
    assert not takes_all(ast.parse(body).body)
