"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_workflow import *  # noqa: F403


@pytest.fixture(params=[*broken.SYNC, *broken.PARALLEL])
def executor(request: pytest.FixtureRequest) -> app.SyncExecutor:
    return request.param()  # type: ignore[no-any-return]


@pytest.fixture(params=broken.ASYNC)
def async_executor(request: pytest.FixtureRequest) -> app.AsyncExecutor:
    return request.param()  # type: ignore[no-any-return]
