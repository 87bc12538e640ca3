"""Every file is reported, in whatever order they get ready."""

from . import app

FILES = {
    "bolts.csv": ["M4;0.10", "M6;0.12", ""],
    "nuts.csv": ["M4;0.05"],
    "tools.csv": ["hammer;9.90", "saw;14.50", "file;4.20"],
    "empty.csv": [],
}


class Source:
    """Stands in for the suppliers' file server."""

    def read(self, file: str) -> list[str]:
        return FILES[file]


def test_every_file_is_loaded() -> None:
    importer = app.Importer(Source())
    report = importer.run(["bolts.csv", "nuts.csv", "tools.csv", "empty.csv"])
    assert report.rows == {"bolts.csv": 2, "nuts.csv": 1, "tools.csv": 3, "empty.csv": 0}
    assert report.failed == {}
    assert report.skipped == []
    assert set(importer.status.values()) == {app.Status.LOADED}
