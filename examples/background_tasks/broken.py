"""Background tasks on asyncio: a registry, metrics, a context that every log line carries, error handlers and retries.

The mistakes: only a task that succeeds leaves the registry; a cancelled one counts as neither completed nor failed; an
error handler that fails takes the bookkeeping with it; a cancelled attempt is repeated; the callback that logs a failure
runs outside of the task's context; and a workflow whose optional step is cancelled forgets that it has taken the money.
"""

import asyncio
import contextvars
import itertools
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import structlog
from structlog.contextvars import bind_contextvars, get_contextvars
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_not_exception_type,
    stop_after_attempt,
    wait_fixed,
)

T = TypeVar("T")
log = structlog.get_logger()


class Permanent(Exception):
    """A failure that another attempt will not mend."""


@dataclass
class TaskMetrics:
    """What is known of a task. Once it is over, exactly one of `completed_at`, `error_at` and `cancelled_at` is set.

    Times are seconds since the epoch.
    """

    task_id: str
    name: str
    context: Mapping[str, Any]
    created_at: float = field(default_factory=time.time)
    started_at: float | None = None
    completed_at: float | None = None
    error_at: float | None = None
    cancelled_at: float | None = None
    error: BaseException | None = None
    retry_count: int = 0


ErrorHandler = Callable[[Exception, TaskMetrics], Awaitable[None]]
_current: contextvars.ContextVar[TaskMetrics] = contextvars.ContextVar("current_task_metrics")


class BackgroundTaskManager:
    """Starts tasks and keeps account of them.

    `running` has the tasks that are not over, `metrics` all tasks since the last `cleanup_completed_tasks`.
    """

    def __init__(self) -> None:
        self.running: dict[str, asyncio.Task[Any]] = {}
        self.metrics: dict[str, TaskMetrics] = {}
        self._handlers: dict[str, ErrorHandler] = {}
        self._numbers = itertools.count(1)

    def register_error_handler(self, task_type: str, handler: ErrorHandler) -> None:
        """Have `handler` awaited when a task of this name fails, before the task ends. Its own failure is only logged."""
        self._handlers[task_type] = handler

    def execute_task(self, func: Callable[..., Awaitable[T]], name: str, /, **kwargs: Any) -> asyncio.Task[T]:
        """Start `func(**kwargs)` in the background.

        The task runs in a copy of the caller's context and keeps its correlation id; without one it gets a new one.
        """
        task_id = f"{name}-{next(self._numbers)}"
        correlation_id = get_contextvars().get("correlation_id") or uuid.uuid4().hex
        context = {**get_contextvars(), "correlation_id": correlation_id, "task_id": task_id}
        metrics = self.metrics[task_id] = TaskMetrics(task_id, name, context)
        task = asyncio.create_task(self._run(metrics, func, kwargs), name=task_id)
        self.running[task_id] = task
        task.add_done_callback(_log_failure)
        return task

    def execute_task_with_retry(
        self, func: Callable[..., Awaitable[T]], name: str, /, max_retries: int = 3, retry_delay: float = 1.0, **kwargs: Any
    ) -> asyncio.Task[T]:
        """The same; a failed call is repeated up to `max_retries` times, `retry_delay` seconds later each time.

        A cancellation is not a failure: it ends the task. So does `Permanent`. When all attempts have failed, the
        task fails with the last error.
        """

        async def attempts(**kwargs: Any) -> T:
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(max_retries + 1),
                wait=wait_fixed(retry_delay),
                retry=retry_if_not_exception_type(Permanent),
                before_sleep=_note_retry,
                reraise=True,
            ):
                with attempt:
                    return await func(**kwargs)
            raise AssertionError("the last attempt returns or raises")

        return self.execute_task(attempts, name, **kwargs)

    def cleanup_completed_tasks(self) -> list[TaskMetrics]:
        """Forget the tasks that are over, and return what is known of them."""
        return [self.metrics.pop(task_id) for task_id in list(self.metrics) if task_id not in self.running]

    async def _run(self, metrics: TaskMetrics, func: Callable[..., Awaitable[T]], kwargs: dict[str, Any]) -> T:
        _current.set(metrics)
        bind_contextvars(**metrics.context)
        metrics.started_at = time.time()
        log.info("task started")
        try:
            result = await func(**kwargs)
        except Exception as error:
            handler = self._handlers.get(metrics.name)
            if handler is not None:
                await handler(error, metrics)
            metrics.error_at, metrics.error = time.time(), error
            raise
        metrics.completed_at = time.time()
        del self.running[metrics.task_id]
        log.info("task completed")
        return result


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task failed", error=repr(error))


def _note_retry(state: RetryCallState) -> None:
    metrics = _current.get()
    metrics.retry_count += 1
    log.warning("task retried", retry=metrics.retry_count)


class Payments(Protocol):
    """Takes the money: another system, which can fail. Charging the same order twice takes the money once."""

    async def charge(self, order: str) -> str: ...


class Mail(Protocol):
    """Writes to the customer: another system, which can fail."""

    async def confirm(self, order: str, receipt: str) -> None: ...


async def process_order(manager: BackgroundTaskManager, payments: Payments, mail: Mail, order: str) -> dict[str, Any]:
    """Charge an order, which is critical and tried again, then confirm it, which is optional.

    Returns:
        `{"status": "completed", ...}`, or `{"status": "partial_failure", ...}` where the confirmation failed or was
        cancelled: the money has been taken all the same, and somebody has to know.
    """
    charging = manager.execute_task_with_retry(payments.charge, "charge", max_retries=2, retry_delay=0.5, order=order)
    receipt = await charging
    confirming = manager.execute_task(mail.confirm, "confirm", order=order, receipt=receipt)
    try:
        await confirming
    except Exception as error:
        return {"status": "partial_failure", "receipt": receipt, "failed": {"confirm": repr(error)}}
    return {"status": "completed", "receipt": receipt}
