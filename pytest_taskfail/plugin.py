"""The pytest plugin: options, marker, fixture, hooks. Imports nothing heavy; what explores is imported when something is."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from .runtime import control, patches

if TYPE_CHECKING:
    from .plugin_hand import TaskFail
    from .plugin_session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()

patches.install()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from . import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    from .plugin_settings import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "taskfail(faults=, points=, max_faults=, budget=, mode=, tolerate=): explore this test on every run; under every "
        "fault it must pass or let the injected fault surface",
    )
    from . import plugin_hooks
    from .plugin_session import Session
    from .plugin_settings import read_options

    plugin_hooks.add_faults(config)
    session = Session(config, read_options(config))
    config.stash[SESSION] = session
    config.pluginmanager.register(Collector(session), "taskfail-collector")
    if session.options.active:
        plugin_hooks.add_executors(config)
        patches.arm()


def pytest_unconfigure(config: pytest.Config) -> None:
    from .plugin_hooks import forget_faults

    forget_faults(config)
    patches.uninstall()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    control.tool_threads = frozenset(thread.ident for thread in threading.enumerate())


def pytest_report_header(config: pytest.Config) -> str | None:
    return config.stash[SESSION].header()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[SESSION].check_items(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    return item.config.stash[SESSION].protocol(item, nextitem)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with item.config.stash[SESSION].around_call(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.config.stash[SESSION].made_report(item, report)
    return report


class Collector:
    """Gathers what the reports carry, from this process or from the workers of pytest-xdist."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = getattr(report, "taskfail", None)
        if data is not None:
            self.session.add(report, data)


def pytest_sessionfinish(session: pytest.Session) -> None:
    from .plugin_end import finish

    if not finish(session.config.stash[SESSION]) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    from .plugin_end import summary

    summary(config.stash[SESSION], terminalreporter)


@pytest.fixture(scope="session")
def taskfail(pytestconfig: pytest.Config) -> TaskFail:
    """Faults placed by hand: `inject`, `wrap`, `trace`, `experiment`, and the assertion helpers."""
    from .plugin_hand import TaskFail
    from .plugin_hooks import add_executors

    add_executors(pytestconfig)
    return TaskFail(lambda thing: pytestconfig.hook.pytest_taskfail_wrap(thing=thing))
