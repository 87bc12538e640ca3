"""Whether an exception can leave a function, read from its source."""

from __future__ import annotations

import ast

import pytest

from pytest_taskfail.runtime.reading.harmless import ends_taken, taken, takes_all

HARMLESS = {
    "each listener by itself": "for f in list(self.listeners):\n    try:\n        f(event)\n    except Exception:\n        log()",
    "a docstring before": "'''Tells.'''\ntry:\n    f()\nexcept:\n    pass",
    "one of several clauses": "try:\n    f()\nexcept OSError:\n    g()\nexcept (ValueError, Exception):\n    pass",
    "suppress": "with suppress(Exception):\n    f()",
    "an end in any case": "try:\n    f()\nexcept Exception:\n    pass\nfinally:\n    with lock:\n        lock.notify_all()",
    "again and again": "while not self.closed:\n    try:\n        f()\n    except Exception:\n        log()",
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
    "it raises at the end": "try:\n    f()\nexcept Exception:\n    pass\nfinally:\n    if not self.done:\n        raise Lost",
    "a loop that asks first": "while more():\n    try:\n        f()\n    except Exception:\n        log()",
    "no handler at all": "self.posted.append(event)",
    "nothing at all": "pass",
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_takes_every_exception_lets_none_out(body: str) -> None:
    assert takes_all(ast.parse(body).body)


@pytest.mark.parametrize("body", NOT_HARMLESS.values(), ids=NOT_HARMLESS)
def test_what_leaves_one_way_out_does_not(body: str) -> None:
    assert not takes_all(ast.parse(body).body)


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
@pytest.mark.parametrize("after", ["", "done = True", "return answer"])
def test_nothing_fails_behind_handlers_that_take_everything(body: str, after: str) -> None:
    assert ends_taken(ast.parse(f"x = prepare()\n{body}\n{after}").body)


@pytest.mark.parametrize("body", [body for name, body in NOT_HARMLESS.items() if name != "a call before"])
def test_what_is_done_last_may_fail(body: str) -> None:
    assert not ends_taken(ast.parse(body).body)


TAKEN = {
    "the rest may fail, this may not": "f()\ntry:\n    CALL()\nexcept Exception:\n    log()\nfinally:\n    g()",
    "a branch inside": "try:\n    if x:\n        CALL()\nexcept BaseException:\n    pass",
    "suppress inside of a with": "with lock:\n    with suppress(Exception):\n        CALL()",
    "a jump by an exception": "try:\n    raise Skip(CALL)\nexcept Skip:\n    pass",
}
NOT_TAKEN = {
    "a narrow handler": "try:\n    CALL()\nexcept OSError:\n    pass",
    "raised again, in other words": "try:\n    CALL()\nexcept Exception as error:\n    raise Refused() from error",
    "in the handler itself": "try:\n    f()\nexcept Exception:\n    CALL()",
    "in the finally": "try:\n    f()\nexcept Exception:\n    pass\nfinally:\n    CALL()",
    "in the else": "try:\n    f()\nexcept Exception:\n    pass\nelse:\n    CALL()",
    "in a function that runs later": "try:\n    def later():\n        CALL()\nexcept Exception:\n    pass",
    "another exception is raised": "try:\n    raise Other(CALL)\nexcept Skip:\n    pass",
    "raised, taken and raised": "try:\n    raise Skip(CALL)\nexcept Skip:\n    raise",
}


def _is_taken(source: str) -> bool:
    tree = ast.parse(source)
    inside = taken(tree)
    [place] = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "CALL"]
    raises = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) and place in ast.walk(node)]
    return raises[0] in inside if raises else place in inside


@pytest.mark.parametrize("source", TAKEN.values(), ids=TAKEN)
def test_what_fails_inside_of_such_handlers_does_not_come_out(source: str) -> None:
    assert _is_taken(source)


@pytest.mark.parametrize("source", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_fails_elsewhere_may_come_out(source: str) -> None:
    assert not _is_taken(source)
