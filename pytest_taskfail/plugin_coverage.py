"""The option `--taskfail-cov`: reads it, and says at the end of a session which handlers faults have entered."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from .explore.coverage import FailureCoverage
    from .explore.handler_coverage import HandlerCoverage
    from .runtime.reading.sources import Sources

RAW = "handlers"
"""Where the result of a test has what its exploration gathered."""


class CoverageOptions(NamedTuple):
    """What was asked for; `folders` is empty for all of the user's files that are loaded."""

    on: bool = False
    folders: tuple[str, ...] = ()
    under: float | None = None
    source: str = ""


def add_options(group: pytest.OptionGroup, parser: pytest.Parser) -> None:
    """Declares the options and the ini settings of the same names."""
    group.addoption(
        "--taskfail-cov",
        metavar="SOURCE",
        action="append",
        nargs="?",
        const="",
        help="say which except, finally and with of SOURCE (default: your loaded files) faults have entered; may be repeated",
    )
    group.addoption(
        "--taskfail-cov-fail-under",
        metavar="PERCENT",
        help="fail if faults have entered less than PERCENT of these handlers",
    )
    parser.addini("taskfail_cov", "files or folders whose handlers are looked at", type="args", default=[])
    parser.addini("taskfail_cov_fail_under", "percent of handlers that faults must enter", type="float", default=None)


def read_options(config: pytest.Config, under: tuple[str, str], off: bool, listing: bool) -> CoverageOptions:
    """The options of this session.

    Args:
        under: the text of `--taskfail-cov-fail-under` and where it came from.
        off: whether nothing is explored.
        listing: whether nothing is injected.

    Raises:
        pytest.UsageError: a value is bad.
    """
    given = config.getoption("--taskfail-cov")
    asked = given is not None
    sources: list[str] = list(given if given is not None else config.getini("taskfail_cov"))
    where = "--taskfail-cov" if asked else "taskfail_cov in the ini file"
    text, source = under
    if not asked and not sources:
        if config.getoption("--taskfail-cov-fail-under") is not None:
            raise pytest.UsageError(f"{source}={text}: of which files? give --taskfail-cov or --taskfail-cov=SOURCE too")
        return CoverageOptions()
    for other, name in ((off, "--no-taskfail"), (listing, "--taskfail-list")):
        if other and asked:
            raise pytest.UsageError(f"--taskfail-cov and {name} contradict each other: no fault is injected; give one of them")
        if other:
            return CoverageOptions()
    if "no_debug_ranges" in sys._xoptions or os.environ.get("PYTHONNODEBUGRANGES"):
        raise pytest.UsageError(
            f"{where}: handlers are told apart by their columns, which this Python leaves out; "
            "unset PYTHONNODEBUGRANGES and do without -X no_debug_ranges"
        )
    base = str(config.invocation_params.dir if asked else config.rootpath)
    folders = tuple(_find(one, base, where) for one in sources if one)
    _check(config, folders, where)
    return CoverageOptions(True, folders if all(sources) else (), _percent(text, source), source)


def _percent(text: str, source: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise pytest.UsageError(f"{source}={text}: give a percentage, a number from 0 to 100")
    return number


def _find(name: str, base: str, where: str) -> str:
    """The file or folder that is meant."""
    for path in (os.path.join(base, name), os.path.join(base, name.replace(".", os.sep) + ".py")):
        if os.path.exists(path):
            return os.path.realpath(path)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    places = [*(spec.submodule_search_locations or ()), spec.origin] if spec is not None else []
    if not places or not os.path.exists(places[0] or ""):
        raise pytest.UsageError(f"{where}={name}: there is no such file, folder or package; {base} was searched, and sys.path")
    return os.path.realpath(str(places[0]))


def _check(config: pytest.Config, folders: tuple[str, ...], where: str) -> None:
    """A path that is meant for pytest, and was taken for the value of the option, must not pass for a source."""
    from .explore.coverage import below
    from .runtime.handler_probe import Chosen
    from .runtime.reading.sources import Sources

    files = Sources(str(config.rootpath), tuple(config.getini("python_files")))
    for folder in folders:
        if next(below(Chosen(files, (folder,))), None) is None:
            raise pytest.UsageError(
                f"{where}={folder}: there is no source file but tests; if the tests to run are meant, write {where} behind them"
            )


def watcher(options: CoverageOptions, files: Sources) -> HandlerCoverage | None:
    """What watches the handlers while one test is explored."""
    if not options.on:
        return None
    from .explore.handler_coverage import HandlerCoverage
    from .runtime.handler_probe import Chosen

    return HandlerCoverage(Chosen(files, options.folders))


class CoverageReport:
    """The end of a session in which handlers were looked at.

    Args:
        options: what was asked for.
        files: whose code is whose.
        folder: where the data file goes.
    """

    def __init__(self, options: CoverageOptions, files: Sources, folder: str) -> None:
        self.options = options
        self.files = files
        self.folder = folder
        self.found: FailureCoverage | None = None
        self.shortfall = ""

    def finish(self, results: list[dict[str, Any]]) -> None:
        """Puts together what the tests have shown, and writes the data file."""
        from .explore.coverage import DATA_FILE, combine, write_data
        from .report.coverage import shortfall
        from .runtime.handler_probe import Chosen

        tests = [(data["test"], data[RAW]) for data in results if RAW in data]
        self.found = combine(tests, Chosen(self.files, self.options.folders))
        write_data(os.path.join(self.folder, DATA_FILE), tests)
        if self.options.under is not None:
            self.shortfall = shortfall(self.found, self.options.under, self.options.source)

    def as_data(self) -> dict[str, Any]:
        """For the JSON report."""
        from .report.coverage import as_data

        return {} if self.found is None else as_data(self.found, self.files)

    def show(self, reporter: Any, width: int) -> None:
        """Writes the table; of a quiet run only why it fails."""
        from .explore.coverage import DATA_FILE
        from .report.coverage import conclusion, table

        if self.found is None:
            return
        if reporter.verbosity >= 0:
            verbose = reporter.verbosity > 0
            what = "handlers, and the faults that have entered them" if verbose else "handlers that no fault has entered"
            reporter.write_sep("-", f"taskfail: {what}")
            for line in table(self.found, self.files, width, verbose):
                reporter.write_line(line)
            reporter.write_line(conclusion(self.found, DATA_FILE))
        if self.shortfall:
            reporter.write_line(self.shortfall, red=True)
