"""Every file is reported, in whatever order they get ready."""

from types import ModuleType

import pytest

from . import app

FILES = {
    "bolts.csv": ["M4;0.10", "M6;0.12", ""],
    "nuts.csv": ["M4;0.05"],
    "tools.csv": ["hammer;9.90", "saw;14.50", "file;4.20"],
    "empty.csv": [],
}


@pytest.fixture
def system() -> ModuleType:
    """The module under test."""
    return app


class Source:
    """Stands in for the suppliers' file server."""

    def read(self, file: str) -> list[str]:
        return FILES[file]


def test_every_file_is_loaded(system: ModuleType) -> None:
    importer = system.Importer(Source())
    report = importer.run(["bolts.csv", "nuts.csv", "tools.csv", "empty.csv"])
    assert report.rows == {"bolts.csv": 2, "nuts.csv": 1, "tools.csv": 3, "empty.csv": 0}
    assert report.failed == {}
    assert report.skipped == []
    assert set(importer.status.values()) == {system.Status.LOADED}
