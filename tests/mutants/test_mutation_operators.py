"""Each mistake is made where it can be made, everywhere there, and nowhere else."""

from __future__ import annotations

import ast

import pytest
from mutate import mutants_of
from operators import OPERATORS
from programs import programs

CASES = {
    "finally-removed": ("try:\n    a()\n    return b\nfinally:\n    c()", "a()\n_returned = b\nc()\nreturn _returned"),
    "with-unprotected": ("with self.lock:\n    a()", "self.lock.acquire()\na()\nself.lock.release()"),
    "pool-not-shut-down": ("with Executor() as pool:\n    a()", "pool = Executor()\na()\npool.shutdown()"),
    "acquired-in-try": ("x = a()\ntry:\n    b()\nfinally:\n    x.c()", "try:\n    x = a()\n    b()\nfinally:\n    x.c()"),
    "cancel-dropped": ("task.cancel()\na()", "pass\na()"),
    "signal-dropped": ("await queue.put(1)", "pass"),
    "clean-up-dropped": ("thread.join()", "pass"),
    "result-unread": ("job.result()", "pass"),
    "handler-shortened": ("try:\n    a()\nexcept E:\n    b()\n    raise", "try:\n    a()\nexcept E:\n    raise"),
    "handler-removed": ("try:\n    a()\nexcept E:\n    b()", "a()"),
    "raise-dropped": ("try:\n    a()\nexcept E:\n    raise", "try:\n    a()\nexcept E:\n    pass"),
    "break-dropped": ("while True:\n    break", "while True:\n    pass"),
    "timeout-dropped": ("event.wait(timeout=3)", "event.wait()"),
    "shield-dropped": ("await asyncio.shield(a())", "await a()"),
    "key-dropped": ("send(x, key=x)", "send(x, key=object())"),
    "except-widened": ("try:\n    a()\nexcept E as e:\n    b()", "try:\n    a()\nexcept BaseException as e:\n    b()"),
    "except-any": ("try:\n    a()\nexcept E:\n    b()", "try:\n    a()\nexcept Exception:\n    b()"),
    "except-ignoring": ("try:\n    a()\nexcept E:\n    b()", "try:\n    a()\nexcept BaseException:\n    pass"),
    "gather-toggled": ("gather(a, return_exceptions=True)", "gather(a)"),
    "group-to-gather": (
        "async with TaskGroup() as group:\n    group.create_task(a())",
        "_tasks = []\n_tasks.append(__import__('asyncio').create_task(a())) or _tasks[-1]\n"
        "import asyncio\nawait asyncio.gather(*_tasks)",
    ),
    "first-failure-not-awaited": ("wait(jobs, return_when=FIRST_EXCEPTION)", "wait(jobs, return_when='ALL_COMPLETED')"),
    "condition-negated": ("if a:\n    b()", "if not a:\n    b()"),
    "one-more": ("range(3)", "range(3 + 1)"),
    "one-less": ("range(3)", "range(3 - 1)"),
    "without-end": (
        "for n in range(3):\n    try:\n        a()\n    except E:\n        b()",
        "for n in __import__('itertools').count():\n    try:\n        a()\n    except E:\n        b()",
    ),
    "lock-removed": ("with lock:\n    a()", "a()"),
    "locks-swapped": ("with a:\n    with b:\n        c()", "with b:\n    with a:\n        c()"),
    "wait-once": ("while a:\n    b.wait()", "if a:\n    b.wait()"),
    "notify-one": ("a.notify_all()", "a.notify()"),
    "swapped": ("x = a()\nb(y)", "b(y)\nx = a()"),
}


def mutants(source: str, operator: str) -> list[str]:
    whole = "async def f():\n" + "\n".join("    " + line for line in source.splitlines())
    found = [ast.parse(one.source).body[0] for one in mutants_of(whole, [operator], lambda top: False)]
    return ["\n".join(ast.unparse(part) for part in one.body) for one in found if isinstance(one, ast.AsyncFunctionDef)]


@pytest.mark.parametrize("operator", list(OPERATORS))
def test_each_mistake_is_made(operator: str) -> None:
    source, made = CASES[operator]
    assert made in mutants(source, operator)


@pytest.mark.parametrize(
    ("operator", "source"),
    [
        ("with-unprotected", "with open(x) as file:\n    a()"),
        ("with-unprotected", "with suppress(E):\n    a()"),
        ("timeout-dropped", "path.join(name)"),
        ("swapped", "x = a()\nb(x)"),
        ("key-dropped", "sorted(a, key=lambda b: b)"),
        ("cancel-dropped", "if task.cancel():\n    a()"),
        ("without-end", "for n in range(3):\n    a()"),
        ("acquired-in-try", "x = 3\ntry:\n    a()\nfinally:\n    b()"),
        ("except-widened", "try:\n    a()\nexcept BaseException:\n    b()"),
    ],
)
def test_what_is_no_place_for_a_mistake_is_left_alone(operator: str, source: str) -> None:
    assert mutants(source, operator) == []


def test_a_mistake_is_made_at_each_place_in_turn() -> None:
    assert mutants("a.cancel()\nb.cancel()", "cancel-dropped") == ["pass\nb.cancel()", "a.cancel()\npass"]


def test_the_test_itself_is_never_changed() -> None:
    for program in programs(["laws/*"]):
        before = ast.parse(program.path.read_text(encoding="utf-8")).body
        tests = [ast.unparse(one) for one in before if getattr(one, "name", "").startswith("test_")]
        for mutant in program.mutants():
            after = [ast.unparse(one) for one in ast.parse(mutant.source).body]
            assert set(tests) <= set(after), mutant.name


def test_each_law_and_each_helper_has_mutants() -> None:
    from pytest_taskfail import checks
    from pytest_taskfail.model.findings import LAWS

    have = {program.law for program in programs() if program.mutants()}
    helpers = {name for name in checks.__all__ if name.startswith("assert_")} | {"assert_recoverable"}
    assert helpers <= have
    assert set(LAWS) <= have
