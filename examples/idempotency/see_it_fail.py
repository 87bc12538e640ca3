"""The same tests with each of the mistakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import app, broken
from .test_idempotency import *  # noqa: F403


@pytest.fixture(params=broken.ALL)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[app.Ledger]:
    ledger = request.param(tmp_path / "ledger.db")
    yield ledger
    ledger.close()
