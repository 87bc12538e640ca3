"""The report as a page: what it says, that it says it without colours, and that nothing in it is taken for HTML."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from made_reports import CHARGE, FINDING, TAKE, Reader, case, data_of, made

from pytest_taskfail.explore.results import Report
from pytest_taskfail.explore.tried import VERDICTS, Tried, tried
from pytest_taskfail.model.faults import Hold, Raise
from pytest_taskfail.model.findings import LAWS, Finding
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.points import Point
from pytest_taskfail.report.html.page import page
from pytest_taskfail.report.html.verdicts import letter_of, name_of, sign_of

EVIL = "<script>alert('1')</script>\"' onload=\"x\" & </pre></details> \x00\x1b[31m \udc80"


FAULTS = [{"test": "test_pay", "fault": f"raise OSError @ start:pay#{number}"} for number in range(5)]
SHOP_CLAUSES: list[dict[str, Any]] = [
    {"line": 9, "kind": "except", "text": "except OSError", "faults": FAULTS, "why_not": ""},
    {"line": 20, "kind": "finally", "text": "finally", "faults": [], "why_not": "no point lies in it"},
]
SHOP_HANDLERS = {"handlers": 2, "entered": 1, "percent": 50.0, "files": {"shop.py": SHOP_CLAUSES}}


def of(*tests: dict[str, Any], **more: Any) -> str:
    return page({"version": 1, "tests": list(tests), **more})


def not_explored(why: str = "it skips itself") -> dict[str, Any]:
    return data_of(Report(why_not=why), "test_shop.py::test_skips")


def clean(nodeid: str = "test_shop.py::test_fine") -> dict[str, Any]:
    report = Report(points=1, raw_points=1, swept_points=1, swept=1, experiments=3, schedules=4, schedules_exhausted=True)
    report.tried = [tried(case(TAKE, Hold()), [], False)]
    return data_of(report, nodeid)


def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere() -> None:
    text = of(data_of(made(output="x")), clean(), not_explored(), handlers=SHOP_HANDLERS)
    read = Reader(text)
    assert not read.of("link")
    assert not read.of("img")
    assert not [attributes for _, attributes in read.tags if "src" in attributes or "style" in attributes]
    assert {one["href"][0] for one in read.of("a") if one["href"]} == {"#"}
    assert not re.search(r"https?://|url\(|@import", text)


def test_every_link_leads_somewhere() -> None:
    read = Reader(of(data_of(made()), clean(), not_explored()))
    known = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(known) == len(set(known))
    assert {str(one["href"])[1:] for one in read.of("a")} <= set(known)


def test_the_policy_lets_run_only_what_the_page_came_with() -> None:
    text = of(clean())
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_names_messages_and_output_are_never_taken_for_html() -> None:
    report = made(
        output=EVIL, finding=Finding("strict", (f"test  {EVIL}\n  {EVIL}",), EVIL), tries=(Tried(case(TAKE, Hold()), EVIL),)
    )
    report.unstable, report.doubts = [EVIL], {EVIL: None}
    data = data_of(report, f"test_shop.py::test_pay[{EVIL}]")
    found = data["findings"][0]
    found["law"] = EVIL
    for name in ("verdict", "smallest", "replay"):
        found[name] = EVIL
    found["evidence"] = [EVIL, f"{EVIL}  {EVIL}"]
    found["stacks"] = [EVIL, f"{EVIL}\n{EVIL}"]
    for event in found["events"]:
        event.update(task=EVIL, name=EVIL, place=EVIL, note=EVIL)
    for wait in found["waits"]:
        wait.update(what=EVIL, task=EVIL, place=EVIL, holder_ended=EVIL)
    for one in found["faults"]:
        one.update(dict.fromkeys(one, EVIL))
    data["sweep"]["faults"] = [EVIL] * 2
    for point in data["sweep"]["points"]:
        point.update(point=EVIL, place=EVIL, why=EVIL, after=EVIL)
    clause = {"line": 1, "kind": EVIL, "text": EVIL, "faults": [{"test": EVIL, "fault": EVIL}], "why_not": EVIL}
    clauses = {"handlers": 1, "entered": 1, "percent": 100.0, "files": {EVIL: [clause]}}
    text = of(data, not_explored(EVIL), about={"plugin": EVIL}, handlers=clauses)
    text.encode()
    read = Reader(text)
    assert len(read.of("script")) == 1
    assert not [attributes for _, attributes in read.tags if "onload" in attributes]
    assert EVIL.split()[0] in read.text
    assert "\x00" not in text
    assert "\x1b" not in text


def test_the_first_line_says_how_it_went() -> None:
    def title(*tests: dict[str, Any]) -> str:
        return re.findall(r"<h1>(.*?)</h1>", of(*tests))[0]

    assert title(data_of(made()), clean()) == "1 finding in 1 of 2 tests"
    assert title(clean(), not_explored()) == "No finding in 1 test"
    assert title(not_explored()) == title() == "No test was explored"


def test_tests_with_findings_come_first_and_unfolded() -> None:
    text = of(not_explored(), clean(), data_of(made()))
    rows = re.findall(r'<tr data-test="([^"]*)"', text)
    assert rows == ["test_shop.py::test_pay", "test_shop.py::test_fine", "test_shop.py::test_skips"]
    tests = [one for one in Reader(text).of("details") if one["class"] == "test"]
    assert ["open" in one for one in tests] == [True, False, False]
    assert "not explored, as it skips itself" in text


def test_what_was_not_tried_is_said_with_the_option_that_raises_the_limit() -> None:
    report = made()
    report.left = 7
    assert "7 faults (2 of 2 points were swept; --taskfail-budget raises the limit)" in Reader(of(data_of(report))).text


def test_a_finding_tells_its_story() -> None:
    said = Reader(of(data_of(made(output="charging card 7")))).text
    for words in (
        "DEADLOCK when Fake.charge raises ConnectionError in task pay#0",
        "pay#0 ended with ConnectionError, still holds Lock shop.py:13",
        'pytest "test_shop.py::test_pay" --taskfail-replay="raise ConnectionError @ call:Fake.charge in pay#0"',
        "Smallest: 1 fault of 2 tried; 2 other experiments give the same finding.",
        "shop.py:16 in pay: self.lock.acquire()",
        "charging card 7",
        "nobody",
    ):
        assert words in said, words


# -- the table of experiments ------------------------------------------------------------------------------------------


def test_the_table_has_a_letter_for_each_experiment_and_a_legend() -> None:
    tries = (Tried(case(TAKE, Raise(OSError)), "not tried"), Tried(case(CHARGE, Hold()), "unfired"))
    text = of(data_of(made(tries=tries)))
    cells = re.findall(r'<td class="(bad|ok|left|odd)">(?:<a href="#([^"]+)"[^>]*>)?([^<]+)', text)
    assert cells == [("bad", "t0-0", "D"), ("odd", "", "?"), ("ok", "", "·"), ("left", "", "&ndash;")]
    said = Reader(text).text
    for words in ("deadlock 1", "no finding 1", "not tried 1", "the fault never fired: its point was not reached again 1"):
        assert words in said, words
    assert 'aria-label="deadlock: read its story"' in text


def test_a_pair_that_cannot_happen_is_an_empty_cell() -> None:
    (table,) = re.findall(r'<table class="matrix".*?</table>', of(data_of(made())))
    assert re.findall(r"<td.*?</td>", table)[1:3] == ["<td></td>"] * 2


def test_every_law_and_every_verdict_has_a_sign_of_its_own() -> None:
    letters = [letter_of(law) for law in LAWS]
    marks = [sign_of({"verdict": verdict, "findings": []}, []).mark for verdict in VERDICTS]
    assert len(set(letters) | set(marks)) == len(letters) + len(marks)
    assert letter_of("zombie") == "Z"
    assert name_of("leaked-lock") == "leaked lock"


def test_two_findings_of_one_experiment_show_a_plus() -> None:
    findings = [{"law": "deadlock"}, {"law": "leaked-lock"}]
    sign = sign_of({"verdict": "finding", "findings": [1, 0]}, findings)
    assert (sign.mark, sign.words) == ("L+", "leaked lock, deadlock")


def test_faults_behind_another_fault_stand_below_it() -> None:
    first = Plan().plus(Raise(OSError), TAKE)
    text = Reader(of(data_of(made(tries=(tried(case(CHARGE, Hold(), first), [], False),))))).text
    assert "reached because of raise OSError @ acquire:Lock@Shop.pay in pay#0" in text


def test_exceptions_are_shown_without_their_modules_unless_two_would_look_alike() -> None:
    data = data_of(made())
    data["sweep"]["faults"] = ["raise shop.Declined", "hold 1.5"]
    assert "<span>raise Declined</span>" in of(data)
    assert "<span>hold 1.5</span>" in of(data)
    data["sweep"]["faults"] = ["raise shop.Declined", "raise bank.Declined"]
    assert "<span>raise shop.Declined</span>" in of(data)


def test_a_place_outside_of_the_project_shows_no_folders_of_the_machine() -> None:
    data = data_of(made())
    data["sweep"]["points"][0]["place"] = "/home/me/venv/lib/pool.py:7"
    assert ">…/pool.py:7</th>" in of(data)


def test_a_long_table_folds_the_points_without_a_finding() -> None:
    many = tuple(tried(case(Point("call", f"f{number}", "pay#0"), Hold()), [], False) for number in range(60))
    text = of(data_of(made(tries=many)))
    assert "<summary>61 points without a finding</summary>" in text
    assert text.count('class="matrix"') == 2
    short = of(data_of(made()))
    assert "points without a finding" not in short


def test_ten_thousand_experiments_make_a_small_page() -> None:
    many = tuple(
        tried(case(Point("call", f"f{number}", "pay#0"), fault), [FINDING] if number % 500 == 0 else [], False)
        for number in range(2500)
        for fault in (Hold(), Raise(OSError), Raise(ValueError), Raise(OSError, always=True))
    )
    text = of(data_of(made(tries=many)))
    assert len(text) < 1_200_000
    Reader(text)


# -- failure paths -----------------------------------------------------------------------------------------------------


def test_failure_paths_are_shown_where_the_data_has_them() -> None:
    text = of(clean(), handlers=SHOP_HANDLERS)
    said = Reader(text).text
    assert "1 of 2 clauses that handle a failure were entered because of a fault." in said
    assert "no point lies in it" in said
    assert "and 2 more" in said
    assert said.index("except OSError") < said.index("no point lies in it")


@pytest.mark.parametrize("entries", [None, {"handlers": 0, "entered": 0, "percent": 100.0, "files": {}}])
def test_without_data_on_failure_paths_there_is_no_such_section(entries: Any) -> None:
    assert "Failure paths" not in of(clean(), handlers=entries)
