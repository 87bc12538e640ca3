"""Workers that end with an experiment do not stay in the lists of the user's modules."""

from __future__ import annotations

import sys
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from pytest_taskfail.runtime.reading.sources import Sources
from pytest_taskfail.runtime.registries import SIZE_MAX, Registries, reference, workers


class Worker:
    def __init__(self, alive: bool = False) -> None:
        self.alive = alive

    def is_alive(self) -> bool:
        return self.alive


class Handle:
    def __init__(self, worker: object) -> None:
        self.worker = worker


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Any]:
    module: Any = ModuleType("shop_of_the_user")
    module.__file__ = str(tmp_path / "shop.py")
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


@pytest.fixture
def files(tmp_path: Path) -> Sources:
    return Sources(str(tmp_path))


PUT: dict[str, tuple[Callable[[], Any], Callable[[Any, Any], object]]] = {
    "list": (list, lambda names, one: names.append(one)),
    "deque": (deque, lambda names, one: names.append(one)),
    "set": (set, lambda names, one: names.add(one)),
    "values": (dict, lambda names, one: names.update({id(one): one})),
    "keys": (OrderedDict, lambda names, one: names.update({one: id(one)})),
    "defaultdict": (lambda: defaultdict(int), lambda names, one: names.update({one: 1})),
}


@pytest.mark.parametrize(("make", "put"), PUT.values(), ids=PUT)
def test_a_worker_that_has_ended_is_taken_out_and_who_is_at_work_stays(
    shop: Any, files: Sources, make: Callable[[], Any], put: Callable[[Any, Any], object]
) -> None:
    shop.workers, old, ended, other = make(), Worker(), Worker(), Worker()
    put(shop.workers, old)
    registries = Registries(files)
    put(shop.workers, ended)
    put(shop.workers, other)
    registries.drop([old, ended])
    names = shop.workers
    left = {*names, *names.values()} if isinstance(names, dict) else set(names)
    assert {old, other} <= left
    assert ended not in left


def test_what_refers_to_such_a_worker_in_a_class_or_in_an_object_of_a_module(shop: Any, files: Sources) -> None:
    class Clerk:
        at_work: ClassVar[list[Any]] = []

    class Office:
        def __init__(self) -> None:
            self.clerks: list[Any] = []

    Clerk.__module__ = Office.__module__ = shop.__name__
    shop.Clerk, shop.office = Clerk, Office()
    registries, ended = Registries(files), Worker()
    for clerks in (Clerk.at_work, shop.office.clerks):
        clerks.extend([Handle(ended), Handle(Handle(ended)), "Ada", sys, Handle])
    registries.drop([ended])
    assert Clerk.at_work == shop.office.clerks == ["Ada", sys, Handle]


def test_what_has_no_such_worker_is_not_put_back(shop: Any, files: Sources) -> None:
    shop.made_once, shop.counters = None, {}
    registries = Registries(files)
    shop.made_once = shop.counters["paid"] = Handle("a counter that is known elsewhere, too")
    registries.drop([Worker()])
    assert shop.counters == {"paid": shop.made_once}


def test_tables_and_what_is_not_the_users_are_left_alone(shop: Any, files: Sources) -> None:
    ended: Any = Worker()
    shop.table = list(range(SIZE_MAX + 1))
    registries = Registries(files)
    shop.table.append(ended)
    sys.warnoptions.append(ended)
    registries.drop([ended])
    assert shop.table.pop() is sys.warnoptions.pop() is ended


def test_a_thread_that_goes_on_has_not_ended() -> None:
    ended, goes_on, owner = Worker(), Worker(alive=True), Worker()
    started = [(weakref.ref(ended), weakref.ref(owner)), (weakref.ref(goes_on), None), (None, None)]
    assert list(workers(started)) == [ended, owner]
    assert reference(None) is reference(1) is None
