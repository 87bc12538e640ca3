"""Calls of a library's and of C's functions that fail after their effect."""

from __future__ import annotations

import sys

import pytest
from plugin_runs import Run, fails_in, replay_words

NETLIB = """
sent = []

def send(key):
    for n in range(3):
        helper(n)
    sent.append(key)
    return {"key": key}

def helper(n):
    return n

class Connection:
    def send(self, key):
        sent.append(key)
        return self

def numbers():
    yield 1

def fails(key):
    if not sent:
        sent.append(key)
        raise ConnectionError("no reply")
    return 1
"""
"""An installed package."""


@pytest.fixture
def netlib(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = pytester.mkdir("site-packages")
    (folder / "netlib.py").write_text(NETLIB)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_a_strict_test_loses_replies_of_a_library_that_are_plain_data(run: Run, pytester: pytest.Pytester, netlib: None) -> None:
    pytester.makepyfile(
        orders="""
        import netlib
        from concurrent.futures import ThreadPoolExecutor

        def order(key, send=netlib.send):
            for attempt in range(2):
                try:
                    return send(key)
                except ConnectionError:
                    pass

        def order_all(*args):
            with ThreadPoolExecutor(2) as pool:
                return [pool.submit(order, key, *args).result() for key in "ab"]
    """,
        test_orders="""
        import netlib
        import pytest
        from orders import order_all

        @pytest.fixture(autouse=True)
        def nothing_sent():
            netlib.sent.clear()

        @pytest.mark.taskfail
        def test_once():
            order_all()
            assert len(set(netlib.sent)) == len(netlib.sent)

        @pytest.mark.taskfail
        def test_handles_are_not_lost():
            order_all(netlib.Connection().send)
            assert len(set(netlib.sent)) == len(netlib.sent)
    """,
    )
    result = run()
    text = result.stdout.str()
    result.assert_outcomes(passed=1, failed=1)
    assert "taskfail: TEST FAILED when send raises ConnectionError after its effect in task order#0" in text
    assert replay_words(text)[1] == "--taskfail-replay=raise ConnectionError after @ call:send in order#0"
    run(*replay_words(text)).assert_outcomes(failed=1)


def test_by_hand_any_call_can_fail_after_its_effect(run: Run, pytester: pytest.Pytester, netlib: None) -> None:
    pytester.makepyfile(
        test_hand="""
        import os
        import sys
        import netlib
        import pytest
        from concurrent.futures import ThreadPoolExecutor
        from pytest_taskfail import Raise

        @pytest.fixture(autouse=True)
        def nothing_sent():
            netlib.sent.clear()

        def outcome(work):
            with ThreadPoolExecutor(1) as pool:
                return repr(pool.submit(work).exception())

        def test_of_c(taskfail, tmp_path):
            (tmp_path / "a").touch()
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:rename")
            assert outcome(lambda: os.rename(tmp_path / "a", tmp_path / "b")) == "OSError('lost')"
            assert (tmp_path / "b").exists()

        def test_of_c_the_second_time(taskfail, tmp_path):
            done = []
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:mkdir#1")

            def work():
                for name in "abc":
                    os.mkdir(tmp_path / name)
                    done.append(len(done))

            assert outcome(work) == "OSError('lost')"
            assert (done, sorted(os.listdir(tmp_path))) == ([0], ["a", "b"])

        @pytest.mark.skipif(sys.version_info < (3, 12), reason="a profile function sees no calls of classes")
        def test_of_a_class(taskfail):
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:Connection")
            assert outcome(lambda: netlib.Connection()) == "OSError('lost')"

        def test_of_a_library(taskfail):
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:Connection.send")
            connection = netlib.Connection()
            assert outcome(lambda: connection.send(1)) == "OSError('lost')"
            assert netlib.sent == [1]

        def test_what_raises_itself_has_no_reply_to_lose(taskfail):
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:fails")

            def work():
                try:
                    netlib.fails(1)
                except ConnectionError:
                    return netlib.fails(2)

            assert outcome(work) == "None"

        def test_of_c_what_raises_itself_has_no_reply_to_lose(taskfail, tmp_path):
            taskfail.inject(Raise(OSError("lost"), after=True), at="call:rmdir")

            def work():
                with pytest.raises(FileNotFoundError):
                    os.rmdir(tmp_path / "x")
                os.getpid()

            assert outcome(work) == "None"

        @pytest.mark.skipif(sys.version_info < (3, 12), reason="a profile function takes each step of a generator for a call")
        def test_of_a_generator(taskfail):
            taskfail.inject(Raise(OSError, after=True), at="call:numbers")
            assert outcome(lambda: list(netlib.numbers())).startswith(
                'TypeError("\\'raise OSError after\\' at call:numbers: what makes a generator or coroutine has no effect yet'
            )
    """
    )
    result = run("-q")
    assert fails_in(result) == []
    on_3_11 = sys.version_info < (3, 12)
    result.assert_outcomes(passed=5 if on_3_11 else 7, skipped=2 if on_3_11 else 0)
