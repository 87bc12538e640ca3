"""Every kind of test: what starts no task is left alone, each experiment has fresh fixtures, what is wider is set up once."""

from __future__ import annotations

import collections

import pytest
from plugin_runs import Run, fails_in, load

NOTE = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

def note(text):
    with open(Path(__file__).with_name("notes.txt"), "a") as file:
        print(text, file=file)

def task():
    return 1

def start_task():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(task).result() == 1
"""


def notes(pytester: pytest.Pytester) -> list[str]:
    return (pytester.path / "notes.txt").read_text().split()


def test_a_test_that_starts_no_task_is_run_once(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        helper=NOTE,
        test_alone="""
        import pytest
        from helper import note, start_task

        @pytest.fixture
        def thing():
            note("setup")
            yield
            note("teardown")

        def test_alone(thing):
            note("alone")

        def test_fails_plainly(thing):
            note("fails")
            start_task()
            assert 1 == 2

        def test_skips():
            note("skips")
            pytest.skip("not here")

        @pytest.mark.skip(reason="not at all")
        def test_skipped():
            note("never")

        @pytest.mark.xfail(reason="known")
        def test_expected_to_fail():
            note("xfails")
            start_task()
            assert 1 == 2

        @pytest.mark.xfail(reason="thought to fail")
        def test_unexpectedly_passes():
            note("xpasses")
            start_task()
    """,
    )
    result = run("--taskfail", "--taskfail-budget=1", "-rxX")
    result.assert_outcomes(passed=1, failed=1, skipped=2, xfailed=1, xpassed=1)
    assert notes(pytester) == ["setup", "alone", "teardown", "setup", "fails", "teardown", "skips", "xfails", "xpasses"]
    text = result.stdout.str()
    assert "assert 1 == 2" in text
    assert "test_alone.py:16: AssertionError" in text
    assert (
        "taskfail: not explored, as it is expected to fail: 1 test, for instance test_alone.py::test_unexpectedly_passes"
    ) in text
    assert "1 left alone (they start no task)" in text


def test_loops_are_explored(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_engines="""
        import asyncio
        import unittest
        from concurrent.futures import ThreadPoolExecutor

        def test_loop():
            async def main():
                await asyncio.to_thread(len, "abc")
            asyncio.run(main())

        def test_thread_and_loop():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, asyncio.sleep(0)).result()

        class TestLoop(unittest.IsolatedAsyncioTestCase):
            async def test_async_case(self):
                await asyncio.sleep(0)
    """
    )
    result = run("--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json")
    result.assert_outcomes(passed=3)
    assert {name: data["why_not"] for name, data in load(pytester).items()} == dict.fromkeys(
        ("test_loop", "test_thread_and_loop", "test_async_case"), ""
    )
    assert "taskfail: 3 tests explored, 0 findings" in result.stdout.str()
    replayed = run("test_engines.py::test_loop", "--taskfail-replay=raise OSError @ start:x#0")
    assert "the planned fault never fired: raise OSError @ start:x#0" in replayed.stdout.str()


def test_a_test_on_trio_is_not_explored_and_the_reason_is_given(run: Run, pytester: pytest.Pytester) -> None:
    pytest.importorskip("trio")
    pytester.makepyfile(
        test_trio="""
        import trio

        def test_nursery():
            async def main():
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(trio.to_thread.run_sync, len, "abc")
            trio.run(main)
    """
    )
    result = run("--taskfail")
    result.assert_outcomes(passed=1)
    why = "it runs on trio, whose loop is not under control; with anyio the asyncio backend is explored"
    assert f"taskfail: not explored, as {why}: 1 test, for instance test_trio.py::test_nursery" in result.stdout.str()


@pytest.mark.parametrize("name", ["test_loop", "test_process"])
def test_loops_and_processes_that_are_imported_late_are_seen(run: Run, pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile(
        test_late="""
        def test_loop():
            import asyncio
            async def main():
                await asyncio.to_thread(len, "abc")
            asyncio.run(main())

        def test_process():
            import multiprocessing
            child = multiprocessing.get_context("fork").Process(target=len, args=("abc",))
            child.start()
            child.join()
    """
    )
    run("--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json", "-k", name).assert_outcomes(passed=1)
    data = load(pytester)[name]
    assert (data["explored"], data["mode"]) == (True, "real" if name == "test_process" else "controlled")


def test_what_passes_plainly_but_fails_under_control_is_said(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        helper=NOTE,
        test_second="""
        from pathlib import Path
        from helper import start_task

        def test_second():
            start_task()
            mark = Path(__file__).with_name("mark")
            assert not mark.exists(), "the second run finds what the first has left"
            mark.touch()

        def test_skips_itself_the_second_time():
            start_task()
            mark = Path(__file__).with_name("other")
            if mark.exists():
                import pytest
                pytest.skip("been here")
            mark.touch()
    """,
    )
    result = run("--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json")
    result.assert_outcomes(passed=2)
    found = load(pytester)
    assert found["test_second"]["why_not"].startswith(
        "it does not pass under control without any fault (AssertionError: the second run finds what the first has left"
    )
    assert found["test_skips_itself_the_second_time"]["why_not"] == "it skips itself"
    assert "taskfail: not explored, as it does not pass under control without any fault (AssertionError: " in result.stdout.str()


def test_a_marked_test_that_cannot_be_explored_does_not_pass_silently(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        helper=NOTE,
        test_second="""
        import pytest
        from pathlib import Path
        from helper import start_task

        @pytest.mark.taskfail
        def test_second():
            start_task()
            mark = Path(__file__).with_name("mark")
            assert not mark.exists()
            mark.touch()
    """,
    )
    text = run("--taskfail-budget=1").stdout.str()
    assert "it does not pass under control without any fault (AssertionError: " in text


def test_unstable_points_are_named(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_unstable="""
        from concurrent.futures import ThreadPoolExecutor

        cache = []

        def fetch(number):
            return number

        def test_unstable():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch, 1).result()
                cache.append(1)
                if len(cache) == 2:
                    pool.submit(fetch, 2).result()
    """
    )
    run("--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json").assert_outcomes(passed=1)
    data = load(pytester)["test_unstable"]
    assert "start:fetch#1" in data["unstable"]
    assert " unstable points, for instance " in data["not_tried"]


def test_an_unstable_point_of_a_finding_is_in_its_text(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_unstable="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        cache = []

        def fetch(number):
            return number

        def test_unstable():
            lock = threading.Lock()

            def work(number):
                lock.acquire()
                fetch(number)
                lock.release()

            cache.append(1)
            with ThreadPoolExecutor(1) as pool:
                for number in range(2 + (len(cache) == 2)):
                    pool.submit(work, number)
    """
    )
    text = run("--taskfail", "--taskfail-budget=20").stdout.str()
    line = next(line for line in text.splitlines() if line.startswith("  not tried"))
    assert " unstable points, for instance " in line


def test_fixtures_fresh_for_each_experiment_and_wider_ones_once(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(helper=NOTE)
    pytester.makeconftest(
        """
        import pytest
        from helper import note

        def noting(scope):
            @pytest.fixture(scope=scope, autouse=True, name=scope + "_thing")
            def thing():
                note(scope + "+")
                yield object()
                note(scope + "-")
            return thing

        of_session = noting("session")
        of_module = noting("module")
        of_class = noting("class")
        of_function = noting("function")
        """
    )
    for name in ("test_a", "test_b"):
        pytester.makepyfile(
            **{
                name: """
        from helper import note, start_task
        seen = []

        class TestAll:
            def test_first(self, function_thing, module_thing):
                start_task()
                seen.append((function_thing, module_thing))

            def test_last(self, function_thing, tmp_path):
                note("body")
                (tmp_path / "only-once").mkdir()
                start_task()
                assert len({id(inner) for _, inner in seen}) == 1

        def test_of_function():
            note("plain")
    """
            }
        )
    result = run("--taskfail", "--taskfail-budget=1", "--taskfail-report=out.json")
    result.assert_outcomes(passed=6)
    experiments = load(pytester)["test_last"]["experiments"]
    assert experiments > 5
    seen = notes(pytester)
    wide = [line for line in seen if not line.startswith(("function", "body"))]
    module = ["module+", "class+", "class-", "class+", "plain", "class-", "module-"]
    assert wide == ["session+", *module, *module, "session-"]
    count = collections.Counter(seen)
    assert count["function+"] == count["function-"] == count["body"] * 2 - count["body"] + _firsts(pytester) + 2
    position = {line: [n for n, one in enumerate(seen) if one == line] for line in set(seen)}
    assert position["class-"][0] > max(n for n in position["body"] if n < position["module-"][0])
    assert position["class-"][0] < position["plain"][0] < position["module-"][0] < position["module+"][1]


def _firsts(pytester: pytest.Pytester) -> int:
    """How often the two `test_first` ran: once plainly and once in each experiment. Reads all tests, not one for each name."""
    import json

    tests = json.loads((pytester.path / "out.json").read_text())["tests"]
    return sum(test["experiments"] + 1 for test in tests if test["test"].endswith("test_first"))


def test_an_explored_test_that_is_the_last_of_its_module(run: Run, pytester: pytest.Pytester) -> None:
    source = """
        import pytest
        from helper import note, start_task

        @pytest.fixture(scope="module")
        def thing():
            note(__name__ + "+")
            yield
            note(__name__ + "-")

        def test_only(thing):
            start_task()
    """
    pytester.makepyfile(helper=NOTE, test_a=source, test_b=source)
    run("--taskfail", "--taskfail-budget=1").assert_outcomes(passed=2)
    assert notes(pytester) == ["test_a+", "test_a-", "test_b+", "test_b-"]


def test_a_wider_fixture_that_fails_at_its_end_is_an_error_once(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        helper=NOTE,
        test_a="""
        import pytest
        from helper import note, start_task

        @pytest.fixture(scope="module")
        def thing():
            yield
            raise ValueError("cannot tear down")

        def test_only(thing):
            start_task()
        """,
        test_b="def test_next(): pass",
    )
    result = run("--taskfail", "--taskfail-budget=1")
    result.assert_outcomes(passed=2, errors=1)
    assert "ValueError: cannot tear down" in result.stdout.str()


def test_shapes_of_tests(run: Run, pytester: pytest.Pytester) -> None:
    """Parametrised tests, classes, unittest's, and the built-in fixtures: the same mistake is found in each."""
    pytester.makepyfile(
        shop="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch(number):
            open("/dev/null").close()
            return number

        def bad(number, lock):
            lock.acquire()
            fetch(number)
            lock.release()

        def good(number, lock):
            with lock:
                fetch(number)

        def both(work):
            lock = threading.Lock()
            with ThreadPoolExecutor(2) as pool:
                jobs = [pool.submit(work, number, lock) for number in (1, 2)]
            return [job.exception() for job in jobs]
        """,
        test_shapes="""
        import logging
        import os
        import unittest
        import pytest
        from shop import bad, both, good

        @pytest.mark.parametrize("work", [good, bad], ids=["good", "bad"])
        def test_parameter(work):
            both(work)

        @pytest.fixture(params=["good", "bad"])
        def work(request):
            return {"good": good, "bad": bad}[request.param]

        def test_fixture_parameter(work):
            both(work)

        class TestClass:
            def setup_method(self):
                self.work = bad

            def test_method(self):
                work, self.work = self.work, None
                both(work)

        class Case(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.ups = 0

            def setUp(self):
                type(self).ups += 1
                self.work = bad

            def tearDown(self):
                type(self).ups -= 1

            def test_case_bad(self):
                self.assertEqual(self.ups, 1)
                both(self.work)

            def test_case_good(self):
                self.assertEqual(self.ups, 1)
                both(good)

            def test_case_skips(self):
                self.skipTest("not here")

        def test_built_in_fixtures(tmp_path, monkeypatch, capsys, caplog):
            monkeypatch.setenv("TASKFAIL_TRIED", "yes")
            (tmp_path / "file").touch(exist_ok=False)
            print("one line")
            logging.getLogger().warning("one record")
            both(good)
            assert capsys.readouterr().out == "one line\\n"
            assert [record.getMessage() for record in caplog.records].count("one record") == 1

        def test_bad_with_built_in_fixtures(tmp_path, monkeypatch, capsys, caplog):
            monkeypatch.setattr("os.sep", "/")
            print("shown for the finding")
            both(bad)

        def test_the_environment_is_as_before():
            assert "TASKFAIL_TRIED" not in os.environ
        """,
    )
    result = run("--taskfail", "--taskfail-budget=3", "--taskfail-report=out.json")
    text = result.stdout.str()
    failed = sorted(line.split("::", 1)[1].split(" - ")[0] for line in text.splitlines() if line.startswith("FAILED"))
    assert failed == [
        "Case::test_case_bad",
        "TestClass::test_method",
        "test_bad_with_built_in_fixtures",
        "test_fixture_parameter[bad]",
        "test_parameter[bad]",
    ]
    result.assert_outcomes(passed=5, failed=5, skipped=1)
    found = load(pytester)
    assert all(found[name]["explored"] for name in ("test_case_good", "test_built_in_fixtures", "test_parameter[good]"))
    assert found["test_case_bad"]["findings"][0]["law"] == "deadlock"
    line = "--taskfail-replay=raise ConnectionError @ call:fetch in bad#0"
    for node in ("Case::test_case_bad", "TestClass::test_method", "test_parameter[bad]"):
        assert f'replay     pytest "test_shapes.py::{node}" --taskfail-replay="' in text
    again = run("test_shapes.py::test_parameter[bad]", "test_shapes.py::Case::test_case_bad", line)
    again.assert_outcomes(failed=2)
    assert "taskfail: DEADLOCK when fetch raises ConnectionError in task bad#0" in again.stdout.str()


def test_things_made_before_the_experiment_work(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_early="""
        import pytest
        from concurrent.futures import ThreadPoolExecutor
        from threading import Event, Lock

        lock = Lock()
        early = ThreadPoolExecutor(2)

        @pytest.fixture(scope="session")
        def pool():
            with ThreadPoolExecutor(2) as pool:
                yield pool

        def fetch(number):
            with lock:
                return number

        def signal(event):
            fetch(1)
            event.set()

        def test_session_pool(pool):
            assert [job.result() for job in [pool.submit(fetch, number) for number in range(3)]] == [0, 1, 2]

        def test_module_pool():
            assert list(early.map(fetch, range(3))) == [0, 1, 2]

        def test_finding_in_a_session_pool(pool):
            event = Event()
            pool.submit(signal, event)
            event.wait()

        def test_session_pool_still_works(pool):
            assert pool.submit(fetch, 5).result() == 5
    """
    )
    result = run("--taskfail", "--taskfail-budget=2", "--taskfail-report=out.json")
    assert set(fails_in(result)) == {"test_finding_in_a_session_pool"}
    result.assert_outcomes(passed=3, failed=1)
    found = load(pytester)
    assert found["test_session_pool"]["faults_tried"] > 0
    assert found["test_module_pool"]["faults_tried"] > 0


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="this pytest has no subtests")
def test_subtests_of_experiments_are_not_reported(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_parts="""
            import unittest
            from concurrent.futures import ThreadPoolExecutor
            import pytest

            def fetch(number):
                return number

            def fetch_all():
                with ThreadPoolExecutor(2) as pool:
                    return list(pool.map(fetch, range(2)))

            class TestParts(unittest.TestCase):
                def test_by_unittest(self):
                    for part in range(2):
                        with self.subTest(part=part):
                            assert fetch_all() == [0, 1]

            @pytest.mark.taskfail
            def test_strict_and_wrong(subtests):
                got = []
                with ThreadPoolExecutor(2) as pool:
                    jobs = [pool.submit(fetch, number) for number in range(2)]
                for job in jobs:
                    with subtests.test(job=job):
                        got.append(job.result() if job.exception() is None else None)
                        assert got[-1] is not None
        """
    )
    plain = run("--no-taskfail", "-q")
    explored = run("--taskfail", "--taskfail-budget=2", "-q")
    plain.assert_outcomes(passed=2)
    assert "4 subtests passed" in plain.stdout.str()
    assert "4 subtests passed" in explored.stdout.str()
    assert "SUBFAILED" not in explored.stdout.str()
    assert fails_in(explored) == ["test_strict_and_wrong"]
    assert "taskfail: TEST FAILED when task fetch#0 raises" in explored.stdout.str()
