"""A bad value of the options of failure-path coverage names itself, its source and the remedy."""

from __future__ import annotations

import pytest

from pytest_taskfail.plugin_settings import read_options


def refusal(pytester: pytest.Pytester, *arguments: str) -> str:
    """What the plugin says to these arguments."""
    with pytest.raises(pytest.UsageError) as caught:
        read_options(pytester.parseconfig(*arguments))
    return str(caught.value)


@pytest.mark.parametrize("value", ["-1", "101", "nan", "half"])
def test_a_limit_is_a_percentage(pytester: pytest.Pytester, value: str) -> None:
    said = refusal(pytester, "--taskfail-cov", f"--taskfail-cov-fail-under={value}")
    assert said == f"--taskfail-cov-fail-under={value}: give a percentage, a number from 0 to 100"


def test_a_limit_needs_sources(pytester: pytest.Pytester) -> None:
    said = refusal(pytester, "--taskfail-cov-fail-under=80")
    assert said == "--taskfail-cov-fail-under=80: of which files? give --taskfail-cov or --taskfail-cov=SOURCE too"


def test_a_source_that_is_not_there(pytester: pytest.Pytester) -> None:
    said = refusal(pytester, "--taskfail-cov=shopp")
    assert said == f"--taskfail-cov=shopp: there is no such file, folder or package; {pytester.path} was searched, and sys.path"


def test_a_source_in_the_ini_file_that_is_not_there(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ntaskfail_cov = shopp\n")
    assert refusal(pytester).startswith("taskfail_cov in the ini file=shopp: there is no such file, folder or package; ")


def test_tests_that_were_taken_for_a_source(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(test_it="def test_it(): pass")
    assert refusal(pytester, "--taskfail-cov", "test_it.py") == (
        f"--taskfail-cov={path}: there is no source file but tests; "
        "if the tests to run are meant, write --taskfail-cov behind them"
    )


@pytest.mark.parametrize("other", ["--no-taskfail", "--taskfail-list"])
def test_options_under_which_nothing_is_injected(pytester: pytest.Pytester, other: str) -> None:
    said = refusal(pytester, "--taskfail-cov", other)
    assert said == f"--taskfail-cov and {other} contradict each other: no fault is injected; give one of them"


def test_a_python_without_columns(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONNODEBUGRANGES", "1")
    assert refusal(pytester, "--taskfail-cov") == (
        "--taskfail-cov: handlers are told apart by their columns, which this Python leaves out; "
        "unset PYTHONNODEBUGRANGES and do without -X no_debug_ranges"
    )


def test_the_ini_setting_is_silent_where_nothing_is_explored(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop="x = 1")
    pytester.makeini("[pytest]\ntaskfail_cov = shop.py\n")
    assert not read_options(pytester.parseconfig("--no-taskfail")).coverage.on
    assert read_options(pytester.parseconfig()).coverage.on
