"""Which orders of threads are tried with a fault: those about its time, the nearest first."""

from __future__ import annotations

from pytest_taskfail.explore.fault_orders import turns
from pytest_taskfail.explore.sweep import NEAR, Swept
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.traces import Choice, Injected, Place, Trace

PLAN = Plan.parse("raise OSError @ start:load#0")


def run_of(choices: int, fired_at: int) -> Trace:
    (injection,) = PLAN.injections
    fault = Injected(injection.fault, injection.at, Place(), "", fired_at)
    return Trace(injected=(fault,), choices=tuple(Choice(("0.1", "0.2"), "0.1", preempts=False) for _ in range(choices)))


def deviations(swept: Swept) -> list[int]:
    return [schedule.deviations[0][0] for _, schedule in turns([swept], expiry=False)]


def test_the_choices_next_to_the_fault_come_first() -> None:
    swept = Swept.of(PLAN, run_of(choices=6, fired_at=3))
    assert deviations(swept) == [3, 4, 2, 5, 1, 0]
    assert not swept.cut


def test_of_a_long_run_only_the_choices_about_the_fault_are_kept() -> None:
    swept = Swept.of(PLAN, run_of(choices=10 * NEAR, fired_at=5 * NEAR))
    assert sorted(deviations(swept)) == list(range(4 * NEAR, 6 * NEAR + 1))
    assert swept.cut


def test_each_plan_has_its_turn() -> None:
    other = Plan.parse("raise OSError @ start:load#1")
    both = [Swept(plan, Swept.of(PLAN, run_of(choices=2, fired_at=0)).choices) for plan in (PLAN, other)]
    assert [plan for plan, _ in turns(both, expiry=False)] == [PLAN, other, PLAN, other]
