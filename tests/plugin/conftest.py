"""What the tests of this folder share: a program with a mistake, and a pytest run of its own process."""

from __future__ import annotations

import pytest
from plugin_runs import ALONE, LIMIT, SHOP, Run


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest on the project in a fresh process, without the other plugins but those in `use`."""
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS", "PYTHONHASHSEED", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "220")

    def run(*args: str, use: tuple[str, ...] = ()) -> pytest.RunResult:
        left_out = [name for name in ALONE if name.removeprefix("no:") not in use]
        plugins = [word for name in left_out for word in ("-p", name)]
        result = pytester.runpytest_subprocess(*plugins, *args, timeout=LIMIT)
        assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
        return result

    return run


@pytest.fixture
def shop(pytester: pytest.Pytester) -> None:
    """The project of most tests: a test that passes and hides a deadlock, between two that are harmless."""
    pytester.makepyfile(
        shop=SHOP,
        test_shop="""
            from shop import Gateway, Shop, pay_all

            class Fake(Gateway):
                def charge(self, number):
                    return number

            def test_before():
                pass

            def test_pay():
                pay_all(Shop(Fake()).pay)

            def test_after():
                pass
        """,
    )
