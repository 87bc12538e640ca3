"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_retry import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def policy(request: pytest.FixtureRequest) -> type[app.RetryPolicy]:
    return request.param  # type: ignore[no-any-return]
