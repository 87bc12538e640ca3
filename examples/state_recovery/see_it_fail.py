"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_state_recovery import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def workflow_type(request: pytest.FixtureRequest) -> type[app.Workflow]:
    return request.param  # type: ignore[no-any-return]
