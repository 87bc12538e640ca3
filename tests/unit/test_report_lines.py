"""A finding as text: the verdict first, at most forty lines, with the line that replays it."""

from __future__ import annotations

import math

import pytest

from pytest_taskfail import laws
from pytest_taskfail.explore.results import Report
from pytest_taskfail.model.faults import Cancel, Delay, Drop, Duplicate, Expire, Fault, Hold, Raise, Twice
from pytest_taskfail.model.findings import LAWS, Finding, Story
from pytest_taskfail.model.plans import Injection, Plan
from pytest_taskfail.model.points import Point, Selector
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Event, HandlerFailure, Injected, Place, Trace, Wait
from pytest_taskfail.report import text, words
from pytest_taskfail.report.story import _heads, page

CLEAN = Trace()
HERE = Place("orders.py", 12, "charge")
CHARGE = Point("call", "Gateway.charge", "charge#1")
PLAN = Plan((Injection(Raise(ConnectionError), CHARGE),))


def story(
    law: str = "deadlock",
    plan: Plan = PLAN,
    schedule: Schedule = Schedule(),
    trace: Trace = CLEAN,
    lines: tuple[str, ...] = ("a#0  x",),
) -> Story:
    return Story(Finding(law, lines), plan, schedule, trace)


def test_the_verdict_says_law_fault_and_task() -> None:
    assert words.verdict(story()) == "taskfail: DEADLOCK when Gateway.charge raises ConnectionError in task charge#1"
    assert words.verdict(story(plan=Plan())) == "taskfail: DEADLOCK without any fault"
    deviation = Schedule(((3, "0.1"),))
    assert (
        words.verdict(story(plan=Plan(), schedule=deviation))
        == "taskfail: DEADLOCK without any fault, only by another order of threads"
    )
    assert words.verdict(story(schedule=deviation)).endswith("in task charge#1, in another order of threads")
    late = words.verdict(story("strict", plan=Plan()))
    assert late == "taskfail: TEST FAILED without any fault, only where threads begin late"
    stall = Schedule(((3, "0!1"),))
    assert words.verdict(story(plan=Plan(), schedule=stall)).endswith("only because the event loop stalls for a moment")


def test_the_verdict_says_that_a_time_limit_runs_out() -> None:
    expires, both = Schedule(((3, "0.1!"),)), Schedule(((3, "0.1!"), (5, "0")))
    assert words.verdict(story(plan=Plan(), schedule=expires)).endswith("without any fault, only because a time limit runs out")
    assert words.verdict(story(plan=Plan(), schedule=both)).endswith("another order of threads, in which a time limit runs out")
    assert words.verdict(story(schedule=expires)).endswith("in task charge#1, and a time limit runs out")
    assert words.verdict(story(schedule=both)).endswith("in another order of threads, and a time limit runs out")


def test_a_timer_of_threading_fires_and_has_no_time_limit() -> None:
    at = Point("timer", "Timer@flush", "flush#0")
    assert words.say(Injection(Expire(), at)) == "the timer that calls flush fires at once"
    late = words.say(Injection(Expire(late=True), at))
    assert late == "the timer that calls flush fires just as it is cancelled"


def test_where_the_run_without_any_fault_is_a_finding_nothing_else_was_tried() -> None:
    assert text.not_tried(Report(stories=[story(plan=Plan())])) == "anything else, as the run without any fault was enough"
    assert text.not_tried(Report(stories=[story()])) == "other schedules, as a fault was found first"


def test_of_no_faults_in_the_sweep_nothing_is_said_to_be_tried() -> None:
    assert text.smallest(story(), Report(swept=0)) == "1 fault"
    assert text.smallest(story(), Report(swept=6)) == "1 fault of 6 tried"


def test_long_names_of_columns_keep_what_tells_them_apart() -> None:
    long = "test_a_campaign_of_many_letters#0"
    assert _heads(["test", f"{long}/send#0", f"{long}/send#1"], 20) == ["test", "send#0", "send#1"]
    assert _heads([f"{long}/send#0/log#0", f"{long}/send#1/log#0"], 20) == ["..ers#0/send#0/log#0", "..ers#0/send#1/log#0"]
    assert _heads([long], 20) == [f"..{long[-18:]}"]


def test_a_timer_that_has_started_itself_again_and_again_has_a_short_name() -> None:
    path = "/".join(["main#0", *["tick#0"] * 61])
    told = page(story(lines=(f"{path}  waits", "a#0/a#0/b#1  waits")), (), 120)
    assert "main#0/tick#0/(59 more)/tick#0  waits" in told
    assert "a#0/a#0/b#1" in told


@pytest.mark.parametrize("law", LAWS)
def test_every_law_has_a_verdict_of_one_line(law: str) -> None:
    assert words.verdict(story(law)).startswith(f"taskfail: {LAWS[law]} when ")
    assert "\n" not in words.verdict(story(law))


@pytest.mark.parametrize(
    ("fault", "at", "said"),
    [
        (Raise(OSError, after=True), CHARGE, "Gateway.charge raises OSError after its effect in task charge#1"),
        (Raise(OSError, always=True), CHARGE, "Gateway.charge raises OSError every time in task charge#1"),
        (Raise(OSError), Point("start", "fetch", "fetch#2"), "task fetch#2 raises OSError at its start"),
        (Cancel(), Point("start", "fetch", "fetch#2"), "task fetch#2 is cancelled before its first step"),
        (Cancel(), Point("await", "sleep@run", "run#0"), "task run#0 is cancelled while run awaits sleep"),
        (
            Cancel(scope=True),
            Point("await", "sleep@run", "run#0"),
            "the anyio scope that task run#0 is in is cancelled while run awaits sleep",
        ),
        (
            Cancel(late=True),
            Point("await", "Queue.get@run", "run#0"),
            "task run#0 is cancelled while run awaits Queue.get, just as that ends",
        ),
        (Raise(OSError), Point("await", "Queue.get@run", "run#0"), "Queue.get raises OSError while run awaits it in task run#0"),
        (Raise(OSError), Point("end", "fetch", "fetch#2"), "task fetch#2 raises OSError at its end, its work done"),
        (Raise(OSError), Selector.parse("start:fetch#2"), "task fetch#2 raises OSError at its start"),
        (Raise(OSError), Selector.parse("call:Gateway.charge"), "Gateway.charge raises OSError"),
        (Raise(OSError), Selector.parse("call:step2 in work"), "step2 raises OSError in task work"),
        (Hold(), Point("acquire", "Lock@add", "add#0"), "task add#0 keeps the Lock of add for a while"),
        (Hold(2.5), Point("acquire", "Lock@add", "add#0"), "somebody else holds the Lock of add 2.5 s in task add#0"),
        (Hold(), Point("acquire", "Barrier@add", "add#0"), "task add#0 is late for a while at the Barrier of add"),
        (Hold(60), Point("acquire", "Barrier@add", "add#0"), "task add#0 is late 60 s at the Barrier of add"),
        (Hold(math.inf), Point("acquire", "Lock@add", "add#0"), "somebody else holds the Lock of add for ever in task add#0"),
        (Expire(), Point("timer", "Queue.get@ask", "ask#0"), "the time limit of Queue.get in ask runs out in task ask#0"),
        (
            Expire(late=True),
            Point("timer", "Queue.get@ask", "ask#0"),
            "the time limit of Queue.get in ask runs out just as it ends in task ask#0",
        ),
        (Drop(), Point("signal", "Event.set@tell", "tell#0"), "Event.set is lost in task tell#0"),
        (Duplicate(), Point("signal", "Event.set@tell", "tell#0"), "Event.set comes twice in task tell#0"),
        (Delay(2.5), Point("signal", "Event.set@tell", "tell#0"), "Event.set comes 2.5 s later in task tell#0"),
        (Twice(), Point("start", "fetch", "fetch#2"), "task fetch#2 is run twice"),
    ],
)
def test_how_a_fault_at_a_point_is_said(fault: Fault, at: Point | Selector, said: str) -> None:
    assert words.say(Injection(fault, at)) == said


def busy(count: int) -> Trace:
    """A trace in which everything there can be is there many times."""
    events = [
        Event(f"charge#{n % 9}", kind, "charge", HERE) for n in range(count) for kind in ("start", "takes", "call", "signal")
    ]
    events.insert(len(events) // 2, Event("charge#1", "fault", "raise ConnectionError", HERE, note=f"@ {CHARGE}"))
    return Trace(
        events=tuple(events),
        injected=(Injected(Raise(ConnectionError), CHARGE, HERE, ""),),
        stopped="hang",
        waits=tuple(Wait(f"charge#{n}", "for Lock orders.py:3", HERE) for n in range(count)),
        stacks=tuple("\n".join(f"orders.py:{n} in charge" for n in range(20)) for _ in range(count)),
    )


@pytest.mark.parametrize("count", [1, 5, 100])
def test_a_finding_has_at_most_forty_lines_and_all_that_is_needed(count: int) -> None:
    trace = busy(count)
    (finding,) = laws.judge(trace, Trace())
    report = Report(swept=42, points=42, swept_points=42, doubts={f"doubt {n}": None for n in range(count)})
    story = Story(finding, PLAN, Schedule(), trace, same=3)
    shown = text.render(story, f'"{story.replay}"', report, "tests/test_orders.py::test_charge").splitlines()
    assert len(shown) <= 40
    assert shown[0] == "taskfail: HANG when Gateway.charge raises ConnectionError in task charge#1"
    assert shown[0] == words.verdict(Story(finding, PLAN, Schedule(), trace))
    whole = "\n".join(shown)
    assert (
        'pytest "tests/test_orders.py::test_charge" --taskfail-replay="raise ConnectionError @ call:Gateway.charge in charge#1"'
        in whole
    )
    assert "1 fault of 42 tried; 3 other experiments give the same finding" in whole
    assert "** raise ConnectionError" in whole
    assert "not tried" in whole


def test_a_message_of_many_lines_does_not_make_the_finding_longer() -> None:
    failure = HandlerFailure("charge#1", "TypeError: " + "\n".join("line" for _ in range(100)), HERE, "ConnectionError")
    trace = Trace(handler_failures=(failure,))
    (finding,) = laws.judge(trace, Trace())
    shown = text.render(Story(finding, PLAN, Schedule(), trace), '"--taskfail-replay=LINE"', Report(), "t.py::test").splitlines()
    assert len(shown) <= 40
    assert any("--taskfail-replay=" in line for line in shown)


def test_what_was_not_tried_is_said_with_the_option_that_raises_the_limit() -> None:
    assert text.not_tried(Report(points=42, swept_points=42, schedules=76, schedules_exhausted=True)) == (
        "nothing: 42 of 42 points, schedules with up to 2 preemptions (76)"
    )
    left = text.not_tried(Report(points=42, swept_points=40, left=7, schedules_exhausted=True))
    assert left == "7 faults (40 of 42 points were swept; --taskfail-budget raises the limit)"
    assert "schedules with more than 1 deviation (--taskfail-budget" in text.not_tried(Report(deviations_complete=1))
    assert "3 points of the test's own code (@pytest.mark.taskfail tries them)" in text.not_tried(Report(spared=3))
    assert "1 unstable point, for instance x" in text.not_tried(Report(unstable=["x"], schedules_exhausted=True))


def test_the_certificate_is_one_line() -> None:
    line = text.certificate(Report(points=4, swept_points=4, swept=9, schedules=12, schedules_exhausted=True))
    assert line == "4 of 4 points swept, 9 faults; 12 schedules (all with up to 2 preemptions)"
    assert "best effort: it waits" in text.certificate(Report(doubts={"it waits": None}))


def test_the_certificate_names_random_orders_with_threads_choices_and_depth() -> None:
    report = Report(swept=4, points=2, swept_points=2, schedules=30, deviations_complete=1)
    report.random_orders, report.threads, report.choices = 120, 5, 28
    assert text.certificate(report) == (
        "2 of 2 points swept, 4 faults; 30 schedules (complete up to 1 deviation); 120 random orders (n=5, k=28, d=4)"
    )
