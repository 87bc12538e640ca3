"""What a file tells besides the findings: every experiment of the sweep, and what the experiment of a finding has seen."""

from __future__ import annotations

import json

from made_reports import CHARGE, FINDING, HERE, TAKE, case, data_of, made

from pytest_taskfail.explore.tried import VERDICTS, Tried, tried
from pytest_taskfail.model.faults import Hold, Raise
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.traces import Event, Trace
from pytest_taskfail.report import details
from pytest_taskfail.report.files import as_document
from pytest_taskfail.report.json import as_data


def test_each_experiment_of_the_sweep_is_told_with_what_came_of_it() -> None:
    late = Tried(case(TAKE, Raise(OSError)), "not tried")
    odd = Tried(case(CHARGE, Hold()), "unfired")
    told = details.sweep(made(tries=(late, odd)))
    assert [point["point"] for point in told["points"]] == [str(CHARGE), str(TAKE)]
    assert told["points"][0] == {
        "point": "call:Fake.charge in pay#0", "place": "shop.py:17", "why": "it can fail", "equal": 5, "after": "",
    }  # fmt: skip
    assert told["faults"] == ["raise ConnectionError", "hold", "raise OSError"]
    assert told["tried"] == [
        {"point": 0, "fault": 0, "verdict": "finding", "findings": [0]},
        {"point": 1, "fault": 1, "verdict": "passed", "findings": []},
        {"point": 1, "fault": 2, "verdict": "not tried", "findings": []},
        {"point": 0, "fault": 1, "verdict": "unfired", "findings": []},
    ]


def test_a_point_reached_because_of_a_fault_is_another_row_and_says_so() -> None:
    first = Plan().plus(Raise(OSError), TAKE)
    told = details.sweep(made(tries=(tried(case(CHARGE, Hold(), first), [], True),)))
    assert [point["after"] for point in told["points"]] == ["", "", f"raise OSError @ {TAKE}"]
    assert told["tried"][-1] == {"point": 2, "fault": 1, "verdict": "changed", "findings": []}


def test_what_cannot_be_judged_is_neither_a_pass_nor_a_finding() -> None:
    assert tried(case(CHARGE, Hold()), None, True).verdict == "unjudged"
    assert tried(case(CHARGE, Hold()), [FINDING], True).verdict == "finding"
    assert set(VERDICTS) == {"passed", "changed", "finding", "unfired", "unjudged", "not tried"}


def test_a_finding_tells_what_its_experiment_has_seen() -> None:
    (finding,) = data_of(made(output="charging"))["findings"]
    assert finding["faults"] == [{"fault": "raise ConnectionError", "point": str(CHARGE), "place": "shop.py:17", "seen_by": ""}]
    assert finding["events"][3] == {
        "task": "pay#0", "kind": "takes", "name": "", "place": "shop.py:16", "time": 0.0, "note": "shop.py:13 #0",
    }  # fmt: skip
    assert finding["events"][2]["place"] == ""
    assert finding["waits"][0] == {
        "task": "pay#1", "what": "for Lock shop.py:13", "place": "shop.py:16", "holder": "pay#0",
        "holder_ended": "ended with ConnectionError", "taken": "shop.py:16",
    }  # fmt: skip
    assert finding["stacks"] == ["pay#1\nshop.py:16 in pay: self.lock.acquire()"]
    assert (finding["output"], finding["virtual_seconds"], finding["events_left_out"]) == ("charging", 0.5, 0)
    assert finding["smallest"] == "1 fault of 2 tried; 2 other experiments give the same finding"


def test_a_long_story_keeps_its_beginning_its_fault_and_its_end() -> None:
    steps = [Event("pay#0", "signal", f"step {number}", HERE) for number in range(5000)]
    steps[3000] = Event("pay#0", "fault", "raise OSError", HERE)
    (finding,) = data_of(made(trace=Trace(events=tuple(steps))))["findings"]
    names = [event["name"] for event in finding["events"]]
    assert len(names) <= details.EVENTS_MAX
    assert len(names) + finding["events_left_out"] == 5000
    assert (names[0], names[-1]) == ("step 0", "step 4999")
    at = names.index("raise OSError")
    assert (names[at - 1], names[at + 1]) == ("step 2999", "step 3001")


def test_without_a_file_no_run_pays_for_the_details() -> None:
    short = as_data("test_shop.py::test_pay", made(), detailed=False)
    assert "sweep" not in short
    assert "events" not in short["findings"][0]


def test_a_file_is_plain_data_without_what_is_for_the_terminal_only() -> None:
    shown = {**data_of(made()), "texts": ["x"], "outputs": ["y"], "listing": []}
    alone = {"test": "test_shop.py::test_alone", "alone": True, "texts": [], "findings": []}
    document = as_document([shown, alone])
    assert json.loads(json.dumps(document)) == document
    assert document["version"] == 1
    assert document["about"]["plugin"].startswith("pytest-taskfail ")
    assert [test["test"] for test in document["tests"]] == ["test_shop.py::test_pay"]
    assert not {"texts", "outputs", "listing"} & set(document["tests"][0])
