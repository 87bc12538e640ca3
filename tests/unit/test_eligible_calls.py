"""Which calls can fail. The functions under test come from files of their own: production code, a test file, a package."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import logging
import os
import pickle
import select
import selectors
import shutil
import socket
import sqlite3
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_taskfail.explore.eligible import Eligible
from pytest_taskfail.runtime.reading.sources import Sources

FAKES = """
def charge():
    return 1

def publish(listeners):
    for listener in listeners:
        try:
            listener()
        except Exception:
            pass

class Session:
    def __init__(self, host):
        self.host = host

class Gone(Exception):
    def __init__(self, host):
        self.host = host
"""

PRODUCTION = """
import logging, json, os, shutil
import fake_package, test_fakes

log = logging.getLogger("x")

def add(a, b):
    return a + b

def sums(a):
    return add(a, add(a, a))

def refuses(a):
    if a < 0:
        raise ValueError(a)

def passes_on(error):
    raise error

def asks(a):
    return refuses(a)

def asks_deeply(a):
    return asks(a)

def asks_and_puts_right(a):
    answer = None
    try:
        answer = asks(a)
    finally:
        log.info("asked")
    return answer

def asks_and_says_it_in_other_words(a):
    try:
        return asks(a)
    except OSError as error:
        raise LookupError(a) from error

def refuses_inside(a):
    try:
        if a:
            raise OSError
    finally:
        log.info("asked")

def answers_in_any_case(a):
    print(a)
    try:
        return asks(a)
    except Exception:
        return None
    finally:
        log.info("asked")

def logs(a):
    log.info("a %s", a)
    log.exception("b")

def parses(text):
    return json.loads(text)

def opens(path):
    return open(path)

def copies(a, b):
    shutil.copy(a, b)

def calls_package():
    return fake_package.get()

def calls_fake():
    return test_fakes.charge()

def loops(n):
    return loops(n - 1) if n else add(n, n)

class Shop:
    def __init__(self):
        self.total = 0
    def count(self):
        self.total += 1
    def buy(self):
        self.count()
        return self.pay()
    def pay(self):
        raise OSError
    def look(self):
        return self.count()
"""


PACKAGE = """
class Client:
    def __init__(self, url=None):
        if url is None:
            raise ValueError("no url")

class Options:
    def __init__(self, retries=3):
        self.retries = retries

def get():
    return 1
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("project")
    packages = root / "venv" / "site-packages" / "fake_package"
    packages.mkdir(parents=True)
    (packages / "__init__.py").write_text(PACKAGE)
    (root / "test_fakes.py").write_text(FAKES)
    (root / "shop.py").write_text(PRODUCTION)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(packages.parent))
        patch.syspath_prepend(str(root))
        yield Project(root, load(root / "shop.py", "taskfail_test_shop"))


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Project:
    def __init__(self, root: Path, module: ModuleType) -> None:
        self.module = module
        self.rule = Eligible(Sources(str(root)))
        self.every = Eligible(Sources(str(root)), every=True)

    def users(self, function: Callable[..., Any], own: dict[str, Any] | None = None, every: bool = False) -> str:
        """The rule for a call of a function of the user's, asked as at its start."""
        rule = self.every if every else self.rule
        return rule(None, function.__code__, _Frame(function, own or {}))  # type: ignore[arg-type]

    def others(self, callee: Any) -> str:
        return self.rule(callee, None, None)


class _Frame:
    def __init__(self, function: Any, own: dict[str, Any]) -> None:
        self.f_code, self.f_globals, self.f_locals = function.__code__, function.__globals__, own


@pytest.mark.parametrize("name", ["add", "sums", "logs", "parses", "loops", "answers_in_any_case"])
def test_a_helper_that_only_computes_cannot_fail(project: Project, name: str) -> None:
    assert project.users(getattr(project.module, name)) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("refuses", "its source contains a raise"),
        ("passes_on", "its source contains a raise"),
        ("asks", "it calls refuses, which can fail"),
        ("asks_deeply", "it calls refuses, which can fail"),
        ("opens", "it calls open, which can fail"),
        ("copies", "it calls copy, which can fail"),
        ("calls_package", "it calls get, which can fail"),
        ("calls_fake", "it calls charge, which can fail"),
    ],
)
def test_what_can_fail_in_production_code(project: Project, name: str, why: str) -> None:
    assert project.users(getattr(project.module, name)) == why


def test_methods_are_followed_by_their_object(project: Project) -> None:
    shop = project.module.Shop()
    assert project.users(project.module.Shop.buy, {"self": shop}) == "it calls pay, which can fail"
    assert project.users(project.module.Shop.look, {"self": shop}) == ""
    assert project.users(project.module.Shop.pay, {"self": shop}) == "its source contains a raise"


def test_what_a_test_file_defines_stands_for_the_outside_world(project: Project) -> None:
    import test_fakes  # type: ignore[import-not-found]

    assert project.users(test_fakes.charge) == "it is defined in a test file: a stand-in for the outside world"


def test_a_stand_in_whose_handlers_take_everything_cannot_fail(project: Project) -> None:
    import test_fakes

    assert project.users(test_fakes.publish) == ""


@pytest.mark.parametrize("name", ["asks_and_puts_right", "asks_and_says_it_in_other_words"])
def test_what_fails_only_inside_of_its_own_try_does_not_fail_before_it(project: Project, name: str) -> None:
    """The call inside is a point; what the function does about its failure belongs to the function."""
    assert project.users(getattr(project.module, name)) == ""
    assert project.users(project.module.refuses_inside) == "its source contains a raise"


def test_a_stand_in_can_fail_to_be_made_but_an_exception_cannot(project: Project) -> None:
    import test_fakes

    session = test_fakes.Session.__new__(test_fakes.Session)
    assert project.users(test_fakes.Session.__init__, {"self": session}).endswith("a stand-in for the outside world")
    error = test_fakes.Gone.__new__(test_fakes.Gone)
    assert project.users(test_fakes.Gone.__init__, {"self": error}) == ""


def test_every_call_can_fail_where_the_user_asked_for_it(project: Project) -> None:
    assert project.users(project.module.add, every=True) == "every call was asked for"


def test_another_package_can_fail(project: Project) -> None:
    import fake_package  # type: ignore[import-not-found]

    assert project.others(fake_package.get) == "it belongs to another package"


def test_an_object_of_another_package_can_fail_to_be_made(project: Project) -> None:
    import fake_package

    assert project.others(fake_package.Client) == "it belongs to another package"
    assert project.others(fake_package.Options) == ""  # nothing in it raises


@pytest.mark.parametrize(
    "callee",
    [
        open,
        io.open,
        os.remove,
        shutil.copy,
        socket.create_connection,
        subprocess.run,
        urllib.request.urlopen,
        sqlite3.connect,
        Path("x").read_text,
        json.dump,
        pickle.load,
        csv.writer(io.StringIO()).writerow,
    ],
    ids=lambda callee: callee.__name__,
)
def test_input_and_output_can_fail(project: Project, callee: Any) -> None:
    assert project.others(callee) == "it is input or output"


def test_an_answer_is_remembered_for_what_is_alike_and_for_nothing_else(project: Project, tmp_path: Path) -> None:
    with open(tmp_path / "file", "w") as file:
        writers = [io.StringIO().write, file.write, io.StringIO().write, file.write]
        assert [bool(project.others(writer)) for writer in writers] == [False, True, False, True]
    assert [bool(project.others(callee)) for callee in (bytes.fromhex, float.fromhex, os.open, open)] == [
        False,
        False,
        True,
        True,
    ]


def test_the_methods_of_an_open_file_and_a_connection_can_fail(project: Project, tmp_path: Path) -> None:
    with open(tmp_path / "x", "w+", encoding="utf-8") as file:
        assert project.others(file.write) == "it is input or output"
        assert project.others(file.read) == "it is input or output"
    connection = sqlite3.connect(":memory:")
    assert project.others(connection.execute) == "it is input or output"
    connection.close()


@pytest.mark.parametrize(
    "callee",
    [
        len,
        print,
        json.loads,
        [].append,
        str.upper,
        ValueError,
        KeyError,
        io.StringIO().write,
        io.BytesIO().read,
        os.getpid,
        os.path.join,
        os.fspath,
        Path("x").joinpath,
        Path("x").with_suffix,
        os.environ.get,
        selectors.DefaultSelector.select,  # it waits; what it waits for is read by another call
        selectors.PollSelector().select,
        select.select,
        urllib.parse.quote,
        urllib.parse.urlencode,
        urllib.parse.urljoin,
        logging.getLogger,
        logging.getLogger("x").info,
        logging.getLogger("x").exception,
        logging.getLogger("x").log,
        logging.info,
    ],
    ids=lambda callee: getattr(callee, "__qualname__", "") + " " + str(getattr(callee, "__module__", "")),
)
def test_what_only_computes_or_logs_cannot_fail(project: Project, callee: Any) -> None:
    assert project.others(callee) == ""
