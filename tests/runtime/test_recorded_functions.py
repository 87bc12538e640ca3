"""Recorded functions: the same outside of experiments, each call an event inside, in threads, coroutines, methods and copies."""

from __future__ import annotations

import asyncio
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from controlled_runs import Control

from pytest_taskfail.errors import PlanError
from pytest_taskfail.model.faults import Raise
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.record import record


def send(order: int, retries: int = 0) -> str:
    return f"sent {order}"


async def send_later(order: int) -> str:
    await asyncio.sleep(1)
    return f"sent {order}"


class Gateway:
    def charge(self, order: int) -> int:
        return order


recorded_here = record(send)


def noted(trace: Trace) -> list[tuple[str, str, str]]:
    kinds = ("attempt", "effect", "failure")
    return [(event.kind, event.name, event.note) for event in trace.events if event.kind in kinds]


def test_outside_of_experiments_it_is_the_function() -> None:
    recorded = record(send, key="order")
    assert recorded(7) == "sent 7"
    assert (recorded.__name__, recorded.__wrapped__) == ("send", send)
    assert asyncio.run(record(send_later)(7)) == "sent 7"


def test_calls_are_events_with_their_keys(control: Control) -> None:
    by_name, by_function = record(send, key="order"), record(send, key=lambda order: f"order {order}", name="post")

    def program() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(by_name, 7).result()
            pool.submit(by_function, 8).result()

    trace = control(program).trace
    assert noted(trace) == [
        ("attempt", "send", "7"),
        ("effect", "send", "7"),
        ("attempt", "post", "order 8"),
        ("effect", "post", "order 8"),
    ]
    assert [event.task for event in trace.events if event.kind == "effect"] == ["send#0", "send#1"]


def test_a_recorded_method_is_bound(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gateway, "charge", record(Gateway.charge, key="order"))
    trace = control(lambda: Gateway().charge(order=3)).trace
    assert noted(trace) == [("attempt", "Gateway.charge", "3"), ("effect", "Gateway.charge", "3")]


def test_a_coroutine_has_its_effect_when_it_returns(control: Control) -> None:
    later = record(send_later)

    async def main() -> list[str]:
        return await asyncio.gather(later(1), later(2))

    run = control(lambda: asyncio.run(main()))
    assert run.value == ["sent 1", "sent 2"]
    assert [kind for kind, *_ in noted(run.trace)] == ["attempt", "attempt", "effect", "effect"]
    if sys.version_info >= (3, 12):
        import inspect

        assert inspect.iscoroutinefunction(later)


def test_faults_strike_before_and_after_the_effect(control: Control) -> None:
    recorded = record(send)

    def program(found: list[Any]) -> None:
        with ThreadPoolExecutor(1) as pool:
            found.append(type(pool.submit(lambda: recorded(1)).exception()).__name__)

    for plan, kinds in (("raise OSError", ["attempt", "failure"]), ("raise OSError after", ["attempt", "effect"])):
        found: list[Any] = []
        trace = control(lambda found=found: program(found), f"{plan} @ call:send in lambda#0", probe=True).trace
        assert [kind for kind, *_ in noted(trace)] == kinds
        assert found == ["OSError"]


class Taken(Exception):
    pass


def reserve(seat: str, reserved: list[str]) -> str:
    if seat in reserved:
        raise Taken(seat)
    reserved.append(seat)
    return seat


def test_by_what_it_refuses_it_does_not_fail_after_its_effect(control: Control) -> None:
    recorded = record(reserve)

    def ask() -> str:
        try:
            return recorded("a1", [])
        except Taken:
            return ""

    def program() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(ask).result()

    trace = control(program, probe=True, menu=True, strict=True).trace
    (call,) = [one for one in trace.reached if one.point.name == "reserve"]
    exceptions = {(fault.exception, fault.after) for fault in call.faults if isinstance(fault, Raise)}
    assert {(Taken, False), (ConnectionError, False), (ConnectionError, True)} <= exceptions
    assert (Taken, True) not in exceptions


def test_a_result_can_mean_failure(control: Control) -> None:
    recorded = record(send, failed=lambda result: result == "sent 2")
    trace = control(lambda: [recorded(1), recorded(2)]).trace
    assert [event[::2] for event in noted(trace)][1::2] == [("effect", ""), ("failure", "returned sent 2")]


def test_it_travels_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(record(Gateway)))(), "of what it was made"
    copy = pickle.loads(pickle.dumps(record(send, key="order")))
    assert copy(7) == "sent 7"


def test_what_stands_where_the_function_stood_is_found_there(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = record(send)
    monkeypatch.setattr(sys.modules[__name__], "send", recorded)
    assert pickle.loads(pickle.dumps(recorded)) is recorded


def test_misuse_is_refused_in_words() -> None:
    with pytest.raises(PlanError) as caught:
        record(42)
    assert str(caught.value) == "taskfail.record: a int cannot be called; give a function"
    with pytest.raises(PlanError) as caught:
        record(send, key="number")
    assert str(caught.value) == "taskfail.record: key='number' is no argument of send; it has order, retries"
