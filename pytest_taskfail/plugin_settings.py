"""Reads options, ini settings and marker arguments; a bad value names itself, its source and the remedy.

Imports the rest of the package only where it is needed: a run without options and markers pays for none of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from . import plugin_coverage
from .plugin_coverage import CoverageOptions

if TYPE_CHECKING:
    from .explore.settings import Settings
    from .model.plans import Plan
    from .model.schedules import Schedule
    from .runtime.reading.sources import Sources

MARKER = "taskfail"
_MARKER_ARGUMENTS = ("faults", "points", "max_faults", "budget", "mode", "tolerate")
LIMIT = 30.0
"""Seconds of real time for one experiment."""

_TIMEOUT_SHARE = 0.5
"""Of a time limit of pytest-timeout the exploration takes at most this share."""


class Options(NamedTuple):  # a dataclass would take a millisecond of every start of pytest
    """What was asked for on the command line or in the ini file."""

    everything: bool
    marked: bool
    listing: bool
    replay: str | None
    budget: float
    max_faults: int
    kinds: frozenset[str] | None
    seed: int
    report: str
    step_summary: bool = False
    reduce: bool = True
    lines: tuple[str, ...] = ()
    coverage: CoverageOptions = CoverageOptions()
    asked: frozenset[str] = frozenset()

    @property
    def active(self) -> bool:
        return self.everything or self.listing or self.replay is not None


def add_options(parser: pytest.Parser) -> None:
    """Declares the options and the ini settings of the same names."""
    group = parser.getgroup("taskfail", "taskfail: break every task at every point")
    add, ini = group.addoption, parser.addini
    add("--taskfail", action="store_true", default=None, help="explore every test that starts a task")
    add("--no-taskfail", action="store_true", default=False, help="explore nothing, not even marked tests")
    add(
        "--taskfail-list",
        action="store_true",
        default=False,
        help="list points and faults of each test; inject nothing",
    )
    add("--taskfail-replay", metavar="LINE", help="replay the plan and schedule that a finding printed")
    add("--taskfail-budget", metavar="SECONDS", help="seconds for each test (default: 10)")
    add("--taskfail-max-faults", metavar="N", help="faults in one run (default: 1); one more in recovery code")
    add("--taskfail-faults", metavar="KINDS", help="comma list of kinds of faults, or none: only schedules")
    add("--taskfail-laws", metavar="LAWS", help="comma list of laws to judge beside the universal ones: retry-storm")
    add("--taskfail-seed", metavar="N", help="seed of the random module in every experiment (default: 0)")
    add("--taskfail-no-reduction", action="store_true", default=False, help="try equivalent points too, each by itself")
    add("--taskfail-lines", metavar="FILES", help="comma list of files, with * and ?, in which every line is a choice")
    add("--taskfail-report", metavar="PATH", help="write what was found and tried to PATH.html, or PATH.json")
    add("--taskfail-step-summary", action="store_true", default=False, help="append the findings to GITHUB_STEP_SUMMARY")
    plugin_coverage.add_options(group, parser)
    ini("taskfail", "explore every test that starts a task", type="bool", default=False)
    ini("taskfail_budget", "seconds for each test", type="float", default=None)
    ini("taskfail_max_faults", "faults in one run", type="int", default=None)
    ini("taskfail_faults", "comma list of kinds of faults, or none", type="string", default="")
    ini("taskfail_laws", "comma list of laws to judge beside the universal ones", type="string", default="")
    ini("taskfail_seed", "seed of the random module", type="int", default=None)
    ini("taskfail_lines", "comma list of files in which every line is a choice", type="string", default="")
    ini("taskfail_report", "file to write what was found to", type="string", default="")
    ini("taskfail_step_summary", "append the findings to GITHUB_STEP_SUMMARY", type="bool", default=False)


def read_options(config: pytest.Config) -> Options:
    """The options of this session.

    Raises:
        pytest.UsageError: a value is bad.
    """
    option = config.getoption
    off = bool(option("--no-taskfail"))
    everything = bool(option("--taskfail") or _flag(config, "taskfail"))
    line = option("--taskfail-replay")
    for asked, name in ((option("--taskfail"), ""), (option("--taskfail-list"), "-list"), (line is not None, "-replay")):
        if off and asked:
            raise pytest.UsageError(f"--taskfail{name} and --no-taskfail contradict each other; give one of them")
    report, source = _value(config, "report", "")
    if report and not report.endswith((".json", ".html")):
        raise pytest.UsageError(
            f"{source}={report}: reports are written as JSON or HTML; give a name that ends in .json or .html"
        )
    folder = os.path.dirname(os.path.abspath(report))
    if report and not os.path.isdir(folder):
        raise pytest.UsageError(f"{source}={report}: there is no folder {folder}; make it, or name a file in another one")
    if report and os.path.isdir(report):
        raise pytest.UsageError(f"{source}={report}: this is a folder; name a file that is to be written")
    listing = bool(option("--taskfail-list")) and not off
    return Options(
        everything=everything and not off,
        marked=not off,
        listing=listing,
        replay=None if line is None else checked_replay(line, config.rootpath),
        budget=_number(config, "budget", 10.0, low=0.0),
        max_faults=int(_number(config, "max_faults", 1, low=1, whole=True)),
        kinds=_kinds(*_value(config, "faults", "")),
        seed=int(_number(config, "seed", 0, low=0, whole=True)),
        report=report,
        step_summary=bool(option("--taskfail-step-summary") or _flag(config, "taskfail_step_summary")),
        lines=_texts(_value(config, "lines", "")[0]) if _value(config, "lines", "")[0] else (),
        reduce=not option("--taskfail-no-reduction"),
        coverage=plugin_coverage.read_options(config, _value(config, "cov_fail_under", ""), off, listing),
        asked=_asked(*_value(config, "laws", "")),
    )


def settings_for(item: pytest.Item, options: Options, files: Sources) -> Settings:
    """The settings of one test: the options, then its marker, within what pytest-timeout allows.

    Args:
        item: the test.
        options: of the run.
        files: whose code is whose.

    Raises:
        pytest.UsageError: the marker has an argument that there is not, or a bad value.
    """
    from .explore.scaffold import uses_production
    from .explore.settings import Settings
    from .model.faults import default_kinds
    from .plugin_memory import earlier

    marker = item.get_closest_marker(MARKER)
    budget, kinds, max_faults = options.budget, options.kinds, options.max_faults
    points: tuple[str, ...] = ()
    tolerate: tuple[type[BaseException], ...] = ()
    if marker is not None:
        check_marker(item, marker)
        budget = float(marker.kwargs.get("budget", budget))
        max_faults = int(marker.kwargs.get("max_faults", max_faults))
        points = _texts(marker.kwargs.get("points", ()))
        tolerate = _types(marker.kwargs.get("tolerate", ()))
        if "faults" in marker.kwargs:
            kinds = _kinds(",".join(_texts(marker.kwargs["faults"])), f"{item.nodeid}: faults of its taskfail marker")
    limit = _timeout_of(item)
    if limit:
        budget = min(budget, limit * _TIMEOUT_SHARE)
    return Settings(
        budget=budget,
        kinds=default_kinds() if kinds is None else kinds,
        strict=marker is not None,
        production=uses_production(_modules_of(item), files),
        points=points,
        tolerate=tolerate,
        max_faults=max_faults,
        reduce=options.reduce,
        lines=options.lines,
        seed=options.seed,
        asked=options.asked,
        earlier=earlier(item.config, item.nodeid),
        limit=min(LIMIT, limit * _TIMEOUT_SHARE / 2) if limit else LIMIT,
    )


def _modules_of(item: pytest.Item) -> list[ModuleType]:
    """The module of the test, and the `conftest.py` files that it has fixtures from."""
    plugins = (plugin for plugin in item.config.pluginmanager.get_plugins() if isinstance(plugin, ModuleType))
    files = [(plugin, Path(plugin.__file__)) for plugin in plugins if plugin.__file__]
    found = [plugin for plugin, file in files if file.name == "conftest.py" and file.parent in item.path.parents]
    module = getattr(item, "module", None)
    return [module, *found] if isinstance(module, ModuleType) else found


def is_off(item: pytest.Item) -> bool:
    """Whether the marker of a test says that it is not to be explored; the nearest one counts."""
    marker = item.get_closest_marker(MARKER)
    return marker is not None and marker.kwargs.get("mode") == "off"


def check_marker(item: pytest.Item, marker: pytest.Mark) -> None:
    """Refuses a marker that cannot mean what it says.

    Raises:
        pytest.UsageError: with the test, the argument and the remedy.
    """
    where = f"{item.nodeid}: @pytest.mark.taskfail"
    if not isinstance(item, pytest.Function):
        raise pytest.UsageError(f"{where} is on a {type(item).__name__}; it explores test functions and methods only")
    if marker.args:
        raise pytest.UsageError(f"{where}{marker.args!r}: its arguments are given by name: {', '.join(_MARKER_ARGUMENTS)}")
    for name in marker.kwargs:
        if name not in _MARKER_ARGUMENTS:
            raise pytest.UsageError(f"{where} has no argument {name!r}; there are {', '.join(_MARKER_ARGUMENTS)}")
    if "taskfail" in item.fixturenames and set(marker.kwargs) != {"mode"}:
        raise pytest.UsageError(f"{where}: the test uses the fixture taskfail too, which places faults by hand; drop one of them")
    mode = marker.kwargs.get("mode", "controlled")
    if mode not in ("controlled", "real", "off"):
        raise pytest.UsageError(f"{where}(mode={mode!r}): the modes are 'controlled', 'real' and 'off'")
    if mode == "off" and len(marker.kwargs) > 1:
        raise pytest.UsageError(f"{where}(mode='off'): nothing is explored then, so there is no other argument")
    for name in ("budget", "max_faults"):
        value = marker.kwargs.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise pytest.UsageError(f"{where}({name}={value!r}): give a number greater than 0")
        if name == "max_faults" and not isinstance(value, int):
            raise pytest.UsageError(f"{where}({name}={value!r}): give a whole number greater than 0")
    for name in ("faults", "points"):
        value = marker.kwargs.get(name, ())
        if not isinstance(value, str) and not (
            isinstance(value, list | tuple | set | frozenset) and all(isinstance(one, str) for one in value)
        ):
            raise pytest.UsageError(f"{where}({name}={value!r}): give a text, or a list of texts")
    if "faults" in marker.kwargs:
        _kinds(",".join(_texts(marker.kwargs["faults"])), f"{where}(faults=...)")
    for kind in _types(marker.kwargs.get("tolerate", ())):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise pytest.UsageError(f"{where}(tolerate={kind!r}): give an exception type, or several")
    from .model.points import Selector

    for text in _texts(marker.kwargs.get("points", ())):
        try:
            Selector.parse(text)
        except ValueError as error:
            raise pytest.UsageError(f"{where}(points=...): {error}") from None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else tuple(map(str, value))


def _types(value: Any) -> tuple[type[BaseException], ...]:
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def _timeout_of(item: pytest.Item) -> float:
    """The time limit that pytest-timeout sets for this test; 0 without one."""
    marker = item.get_closest_marker("timeout")
    value: Any = None
    if marker is not None:
        value = marker.kwargs.get("timeout", marker.args[0] if marker.args else None)
    if value is None and item.config.pluginmanager.hasplugin("timeout"):
        value = item.config.getoption("--timeout", None) or _ini(item.config, "timeout")
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0


def _ini(config: pytest.Config, name: str) -> Any:
    try:
        return config.getini(name)
    except (KeyError, ValueError):
        return None


def _value(config: pytest.Config, name: str, default: str) -> tuple[str, str]:
    """The text of an option and where it came from."""
    option = "--taskfail-" + name.replace("_", "-")
    given = config.getoption(option)
    if given is not None:
        return str(given), option
    try:
        value = config.getini(f"taskfail_{name}")
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(f"taskfail_{name} in the ini file: give a number ({error})") from None
    return (str(value), f"taskfail_{name} in the ini file") if value not in ("", None) else (default, option)


def _flag(config: pytest.Config, name: str) -> bool:
    """An ini setting that is on or off."""
    try:
        return bool(config.getini(name))
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(f"{name} in the ini file: give true or false ({error})") from None


def _number(config: pytest.Config, name: str, default: float, low: float, whole: bool = False) -> float:
    text, source = _value(config, name, "")
    if not text:
        return default
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        number = -1
    if not low <= number < float("inf"):
        kind = "a whole number" if whole else "a number of seconds"
        raise pytest.UsageError(f"{source}={text}: give {kind}, {low:g} or greater")
    return number


def _kinds(text: str, source: str) -> frozenset[str] | None:
    """The kinds that are named; `None` stands for those that are usual."""
    if not text:
        return None
    from .model.faults import parse_kinds

    try:
        return parse_kinds(text)
    except ValueError as error:
        raise pytest.UsageError(f"{source}={text}: {error}") from None


def _asked(text: str, source: str) -> frozenset[str]:
    """The laws on request that are named."""
    if not text:
        return frozenset()
    from .model.findings import LAWS, ON_REQUEST

    for name in _texts(text):
        if name in LAWS:
            raise pytest.UsageError(
                f"{source}={text}: the law {name!r} is judged anyway; on request there is {', '.join(ON_REQUEST)}"
            )
        if name not in ON_REQUEST:
            raise pytest.UsageError(f"{source}={text}: there is no law {name!r} on request; there is {', '.join(ON_REQUEST)}")
    return frozenset(_texts(text))


def checked_replay(line: str, root: Path) -> str:
    """The line, or that of the file which it names, if it can be read.

    The exception types of test modules are known only when those have been collected.

    Raises:
        pytest.UsageError: it is neither a plan nor a schedule.
    """
    if not line.strip():
        raise pytest.UsageError("--taskfail-replay: the line is empty; paste what the finding printed after 'replay'")
    from .model.faults import UnknownException
    from .plugin_memory import unfolded

    line = unfolded(root, line)
    try:
        read_replay(line)
    except UnknownException:
        pass
    except ValueError as error:
        raise pytest.UsageError(f"--taskfail-replay: {error}") from None
    return line


def read_replay(line: str) -> tuple[Plan, Schedule]:
    """The plan and the schedule of a replay line.

    Raises:
        ValueError: it is neither.
    """
    from .model.plans import parse_replay

    return parse_replay(line)
