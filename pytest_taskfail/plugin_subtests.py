"""Subtests of a test that is run again: pytest reports each at once, and what an experiment does is not to be reported.

`subtests` and `unittest.TestCase.subTest` find the hooks by way of `Session.gethookproxy`, which is public.
"""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Iterator
from typing import Any

import pytest

from .runtime.carriers import Abort

_NO_FAILURE = (pytest.skip.Exception, unittest.SkipTest, Abort)


class _Unheard:
    """Hooks of pytest, without the reports of subtests.

    Args:
        hooks: all of them.
        failures: what came out of subtests is added to it.
    """

    def __init__(self, hooks: Any, failures: list[BaseException]) -> None:
        self._hooks = hooks
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hooks, name)

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
        if call.excinfo is not None:
            if not isinstance(call.excinfo.value, _NO_FAILURE):
                self._failures.append(call.excinfo.value)
            call = pytest.CallInfo.from_call(lambda: None, when=call.when)
        return self._hooks.pytest_runtest_makereport(item=item, call=call)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        pass


@contextlib.contextmanager
def unheard(session: pytest.Session) -> Iterator[list[BaseException]]:
    """What comes out of subtests meanwhile, instead of reports."""
    failures: list[BaseException] = []
    proxy_of = session.gethookproxy

    def gethookproxy(path: Any) -> Any:
        return _Unheard(proxy_of(path), failures)

    session.gethookproxy = gethookproxy  # type: ignore[method-assign, assignment]
    try:
        yield failures
    finally:
        del session.gethookproxy
