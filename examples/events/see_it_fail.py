"""The same tests with each of the mistakes."""

import pytest

from . import app, broken
from .test_events import *  # noqa: F403

SYSTEMS: list[tuple[type[app.EventEmitter], type[app.Export]]] = [
    *((emitter, app.Export) for emitter in broken.EMITTERS),
    *((app.EventEmitter, export) for export in broken.EXPORTS),
]


@pytest.fixture(params=SYSTEMS, ids=[one.__name__ for one in [*broken.EMITTERS, *broken.EXPORTS]])
def system(request: pytest.FixtureRequest) -> tuple[type[app.EventEmitter], type[app.Export]]:
    return request.param  # type: ignore[no-any-return]
