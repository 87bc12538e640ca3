"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_circuit_breaker import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def breaker_type(request: pytest.FixtureRequest) -> type[app.CircuitBreaker]:
    return request.param  # type: ignore[no-any-return]
