"""Orders are charged and confirmed in the background, side by side."""

import asyncio
from collections.abc import Iterator, MutableMapping
from types import ModuleType
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.testing import capture_logs

from . import app

ORDERS = ("o1", "o2")
Lines = list[MutableMapping[str, Any]]


class Payments:
    """Stands in for the payment system; it knows an order that it has charged before, and notes when a call is cancelled."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.receipts: dict[str, str] = {}
        self.calls: list[tuple[str, str]] = []

    async def charge(self, order: str) -> str:
        self.calls.append((order, "begins"))
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.calls.append((order, "cancelled"))
            raise
        if self.errors:
            raise self.errors.pop(0)
        return self.receipts.setdefault(order, f"receipt-{order}")


class Mail:
    """Stands in for the mail system."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.sent: list[tuple[str, str]] = []

    async def confirm(self, order: str, receipt: str) -> None:
        await asyncio.sleep(0.01)
        if not self.works:
            raise ConnectionError("the mail system is down")
        self.sent.append((order, receipt))


class Pager:
    """Stands in for whoever is told of a failure."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def tell(self, error: Exception, metrics: app.TaskMetrics) -> None:
        await asyncio.sleep(0.01)
        self.told.append(metrics.name)


class Shop:
    """A manager, its surroundings, and the tasks that were started.

    Args:
        system: the module under test.
        mail_works: whether mail can be sent.
    """

    def __init__(self, system: ModuleType, mail_works: bool = True) -> None:
        self.workflow = system.process_order
        self.manager = system.BackgroundTaskManager()
        self.payments = Payments()
        self.mail = Mail(mail_works)
        self.pager = Pager()
        self.tasks: dict[str, asyncio.Task[Any]] = {}

    async def process(self) -> None:
        """Both orders as workflows."""
        for order in ORDERS:
            with bound_contextvars(correlation_id=f"request-{order}"):
                self.tasks[order] = self.manager.execute_task(
                    self.workflow, "order", manager=self.manager, payments=self.payments, mail=self.mail, order=order
                )
        await asyncio.wait(self.tasks.values())

    async def charge(self) -> None:
        """Both orders charged, the second with retries."""
        self.tasks["o1"] = self.manager.execute_task(self.payments.charge, "charge", order="o1")
        self.tasks["o2"] = self.manager.execute_task_with_retry(self.payments.charge, "charge", 2, 0.01, order="o2")
        await asyncio.wait(self.tasks.values())

    async def confirm(self) -> None:
        """Both orders confirmed."""
        for order in ORDERS:
            self.tasks[order] = self.manager.execute_task(self.mail.confirm, "confirm", order=order, receipt="paid in cash")
        await asyncio.wait(self.tasks.values())


def fate(task: asyncio.Task[Any]) -> str:
    """How a task has ended."""
    return "cancelled" if task.cancelled() else "completed" if task.exception() is None else "failed"


@pytest.fixture
def system() -> ModuleType:
    """The module under test."""
    return app


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines of the log."""
    with capture_logs(processors=[merge_contextvars]) as captured:
        yield captured


def test_orders_are_charged_and_confirmed(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    asyncio.run(shop.process())
    for order in ORDERS:
        assert shop.tasks[order].result() == {"status": "completed", "receipt": f"receipt-{order}"}
    assert sorted(shop.mail.sent) == [("o1", "receipt-o1"), ("o2", "receipt-o2")]
    assert (
        sorted(metrics.name for metrics in shop.manager.cleanup_completed_tasks())
        == ["charge"] * 2 + ["confirm"] * 2 + ["order"] * 2
    )
    assert {line["correlation_id"] for line in lines} == {"request-o1", "request-o2"}


def test_an_order_that_cannot_be_confirmed_is_a_partial_failure(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system, mail_works=False)
    shop.manager.register_error_handler("confirm", shop.pager.tell)
    asyncio.run(shop.process())
    for task in shop.tasks.values():
        assert task.result()["status"] == "partial_failure"
    assert shop.pager.told == ["confirm", "confirm"]
    for metrics in shop.manager.metrics.values():
        assert (metrics.error_at is not None) == (metrics.name == "confirm")


def test_a_charge_is_tried_again_unless_that_is_of_no_use(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    shop.payments = Payments(ConnectionError("busy"), system.Permanent("declined"))

    async def charge() -> None:
        shop.tasks["o1"] = shop.manager.execute_task_with_retry(shop.payments.charge, "charge", 2, 0.01, order="o1")
        await asyncio.wait(shop.tasks.values())

    asyncio.run(charge())
    assert isinstance(shop.tasks["o1"].exception(), system.Permanent)
    assert shop.manager.metrics["charge-1"].retry_count == 1


# From here on: true whatever fails and whatever is cancelled.


@pytest.mark.taskfail(budget=5)
def test_nothing_stays_in_the_registry(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    asyncio.run(shop.process())
    assert shop.manager.running == {}
    shop.manager.cleanup_completed_tasks()
    assert shop.manager.metrics == {}


@pytest.mark.taskfail(budget=5)
def test_the_metrics_say_how_each_task_ended(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    asyncio.run(shop.charge())
    for task, metrics in zip(shop.tasks.values(), shop.manager.metrics.values(), strict=True):
        times = {"completed": metrics.completed_at, "failed": metrics.error_at, "cancelled": metrics.cancelled_at}
        assert [what for what, at in times.items() if at is not None] == [fate(task)]
        assert metrics.created_at <= (metrics.started_at or metrics.created_at) <= max(at or 0.0 for at in times.values())


@pytest.mark.taskfail(budget=5)
def test_a_failure_is_accounted_for_even_if_its_handler_fails(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system, mail_works=False)
    shop.manager.register_error_handler("confirm", shop.pager.tell)
    asyncio.run(shop.confirm())
    for task, metrics in zip(shop.tasks.values(), shop.manager.metrics.values(), strict=True):
        if metrics.started_at is not None and fate(task) == "failed":
            error = task.exception()
            assert error is not None
            assert error.__context__ is None, "the handler's error hides the task's"
            assert metrics.error is error
            assert metrics.error_at is not None


@pytest.mark.taskfail(budget=5)
def test_a_cancelled_charge_is_not_tried_again(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    asyncio.run(shop.charge())
    for order, task in shop.tasks.items():
        calls = [what for which, what in shop.payments.calls if which == order]
        assert "cancelled" not in calls[:-1]
        assert calls.count("begins") <= (3 if order == "o2" else 1)
        assert task.cancelled() or not task.cancelling()


@pytest.mark.taskfail(budget=5)
def test_every_line_of_the_log_says_what_it_belongs_to(system: ModuleType, lines: Lines) -> None:
    shop = Shop(system)
    asyncio.run(shop.process())
    names = {metrics.task_id: metrics.context for metrics in shop.manager.metrics.values()}
    for line in lines:
        assert line.get("task_id") in names, line
        assert line.get("correlation_id") == names[line["task_id"]]["correlation_id"], line


@pytest.mark.taskfail(budget=5)
def test_a_charged_order_is_reported_with_its_receipt(system: ModuleType, lines: Lines) -> None:
    """Unless somebody cancels the workflow itself, or it fails, it ends with a status once its money has been taken."""
    shop = Shop(system)
    asyncio.run(shop.process())
    charged = {metrics.context["correlation_id"] for metrics in shop.manager.metrics.values() if metrics.name == "confirm"}
    for order, task in shop.tasks.items():
        if fate(task) == "cancelled" and not task.cancelling():
            assert f"request-{order}" not in charged, "nobody is told that the money was taken"
        if fate(task) == "completed":
            result = task.result()
            assert result["receipt"] == f"receipt-{order}"
            assert result["status"] in ("completed", "partial_failure")
            if result["status"] == "completed":
                assert (order, f"receipt-{order}") in shop.mail.sent
