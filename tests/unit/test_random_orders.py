"""Random orders: the same ones each time, all kinds of them, and only among what can run."""

from __future__ import annotations

import itertools

import pytest

from pytest_taskfail.explore import random_orders
from pytest_taskfail.explore.random_orders import DEPTH, as_schedule, orders, threads_in
from pytest_taskfail.model.traces import Choice


def golden(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(("0.0", "0.1", "0.2"), "0.0", True) for _ in range(count))


def play(picker: random_orders.Picker, steps: int = 4, threads: int = 3, limits: tuple[str, ...] = ()) -> list[str]:
    """A made-up program: each thread takes so many steps; any of them may be next."""
    left, order = {f"0.{n}": steps for n in range(threads)}, []
    while len(able := [name for name in left if left[name]]) > 1:
        chosen = picker((*able, *limits))
        assert chosen in (*able, *limits)
        order.append(chosen)
        if chosen in left:
            left[chosen] -= 1
    return order


def first(number: int, seed: int = 0, **options: bool) -> list[random_orders.Picker]:
    return list(itertools.islice(orders(golden(12), seed, **options), number))


def test_the_same_seed_gives_the_same_orders_and_another_seed_gives_others() -> None:
    once, again, other = ([play(picker) for picker in first(30, seed)] for seed in (7, 7, 8))
    assert once == again
    assert once != other


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_each_kind_of_order_meets_every_order_of_a_small_program(kind: int) -> None:
    met = {tuple(play(picker, steps=2, threads=2)) for picker in first(900)[kind::3]}
    every = {
        tuple(order[: next(n for n in range(1, 5) if 2 in (order[:n].count("0.0"), order[:n].count("0.1")))])
        for order in itertools.permutations(["0.0", "0.0", "0.1", "0.1"])
    }
    assert met == every


def test_by_priority_a_thread_goes_on_until_it_falls() -> None:
    for picker in first(300)[::3]:
        order = play(picker, steps=9)
        ends = sum(order.count(name) == 9 for name in set(order))
        changes = sum(one != other for one, other in itertools.pairwise(order))
        assert changes <= DEPTH - 1 + ends


def test_a_thread_that_starts_threads_goes_on_first_in_every_third_order() -> None:
    for picker in first(30)[1::3]:
        assert [picker(("0.1", "0")), picker(("0.1", "0.1.0")), picker(("0.1.0", "0.1"))] == ["0", "0.1", "0.1"]


def test_time_limits_run_out_only_where_they_may() -> None:
    with_limits = [name for picker in first(90) for name in play(picker, limits=("0.9!",))]
    without = [name for picker in first(90, expiry=False) for name in play(picker, limits=("0.9!",))]
    assert "0.9!" in with_limits
    assert "0.9!" not in without


def test_a_run_is_had_again_by_its_deviations() -> None:
    choices = (Choice(("0", "0.1"), "0", True), Choice(("0", "0.1"), "0.1", True), Choice(("0.1", "0", "0.2!"), "0.2!", False))
    assert as_schedule(choices).deviations == ((1, "0.1"), (2, "0.2!"))
    assert threads_in(choices) == 3
