"""A marker that cannot mean what it says is refused before anything runs: test, argument and remedy are named."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from plugin_runs import ALONE, LIMIT, Run

NAMES = "faults, points, max_faults, budget, mode, tolerate"


BAD = {
    "(fault='raise')": f"@pytest.mark.taskfail has no argument 'fault'; there are {NAMES}",
    "('raise')": f"@pytest.mark.taskfail('raise',): its arguments are given by name: {NAMES}",
    "(budget='long')": "@pytest.mark.taskfail(budget='long'): give a number greater than 0",
    "(budget=0)": "@pytest.mark.taskfail(budget=0): give a number greater than 0",
    "(budget=float('nan'))": "@pytest.mark.taskfail(budget=nan): give a number greater than 0",
    "(budget=float('inf'))": "@pytest.mark.taskfail(budget=inf): give a number greater than 0",
    "(max_faults=True)": "@pytest.mark.taskfail(max_faults=True): give a number greater than 0",
    "(max_faults=1.5)": "@pytest.mark.taskfail(max_faults=1.5): give a whole number greater than 0",
    "(mode='free')": "@pytest.mark.taskfail(mode='free'): the modes are 'controlled', 'real' and 'off'",
    "(mode='off', budget=2)": "@pytest.mark.taskfail(mode='off'): nothing is explored then, so there is no other argument",
    "(points='cal:charge')": "@pytest.mark.taskfail(points=...): 'cal:charge': there is no kind of point 'cal'; "
    "did you mean 'call'? The kinds are submit, start, call, end, acquire, signal, timer",
    "(points=5)": "points=5",
    "(faults='rais')": "there is no kind of fault 'rais'; did you mean 'raise'?",
    "(faults=5)": "faults=5",
    "(tolerate='KeyError')": "tolerate='KeyError'",
}
"""Arguments of the marker, and what is said to them."""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the plugin's own hook says to each of these markers; one run for all."""
    folder = tmp_path_factory.mktemp("markers")
    (folder / "conftest.py").write_text(CONFTEST)
    tests = [f"@pytest.mark.taskfail{arguments}\ndef test_{n}(): pass\n" for n, arguments in enumerate(BAD)]
    (folder / "test_marked.py").write_text("import pytest\n" + "\n".join(tests))
    alone = [word for name in ALONE for word in ("-p", name)]
    subprocess.run([sys.executable, "-m", "pytest", *alone, str(folder)], timeout=LIMIT, check=False, capture_output=True)
    return dict(zip(BAD, json.loads((folder / "said.json").read_text()), strict=True))


CONFTEST = """
import json, pathlib, pytest
from pytest_taskfail import plugin

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    said = []
    for item in items:
        try:
            plugin.pytest_collection_modifyitems(config=config, items=[item])
            said.append("")
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
    pathlib.Path(__file__).with_name("said.json").write_text(json.dumps(said))
    items.clear()
"""


@pytest.mark.parametrize("arguments", BAD)
def test_a_bad_argument_is_named_with_the_test_and_the_remedy(refusals: dict[str, str], arguments: str) -> None:
    said = refusals[arguments]
    assert said.startswith("UsageError: ")
    assert "test_marked.py::test_" in said
    assert BAD[arguments] in said


def test_a_bad_marker_is_refused_before_anything_runs(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest

        def test_first():
            open("ran.txt", "w").close()

        @pytest.mark.taskfail(fault="raise")
        def test_marked():
            pass
    """
    )
    result = run()
    said = result.stderr.str() + result.stdout.str()
    assert f"ERROR: test_marked.py::test_marked: @pytest.mark.taskfail has no argument 'fault'; there are {NAMES}" in said
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not (pytester.path / "ran.txt").exists()
    assert run("--no-taskfail").ret == pytest.ExitCode.USAGE_ERROR


def test_a_test_that_is_marked_off_is_left_alone_and_counted(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest
        import threading

        pytestmark = pytest.mark.taskfail

        runs = []

        @pytest.mark.taskfail(mode="off")
        def test_off():
            thread = threading.Thread(target=runs.append, args=(1,))
            thread.start()
            thread.join()

        @pytest.mark.taskfail(mode="off")
        def test_ran_once():
            assert runs == [1]
    """
    )
    asked = run("--taskfail", "-p", "no:randomly")
    asked.assert_outcomes(passed=2)
    assert "taskfail: 0 tests explored, 0 findings, 2 left alone (marked)" in asked.stdout.str()
    plain = run()
    plain.assert_outcomes(passed=2)
    assert "taskfail:" not in plain.stdout.str()


def test_a_marker_on_what_is_not_a_function(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_itemcollected(item):
            item.add_marker(pytest.mark.taskfail)
        """
    )
    pytester.maketxtfile(test_doc=">>> 1 + 1\n2\n")
    result = run()
    said = result.stderr.str() + result.stdout.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        "test_doc.txt::test_doc.txt: @pytest.mark.taskfail is on a DoctestItem; it explores test functions and methods only"
    ) in said


def test_points_that_match_nothing_fail_the_test_and_name_near_ones(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        @pytest.mark.taskfail(points="start:fetched")
        def test_marked():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch).result()
    """
    )
    result = run("--taskfail-budget=1")
    result.assert_outcomes(failed=1)
    assert "start:fetched" in result.stdout.str()
    assert "start:fetch#0" in result.stdout.str()


def test_a_marker_and_the_fixture_on_one_test_contradict_each_other(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.taskfail
        def test_marked(taskfail):
            pass
    """
    )
    result = run()
    said = result.stderr.str() + result.stdout.str()
    assert "taskfail" in said
    assert result.ret != pytest.ExitCode.OK, "the marker is silently without effect"


def test_a_marked_test_that_starts_nothing_is_named(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_sum="""
        import pytest

        @pytest.mark.taskfail
        def test_sum():
            assert 1 + 1 == 2

        def test_product():
            assert 2 * 2 == 4
        """
    )
    result = run()
    result.assert_outcomes(passed=2)
    text = (
        "taskfail: not explored, as it is marked, but starts no thread, event loop or process: 1 test, for instance test_sum.py::"
    )
    assert text in result.stdout.str()
