"""Callbacks of event loops: what the user's code gives to `call_soon`, `call_later` or `add_done_callback` is a task of its own.

The loop logs what a callback raises and goes on, so half of the callback's work is never done. What a callback starts is named
as if there were no callback: a service that is started again by one is the same service.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from .. import control, real
from ..reading.functions import bare, code_of
from ..tasks import Task, name_of

if TYPE_CHECKING:
    from ..experiment import Experiment


def call_soon(stock: Any) -> Any:
    """`loop.call_soon`, which done callbacks go through too."""

    @functools.wraps(stock)
    def dispatch(self: Any, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        of_future = bool(args) and asyncio.isfuture(args[0])
        return stock(self, as_task(callback, of_future), *args, context=context)

    return dispatch


def as_task(callback: Callable[..., Any], of_future: bool = False) -> Callable[..., Any]:
    """The callback as a task, if it is the user's and an experiment runs.

    Args:
        of_future: whether a future has it called, now that it is done: whoever completes that has not asked for it.
    """
    experiment = control.active
    if experiment is None:
        return callback
    function = bare(callback)
    owner = getattr(function, "__self__", None)
    code = code_of(function)
    if code is None or not experiment.files.is_users(code) or isinstance(owner, asyncio.BaseProtocol):
        return callback
    me = experiment.scheduler.by_ident.get(real.get_ident())
    if me is None or me.task.of_wire:
        return callback
    user = None if of_future else experiment.locate(sys._getframe(1))[1]
    return _Callback(experiment, me.task, callback, function, user)


class _Callback:
    """A callback that knows which task has asked for it; asyncio's messages name it as what it is."""

    def __init__(
        self, experiment: Experiment, parent: Task, callback: Callable[..., Any], function: Any, user: FrameType | None
    ) -> None:
        self.experiment, self.parent, self.callback = experiment, parent, callback
        self.asked_at = None if user is None else (user.f_code.co_filename, user.f_lineno)
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args: Any) -> Any:
        me = control.carrier()
        if me is None or control.active is not self.experiment:
            return self.callback(*args)
        before = me.task
        task = me.task = Task(self.parent.child_path(name_of(self.callback)), started_at=self.asked_at, within=before)
        self.experiment.tasks.append(task)
        try:
            result = self.callback(*args)
        except BaseException as error:
            task.ended, task.escaped = f"ended with {type(error).__name__}", error
            raise
        finally:
            me.task = before
        task.ended = "ended"
        return result
