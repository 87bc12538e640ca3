"""The same tests against the system with the mistakes."""

from types import ModuleType

import pytest

from . import broken
from .test_background_tasks import *  # noqa: F403


@pytest.fixture
def system() -> ModuleType:
    return broken
