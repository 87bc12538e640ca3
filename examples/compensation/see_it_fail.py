"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_compensation import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def saga_type(request: pytest.FixtureRequest) -> type[app.Saga]:
    return request.param  # type: ignore[no-any-return]
