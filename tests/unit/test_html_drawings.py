"""The drawings of a finding: the timeline with a lane for each task, and who waits for whom."""

from __future__ import annotations

import re
from typing import Any

from made_reports import Reader, data_of, made

from pytest_taskfail.model.traces import Event, Place, Trace, Wait
from pytest_taskfail.report.html.graph import graph
from pytest_taskfail.report.html.timeline import LANES_MAX, ROWS_MAX, timeline

HERE = Place("a.py", 3)


def finding(*events: Event, waits: tuple[Wait, ...] = ()) -> dict[str, Any]:
    return data_of(made(trace=Trace(events=events, waits=waits)))["findings"][0]  # type: ignore[no-any-return]


def rows(text: str) -> list[str]:
    """What each row of a timeline says."""
    return [Reader(row).text for row in re.findall(r"<tr.*?</tr>", text)[1:]]


def lanes(text: str) -> list[str]:
    """The lanes beside each row."""
    return re.findall(r'<td class="lanes">(.*?)</td>', text)


# -- the timeline ------------------------------------------------------------------------------------------------------


def test_the_timeline_says_what_each_task_did_and_ends_with_who_is_stuck() -> None:
    assert rows(timeline(data_of(made())["findings"][0])) == [
        "0 s test starts pay#0 shop.py:17",
        "test starts pay#1 shop.py:17",
        "pay#0 begins",
        "pay#0 takes the lock shop.py:13 shop.py:16",
        "0.5 s pay#0 fault: raise ConnectionError shop.py:17",
        "pay#0 ends with ConnectionError",
        "pay#1 begins",
        "pay#1 waits for Lock shop.py:13 shop.py:16",
        "test waits for the tasks of the ThreadPoolExecutor to end shop.py:17",
    ]


def test_a_lock_is_a_bar_from_where_it_is_taken_to_where_it_is_given_back() -> None:
    text = timeline(
        finding(
            Event("a#0", "start", "a"),
            Event("a#0", "takes", "", HERE, 0.0, "a.py:1 #0"),
            Event("a#0", "signal", "Event.set", HERE),
            Event("a#0", "frees", "", HERE, 0.0, "a.py:1 #0"),
            Event("a#0", "end", "a"),
        )
    )
    assert [row.count('class="held"') for row in lanes(text)] == [0, 1, 2, 1, 0]
    assert "gives the lock a.py:1 back" in Reader(text).text


def test_a_lock_that_is_never_given_back_is_a_bar_to_the_end() -> None:
    drawn = lanes(timeline(data_of(made())["findings"][0]))
    assert [row.count('class="held"') for row in drawn] == [0, 0, 0, 1, 2, 2, 2, 2, 2]


def test_a_reentrant_lock_taken_twice_is_free_when_it_is_given_back() -> None:
    taken = Event("a#0", "takes", "", HERE, 0.0, "a.py:1 #0")
    text = timeline(finding(taken, taken, Event("a#0", "frees", "", HERE, 0.0, "a.py:1 #0"), Event("a#0", "end", "a")))
    assert 'class="held"' not in lanes(text)[-1]


def test_the_fault_is_marked_in_its_lane_and_its_row() -> None:
    text = timeline(data_of(made())["findings"][0])
    assert [number for number, row in enumerate(lanes(text)) if "mark fault" in row] == [4]
    assert text.count('<tr class="fault">') == 1


def test_a_task_has_no_lane_before_it_is_started_and_none_after_its_end() -> None:
    text = timeline(finding(Event("test", "submit", "a#0", HERE), Event("a#0", "end", "a"), Event("test", "signal", "x", HERE)))
    assert [row.count('class="life"') for row in lanes(text)] == [2, 3, 2]


def test_events_that_are_not_known_are_shown_as_they_are() -> None:
    assert rows(timeline(finding(Event("a#0", "explodes", "loudly", HERE)))) == ["0 s a#0 explodes loudly a.py:3"]


def test_a_long_timeline_shows_its_beginning_its_fault_and_its_end() -> None:
    steps = [Event("a#0", "signal", f"step{number}", HERE) for number in range(190)]
    steps[100] = Event("a#0", "fault", "raise OSError", HERE)
    text = timeline(finding(*steps))
    assert len(lanes(text)) <= ROWS_MAX
    said = Reader(text).text
    assert "step0 " in said
    assert "fault: raise OSError" in said
    assert "step189 " in said
    gaps = re.findall(r"… (\d+) events? not shown", said)
    assert sum(map(int, gaps)) == 190 - len(lanes(text))


def test_of_many_tasks_those_of_the_fault_have_a_lane() -> None:
    steps = [Event(f"a#{number}", "start", "a") for number in range(50)]
    text = timeline(finding(*steps, Event("a#40", "fault", "raise OSError", HERE)))
    names = re.findall(r"<span>(.*?)</span>", text)
    assert len(names) == LANES_MAX
    assert "a#40" in names
    assert f"Left out here: {50 - LANES_MAX} tasks." in Reader(text).text


def test_an_experiment_of_which_nothing_is_known_has_no_timeline() -> None:
    assert timeline(finding()) == ""
    assert timeline({"law": "hang", "evidence": []}) == ""


# -- who waits for whom ------------------------------------------------------------------------------------------------


def waits(*given: Wait) -> list[dict[str, Any]]:
    return finding(waits=given)["waits"]  # type: ignore[no-any-return]


def title(text: str) -> str:
    return re.findall(r"<title>(.*?)</title>", text)[0]


def test_the_graph_says_who_waits_for_what_held_by_whom() -> None:
    text = graph(data_of(made())["findings"][0]["waits"])
    assert title(text) == "pay#1 waits for Lock shop.py:13; test waits for pay#1; Lock shop.py:13 is held by pay#0"
    assert "ended with ConnectionError" in Reader(text).text
    assert text.count('class="node task') == 3
    assert text.count('class="node lock') == 1


def test_those_who_wait_stand_left_of_what_they_wait_for() -> None:
    text = graph(data_of(made())["findings"][0]["waits"])
    x = {
        name: int(at)
        for name, at in re.findall(r'<text class="name" x="(\d+)"[^>]*>(.*?)</text>', text)
        for name, at in [(at, name)]
    }
    assert x["test"] < x["pay#1"] < x["Lock shop.py:13"] < x["pay#0"]


def test_a_circle_of_waits_is_drawn_as_one() -> None:
    a = Wait("a#0", "for Lock x.py:1", HERE, "b#0", "", HERE)
    b = Wait("b#0", "for Lock x.py:2", HERE, "a#0", "", HERE)
    text = graph(waits(a, b))
    assert title(text) == (
        "a#0 waits for Lock x.py:1; b#0 waits for Lock x.py:2; Lock x.py:1 is held by b#0; Lock x.py:2 is held by a#0"
    )
    assert text.count('class="edge') == 4
    width, height = map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', text)[0])
    for x, y in re.findall(r"[ MLC](-?\d+),(-?\d+)", text):
        assert -1 <= float(x) <= width
        assert -1 <= float(y) <= height


def test_a_task_that_waits_for_another_or_for_itself_needs_no_lock_between() -> None:
    assert title(graph(waits(Wait("test", "for a#0", HERE), Wait("a#0", "for Event x.py:1 to be set", HERE)))) == (
        "test waits for a#0; a#0 waits for Event x.py:1 to be set"
    )
    alone = graph(waits(Wait("a#0", "for Lock x.py:1", HERE, "a#0", "", HERE)))
    assert title(alone) == "a#0 waits for Lock x.py:1; Lock x.py:1 is held by a#0"


def test_where_nobody_waits_or_a_crowd_does_there_is_no_graph() -> None:
    assert graph([]) == ""
    crowd = [Wait(f"a#{number}", f"for Event x.py:{number}", HERE) for number in range(40)]
    assert graph(waits(*crowd)) == ""


def test_a_task_that_waits_for_several_is_tied_to_each() -> None:
    group = Wait("day#0", "for the tasks of its group: a#0, b#0", HERE)
    both = [Wait(f"{name}#0", "for Lock x.py:1", HERE, "c#0", "ended with OSError", HERE) for name in "ab"]
    assert "day#0 waits for a#0; day#0 waits for b#0" in title(graph(waits(group, *both)))


def test_a_long_place_loses_its_folders_first_and_the_title_of_its_box_has_all_of_it() -> None:
    far = Place("src/shop/orders/warehouse.py", 1234)
    text = graph(waits(Wait("a#0", "for Lock src/shop/orders/warehouse.py:7", far, "b#0", "", far)))
    assert ">at warehouse.py:1234</text>" in text
    assert ">Lock warehouse.py:7</text>" in text
    assert "<title>a#0 at src/shop/orders/warehouse.py:1234</title>" in text
