"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_fan_out_fan_in import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def fan(request: pytest.FixtureRequest) -> type[app.FanOutFanIn]:
    return request.param  # type: ignore[no-any-return]
