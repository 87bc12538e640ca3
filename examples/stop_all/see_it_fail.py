"""The same test with each of the mistakes."""

import pytest

from . import app, broken
from .test_stop_all import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def driver(request: pytest.FixtureRequest) -> type[app.Driver]:
    return request.param  # type: ignore[no-any-return]
