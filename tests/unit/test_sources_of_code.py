"""Whose code a file is, and how places are named."""

from __future__ import annotations

import concurrent.futures.thread
import contextlib
import email
import json
import queue
import threading
from pathlib import Path

import pytest

import pytest_taskfail.runtime.scheduler
from pytest_taskfail.model.traces import Place
from pytest_taskfail.runtime.reading import sources
from pytest_taskfail.runtime.reading.sources import Sources, short_name


@pytest.mark.parametrize("module", [threading, queue, contextlib, concurrent.futures.thread, pytest_taskfail.runtime.scheduler])
def test_machinery(module: object) -> None:
    assert Sources("/project").kind(str(module.__file__)) == sources.MACHINERY  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", [json, email])
def test_the_standard_library(module: object) -> None:
    assert Sources("/project").kind(str(module.__file__)) == sources.STDLIB  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/project/shop/orders.py", sources.USER),
        ("/elsewhere/shop/orders.py", sources.USER),
        ("/project/tests/test_orders.py", sources.TEST),
        ("/project/tests/orders_test.py", sources.TEST),
        ("/project/tests/conftest.py", sources.TEST),
        ("/project/tests/helpers.py", sources.USER),
        ("/project/.venv/lib/python3.12/site-packages/requests/api.py", sources.LIBRARY),
        ("/usr/lib/python3/dist-packages/yaml/__init__.py", sources.LIBRARY),
        ("/x/site-packages/six.py", sources.LIBRARY),
        ("/x/site-packages/_pytest/runner.py", sources.TOOL),
        ("/x/site-packages/pytest_cov/plugin.py", sources.TOOL),
        ("/x/site-packages/hypothesis/core.py", sources.TOOL),
        ("<string>", sources.STDLIB),
        ("<frozen importlib._bootstrap>", sources.STDLIB),
    ],
)
def test_kinds_of_files(file: str, kind: str) -> None:
    assert Sources("/project").kind(file) == kind


def test_test_files_are_what_the_user_calls_so() -> None:
    files = Sources("/project", ("check_*.py",))
    assert files.kind("/project/check_orders.py") == sources.TEST
    assert files.kind("/project/test_orders.py") == sources.USER
    assert files.kind("/project/odd.py") == sources.USER
    files.add_test_file("/project/odd.py")
    assert files.kind("/project/odd.py") == sources.TEST


def test_the_user_s_code_is_that_of_production_and_tests() -> None:
    files = Sources("/project")
    assert files.is_users(test_machinery.__code__)
    assert not files.is_users(json.dumps.__code__)


def test_places_are_relative_to_the_root() -> None:
    files = Sources("/project")
    assert files.place("/project/shop/orders.py", 12, "pay") == Place("shop/orders.py", 12, "pay")
    assert str(files.place("/project/shop/orders.py", 12)) == "shop/orders.py:12"
    assert files.place("/x/site-packages/requests/api.py", 3).file == "requests/api.py"
    assert files.place(json.__file__, 3).file == "json/__init__.py"
    assert files.place("/elsewhere/a.py", 3).file == "/elsewhere/a.py"
    assert str(Place()) == "an unknown place"


def test_a_root_reached_by_a_link_is_the_same(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    assert Sources(str(tmp_path / "link")).place(str(real / "a.py"), 1).file == "a.py"
    assert Sources(str(real)).place(str(tmp_path / "link" / "a.py"), 1).file == "a.py"


def test_short_names_leave_out_where_a_function_is_nested() -> None:
    assert short_name("import_all.<locals>.finished") == "finished"
    assert short_name("f.<locals>.Shop.buy") == "Shop.buy"
    assert short_name("Shop.buy") == "Shop.buy"


def test_an_installed_package_whose_source_is_at_hand_is_the_users(tmp_path: Path) -> None:
    installed = tmp_path / "env" / "site-packages"
    for folder in (tmp_path / "src" / "shop", tmp_path / "till"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    files = Sources(str(tmp_path))
    assert files.kind(str(installed / "shop" / "orders.py")) == "user"
    assert files.kind(str(installed / "till" / "__init__.py")) == "user"
    assert files.kind(str(installed / "other" / "__init__.py")) == "library"


def test_an_installed_file_whose_source_is_at_hand_is_the_users(tmp_path: Path) -> None:
    installed = tmp_path / "env" / "site-packages"
    (tmp_path / "src" / "shared" / "till").mkdir(parents=True)
    (tmp_path / "src" / "shared" / "till" / "bon.py").touch()
    (tmp_path / "ledger.py").touch()
    files = Sources(str(tmp_path))
    assert files.kind(str(installed / "ledger.py")) == "user"
    assert files.kind(str(installed / "shared" / "till" / "bon.py")) == "user"
    assert files.kind(str(installed / "shared" / "other" / "bon.py")) == "library"
    assert files.kind(str(installed / "six.py")) == "library"
