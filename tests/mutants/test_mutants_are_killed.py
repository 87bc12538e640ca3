"""A small part of the mutants, on every run; `python dev.py mutants` is the whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import score
from judging import BROKEN, KILLED, SURVIVED, Verdict, judge
from programs import Program, programs

PART = ["laws/broken_handler", "helpers/fan_in", "helpers/order"]


def program(name: str) -> Program:
    (found,) = programs([name])
    return found


@pytest.mark.parametrize("name", PART)
def test_mutants_are_killed_but_for_those_with_a_reason(name: str) -> None:
    chosen = program(name)
    equivalent, survivors = score.told()
    known = {one.partition(": ")[2] for one in [*equivalent, *survivors] if one.startswith(f"{name}: ")}
    judged = [(chosen, verdict) for verdict in judge(chosen, chosen.mutants(), known)]
    assert list(score.problems(judged, equivalent, survivors, whole=False)) == []
    assert Counter(verdict.what for _, verdict in judged)[KILLED] > 1


def test_a_law_that_sees_no_fault_lets_its_mutants_live() -> None:
    blind = program("laws/broken_handler")._replace(options=("--taskfail-faults=none",))
    mutants = blind.mutants()
    verdicts = judge(blind, mutants, {one.name for one in mutants})
    assert {verdict.what for verdict in verdicts} == {SURVIVED}
    said = list(score.problems([(blind, one) for one in verdicts], {}, {}, whole=False))
    assert said[0] == ("laws/broken_handler: visit acquired-in-try#0  survives; mend the law, or explain it in verdicts.toml")


def test_a_correct_program_that_is_accused_ends_it(tmp_path: Path) -> None:
    wrong = tmp_path / "test_wrong.py"
    wrong.write_text("def test_wrong(taskfail):\n    taskfail.assert_retried('nothing')\n")
    with pytest.raises(SystemExit, match=r"wrong: the correct program does not pass: .*no attempt of 'nothing' was seen"):
        judge(Program("wrong", "assert_retried", wrong, ()), [])


JUDGED = [
    (program("laws/orphan"), Verdict("a", KILLED, ("orphan",))),
    (program("laws/orphan"), Verdict("b", SURVIVED, ())),
    (program("laws/orphan"), Verdict("c", SURVIVED, ())),
    (program("helpers/order"), Verdict("d", KILLED, ("order",))),
    (program("helpers/order"), Verdict("e", BROKEN, ("AssertionError",))),
]


def test_the_table_counts_equivalent_mutants_apart() -> None:
    assert list(score.table(score.rows(JUDGED, {"laws/orphan: c": "the same"}))) == [
        "              mutants  killed  survived  equivalent  fail anyway    score",
        "orphan              3       1         1           1            0    50.0%",
        "assert_order        2       1         0           0            1   100.0%",
        "all                 5       2         1           1            1    66.7%",
    ]


def test_why_mutants_live_is_said_of_each_survivor_and_of_the_equivalent_ones_on_request() -> None:
    equivalent, survivors = {"laws/orphan: c": "the same"}, {"laws/orphan: b": "not yet"}
    assert list(score.explained(JUDGED, equivalent, survivors, every=False)) == [
        "laws/orphan: b: not yet",
        "1 is equivalent: no fault tells it from the program; -v prints the reason",
    ]
    assert list(score.explained(JUDGED, equivalent, survivors, every=True)) == [
        "laws/orphan: b: not yet",
        "laws/orphan: c: the same",
    ]


def test_what_is_not_as_it_was_told_is_named() -> None:
    equivalent = {"laws/orphan: a": "the same", "laws/orphan: c": "the same", "laws/gone: x": "the same"}
    assert list(score.problems(JUDGED, equivalent, {"helpers/order: d": "not yet"}, whole=True)) == [
        "laws/orphan: a  is called equivalent, and orphan kills it (orphan); take it out of verdicts.toml",
        "laws/orphan: b  survives; mend the law, or explain it in verdicts.toml",
        "helpers/order: d  is killed now (order); take it out of verdicts.toml",
        "laws/gone: x  does not exist any more; take it out of verdicts.toml",
    ]
