"""What is kept from run to run: findings are tried first the next time, long replay lines stand in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from plugin_runs import ALONE, LIMIT

from pytest_taskfail.plugin_memory import LINE_MAX, printed, unfolded
from pytest_taskfail.runtime.processes import world

TWO_WORKERS = """
    import queue
    from concurrent.futures import ThreadPoolExecutor

    def read_customers_of_the_day():
        pass

    def read_orders_of_the_day():
        pass

    def run(read, problems):
        try:
            read()
        except OSError as problem:
            problems.put(problem)

    def test_import():
        problems = queue.Queue(1)
        with ThreadPoolExecutor(2) as pool:
            for one in [pool.submit(run, read, problems) for read in (read_customers_of_the_day, read_orders_of_the_day)]:
                one.result()
"""


def explore(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """A run in a process of its own, with pytest's cache."""
    others = [part for name in ALONE if name != "no:cacheprovider" for part in ("-p", name)]
    return pytester.runpytest_subprocess("--taskfail", *options, *others, timeout=LIMIT)


def test_what_was_found_once_is_tried_first_the_next_time(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_WORKERS)
    explore(pytester, "--taskfail-faults=none").assert_outcomes(passed=1)
    explore(pytester, "--taskfail-max-faults=2").assert_outcomes(failed=1)
    again = explore(pytester, "--taskfail-faults=none")
    again.assert_outcomes(failed=1)
    assert "call:read_customers_of_the_day" in again.stdout.str()


def test_what_is_not_found_any_more_is_forgotten(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(TWO_WORKERS)
    explore(pytester, "--taskfail-max-faults=2").assert_outcomes(failed=1)
    broken = path.read_text()
    path.write_text(broken.replace("queue.Queue(1)", "queue.Queue()"))
    explore(pytester).assert_outcomes(passed=1)
    path.write_text(broken)
    explore(pytester).assert_outcomes(passed=1)


def test_a_list_of_points_forgets_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_WORKERS)
    explore(pytester, "--taskfail-max-faults=2").assert_outcomes(failed=1)
    explore(pytester, "--taskfail-list").assert_outcomes(passed=1)
    explore(pytester, "--taskfail-faults=none").assert_outcomes(failed=1)


@pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")
def test_what_was_found_in_processes_is_tried_first_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import multiprocessing

        def work(number):
            return number

        def test_map():
            with multiprocessing.get_context("fork").Pool(2) as pool:
                assert pool.map(work, range(3), chunksize=1) == [0, 1, 2]
    """)
    explore(pytester, "--taskfail-faults=kill").assert_outcomes(failed=1)
    explore(pytester, "--taskfail-faults=none").assert_outcomes(failed=1)


def test_a_cache_that_makes_no_sense_is_passed_over(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_WORKERS)
    explore(pytester, "--taskfail-max-faults=2").assert_outcomes(failed=1)
    (kept,) = pytester.path.glob(".pytest_cache/v/taskfail/findings")
    kept.write_text('{"test_a_cache_that_makes_no_sense_is_passed_over.py::test_import": ["raise Gone @ nowhere"]}')
    explore(pytester).assert_outcomes(passed=1)


def test_a_long_line_is_printed_shorter_and_means_the_same(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO_WORKERS)
    result = explore(pytester, "--taskfail-max-faults=2")
    (line,) = (line for line in result.stdout.lines if "--taskfail-replay=" in line)
    given = line.partition("--taskfail-replay=")[2].strip('"')
    assert given == "raise OSError @ call:read_customers_of_the_day + raise OSError @ call:read_orders_of_the_day"
    replayed = explore(pytester, f"--taskfail-replay={given}")
    replayed.assert_outcomes(failed=1)
    assert line in replayed.stdout.lines
    assert "in task run#1" in replayed.stdout.str()


LONG = " + ".join(f"raise OSError @ call:read_the_orders_of_the_day in run#{n}" for n in range(3))


def test_a_line_that_stays_long_stands_in_a_file_that_replays(tmp_path: Path) -> None:
    assert len(LONG) > LINE_MAX
    name = printed(tmp_path, "test_import.py::test_import", LONG)
    assert name.startswith(".taskfail/")
    assert len(name) < 30
    assert unfolded(tmp_path, name) == LONG
    assert (tmp_path / name).read_text().startswith("# A finding of pytest-taskfail in test_import.py::test_import\n")


def test_a_short_line_stands_in_no_file(tmp_path: Path) -> None:
    assert printed(tmp_path, "t.py::test", "raise OSError @ start:run#0") == '"raise OSError @ start:run#0"'
    assert not list(tmp_path.iterdir())


def test_where_no_file_can_be_written_the_line_is_printed_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".taskfail").write_text("not a folder")
    assert printed(tmp_path, "t.py::test", LONG) == f'"{LONG}"'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "it is not a text file; give the file that the finding named, or its line"),
        (None, "No such file or directory; give the file that the finding named, or its line"),
        (b"# nothing\n", "the file has 0 lines; one replay line is expected"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_refused(pytester: pytest.Pytester, content: bytes | None, why: str) -> None:
    if content is not None:
        pytester.path.joinpath("line.txt").write_bytes(content)
    result = explore(pytester, "--taskfail-replay=line.txt")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"--taskfail-replay=line.txt: {why}" in result.stderr.str()
