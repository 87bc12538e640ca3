"""Details of what is printed: nothing of our own inner workings, and things of one line told apart."""

from __future__ import annotations

import re

import pytest
from plugin_runs import Run


def test_what_is_placed_by_hand_shows_nothing_of_our_own(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_hand="""
        import logging
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from pytest_taskfail import Raise

        def fetch():
            pass

        def test_unfired(taskfail):
            taskfail.inject(Raise(OSError), at="start:fetch#7")
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch)

        def test_unfired_inside(taskfail):
            with taskfail.experiment("raise OSError @ start:fetch#8"):
                fetch()

        def test_deadlock(taskfail):
            never = threading.Event()

            def work():
                try:
                    never.wait()
                except BaseException:
                    logging.exception("the work has failed")
                    raise

            def tell(job):
                raise ValueError("nobody listens")

            with ThreadPoolExecutor(1) as pool:
                job = pool.submit(work)
                job.add_done_callback(tell)
                job.result()
    """
    )
    result = run()
    result.assert_outcomes(failed=3)
    text = result.stdout.str()
    assert "Abort" not in text
    unfired, inside, deadlock = (part.partition("\n")[2] for part in re.split(r"\n_+ test_", text.partition("short test")[0])[1:])
    assert unfired.splitlines() == [
        "UnfiredFault: the planned fault never fired: raise OSError @ start:fetch#7",
        "  points that were reached:",
        "    start:fetch#0",
        "    end:fetch#0",
    ]
    assert 'with taskfail.experiment("raise OSError @ start:fetch#8"):' in inside  # the user's own line stays to be seen
    assert "plugin_hand.py" not in inside
    assert deadlock.splitlines()[:3] == [
        "taskfail: DEADLOCK without any fault",
        "  work#0    waits for Event test_hand.py:19 to be set at test_hand.py:23",
        "  test      waits for work#0 at test_hand.py:34",
    ]
    assert "the work has failed" not in deadlock
    assert "During handling" not in deadlock


def test_locks_of_one_line_are_told_apart(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_locks="""
        import threading

        both = [threading.Lock() for _ in range(2)]

        def take(first, second):
            with first:
                with second:
                    pass

        def test_module():
            in_turn(both)

        def test_own():
            in_turn([threading.Lock() for _ in range(2)])

        def in_turn(locks):
            threads = [threading.Thread(target=take, args=pair) for pair in (locks, locks[::-1])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    """
    )
    text = run("--taskfail", "--taskfail-faults=none").stdout.str()
    for line in (3, 14):
        assert f"waits for Lock test_locks.py:{line} #1, held by take#1" in text
        assert f"waits for Lock test_locks.py:{line} #0, held by take#0" in text


def test_a_loop_without_end_is_shown_by_the_users_own_lines(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_loop="""
        import threading

        def load():
            return 1

        def test_loop():
            lock, values = threading.Lock(), []

            def work():
                values.append(load())

            thread = threading.Thread(target=work)
            thread.start()
            while not values:
                with lock:
                    pass
            thread.join()
    """
    )
    text = run("--taskfail").stdout.str()
    assert "taskfail: LIVELOCK when load raises ConnectionError in task work#0" in text
    shown = text.partition("  stacks\n")[2].partition("\n===")[0]
    assert re.findall(r"^    (\S+ in .*)$", shown, re.MULTILINE)
    assert "pytest_taskfail" not in shown
    assert "_pytest" not in shown
