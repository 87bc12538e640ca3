"""The same tests against the system with the mistake."""

from types import ModuleType

import pytest

from . import broken
from .test_completion_signal import *  # noqa: F403


@pytest.fixture
def system() -> ModuleType:
    return broken
