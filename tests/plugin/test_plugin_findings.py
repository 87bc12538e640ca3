"""`pytest --taskfail` on unchanged tests that pass: what is found, how it reads, and that its replay line reproduces it."""

from __future__ import annotations

import pytest
from plugin_runs import Run, fails_in, load, replay_words

DEADLOCK = """\
taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0
  pay#0      ended with ConnectionError, still holds Lock shop.py:13 (taken at shop.py:16)
  pay#1      waits for that lock at shop.py:16
  pay#2      waits for that lock at shop.py:16
  test       waits for the tasks of the ThreadPoolExecutor to end at shop.py:26"""


def test_a_lock_kept_by_a_failed_task_is_found_and_the_suite_goes_on(run: Run, shop: None) -> None:
    result = run("--taskfail", "--taskfail-budget=20")
    text = result.stdout.str()
    result.assert_outcomes(passed=2, failed=1)
    assert fails_in(result) == ["test_pay"]
    assert "taskfail: explores every test, at most 20 s each" in text
    assert DEADLOCK in text
    assert "FAILED test_shop.py::test_pay - taskfail: DEADLOCK when Fake.charge raises ConnectionError in task pay#0" in text
    assert "  smallest   1 fault of " in text
    assert "  not tried  other schedules, as a fault was found first" in text
    assert "taskfail: 1 test explored, 2 findings, 2 left alone (they start no task)" in text
    words = replay_words(text)
    assert words == ["test_shop.py::test_pay", "--taskfail-replay=raise ConnectionError @ call:Fake.charge in pay#0"]
    again = run(*words)
    again.assert_outcomes(failed=1)
    assert DEADLOCK in again.stdout.str()
    assert "taskfail: replays, at most 10 s each" in again.stdout.str()
    finding = text[text.index("taskfail: DEADLOCK") : text.index("taskfail: LEAKED LOCK")]
    assert len(finding.strip().splitlines()) <= 40


def test_a_run_in_ci_says_a_finding_once(run: Run, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")  # with it, pytest's short summary has whole messages
    text = run("--taskfail").stdout.str()
    assert text.count(DEADLOCK) == 1
    assert text.count("  replay  ") == text.count("  timeline  ") == 2, "of the two findings"


def test_the_timeline_has_a_column_for_each_task_and_marks_the_fault(run: Run, shop: None) -> None:
    lines = run("--taskfail", "--taskfail-budget=20").stdout.lines
    head = next(number for number, line in enumerate(lines) if line.startswith("  timeline"))
    columns = lines[head].split()[1:]
    assert columns == ["pay#0", "pay#1", "test", "pay#2"]
    marked = next(line for line in lines[head:] if "** raise ConnectionError" in line)
    assert marked.index("**") == lines[head].index("pay#0")
    submitted = next(line for line in lines[head:] if "starts pay#0" in line)
    assert submitted.index("starts") == lines[head].index("test")


def test_the_last_holder_leaves_a_leaked_lock(run: Run, shop: None) -> None:
    text = run("--taskfail", "--taskfail-budget=20").stdout.str()
    assert "taskfail: LEAKED LOCK when Fake.charge raises ConnectionError in task pay#2" in text
    assert "  pay#2      ended with ConnectionError, still holds Lock shop.py:13 (taken at shop.py:16)" in text


def test_the_repaired_twin_is_not_accused(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    source = (pytester.path / "test_shop.py").read_text()
    (pytester.path / "test_shop.py").write_text(source.replace(".pay)", ".pay_safely)"))
    result = run("--taskfail", "--taskfail-budget=2", "-v")
    result.assert_outcomes(passed=3)
    text = result.stdout.str()
    assert "taskfail: 1 test explored, 0 findings, 2 left alone (they start no task)" in text
    assert "taskfail: test_shop.py::test_pay: " in text
    assert " points swept, " in text


def test_without_the_option_nothing_is_explored(run: Run, shop: None) -> None:
    result = run()
    result.assert_outcomes(passed=3)
    assert "taskfail:" not in result.stdout.str()


def test_a_signal_not_sent_as_the_sender_failed(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_signal="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        def test_wait():
            done = threading.Event()

            def send():
                fetch()
                done.set()

            with ThreadPoolExecutor(2) as pool:
                pool.submit(send)
                done.wait()

        def test_wait_well():
            done = threading.Event()

            def send():
                try:
                    fetch()
                finally:
                    done.set()

            with ThreadPoolExecutor(2) as pool:
                sent = pool.submit(send)
                sent.add_done_callback(lambda future: done.set())
                done.wait()
                sent.exception()
    """
    )
    result = run("--taskfail", "--taskfail-budget=1")
    text = result.stdout.str()
    assert fails_in(result) == ["test_wait"]
    assert (
        "taskfail: DEADLOCK when fetch raises ConnectionError in task send#0\n"
        "  test       waits for Event test_signal.py:8 to be set at test_signal.py:16\n"
    ) in text
    again = run(*replay_words(text))
    again.assert_outcomes(failed=1)
    assert "  test       waits for Event test_signal.py:8 to be set at test_signal.py:16" in again.stdout.str()


def test_what_the_tool_does_to_end_an_experiment_is_not_shown_as_output(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_signal="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            print("fetching")

        def test_wait():
            done = threading.Event()

            def send():
                fetch()
                done.set()

            with ThreadPoolExecutor(2) as pool:
                pool.submit(send)
                done.wait()
    """
    )
    text = run("--taskfail", "--taskfail-budget=20").stdout.str()
    assert "taskfail: DEADLOCK" in text
    assert "Abort" not in text
    assert "Traceback" not in text


def test_a_lock_of_the_module_that_an_experiment_left_locked_is_free_for_the_next_test(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        test_module_lock="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        lock = threading.Lock()

        def fetch(number):
            return number

        def work(number):
            lock.acquire()
            fetch(number)
            lock.release()

        def test_pool():
            with ThreadPoolExecutor(2) as pool:
                pool.submit(work, 1)
                pool.submit(work, 2)

        def test_next():
            assert lock.acquire(timeout=0.1)
            lock.release()
    """
    )
    result = run("--taskfail", "--taskfail-budget=20", "--taskfail-report=out.json")
    assert fails_in(result) == ["test_pool"]
    assert "taskfail: DEADLOCK when fetch raises ConnectionError in task work#0" in result.stdout.str()
    assert load(pytester)["test_pool"]["faults_tried"] > 5


def test_locks_taken_in_two_orders_by_a_pool(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_transfer="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        left = threading.Lock()
        right = threading.Lock()

        def there():
            with left:
                with right:
                    pass

        def back():
            with right:
                with left:
                    pass

        def test_transfer():
            with ThreadPoolExecutor(2) as pool:
                jobs = [pool.submit(there), pool.submit(back)]
            assert len([job.exception() for job in jobs]) == 2
    """
    )
    result = run("--taskfail", "--taskfail-budget=20", "--taskfail-faults=none")
    text = result.stdout.str()
    result.assert_outcomes(failed=1)
    assert "taskfail: DEADLOCK without any fault, only by another order of threads" in text
    assert "waits for Lock test_transfer.py:4, held by there#0 (taken at test_transfer.py:8) at test_transfer.py:14" in text
    assert "waits for Lock test_transfer.py:5, held by back#0 (taken at test_transfer.py:13) at test_transfer.py:9" in text
    assert " from running each task until it blocks" in text
    words = replay_words(text)
    assert words[1].startswith("--taskfail-replay=py3.")
    again = run(*words)
    again.assert_outcomes(failed=1)
    assert "taskfail: DEADLOCK without any fault, only by another order of threads" in again.stdout.str()
    plain = run("--taskfail", "--taskfail-budget=20")
    plain.assert_outcomes(failed=1)
    assert "taskfail: DEADLOCK" in plain.stdout.str()


def test_output_is_shown_of_the_experiment_that_is_the_finding_only(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_loud="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch(number):
            return number

        def test_loud():
            lock = threading.Lock()

            def work(number):
                lock.acquire()
                try:
                    fetch(number)
                except ConnectionError:
                    print("a line of the failed experiment", number)
                    raise
                print("a line of the good way", number)
                lock.release()

            with ThreadPoolExecutor(1) as pool:
                pool.submit(work, 1)
                pool.submit(work, 2)
    """
    )
    text = run("--taskfail", "--taskfail-budget=20").stdout.str()
    head, _, shown = text.partition("Captured in the experiment")
    assert "a line of the failed experiment 1" in shown
    assert "a line of" not in head


def test_an_experiment_that_computes_for_ever_is_a_hang_with_stacks_and_the_suite_goes_on(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        test_spin="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 1

        def test_spin():
            done = []

            def work():
                fetch()
                done.append(1)

            with ThreadPoolExecutor(1) as pool:
                job = pool.submit(work)
                while not done:
                    pass

        def test_next():
            pass
    """
    )
    result = run("--taskfail", "--taskfail-budget=1", "--timeout=6", use=("timeout",))
    text = result.stdout.str()
    result.assert_outcomes(passed=1, failed=1)
    assert "taskfail: HANG when fetch raises ConnectionError in task work#0" in text
    assert "  stacks" in text
    assert "  best effort" in text
    assert "Timeout" not in text


def test_what_a_thread_prints_after_the_test_is_not_for_the_terminal(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_progress="""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def fetch():
            return 7

        def show(finished):
            while not finished.wait(20):
                print("not done yet")

        def download():
            finished = threading.Event()
            threading.Thread(target=show, args=(finished,)).start()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fetch).result()
            finished.set()

        def test_download():
            download()
        """
    )
    text = run("--taskfail").stdout.str()
    assert "taskfail: LEAKED THREAD when task fetch#0 raises ConnectionError" in text
    assert "not done yet" not in text
