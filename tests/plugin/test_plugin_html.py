"""`--taskfail-report=x.html`: one page about the run, with or without workers."""

from __future__ import annotations

import re

import pytest
from plugin_runs import Run


def report(pytester: pytest.Pytester, name: str = "out.html") -> str:
    return (pytester.path / name).read_text(encoding="utf-8")


def test_the_page_tells_what_was_tried_and_what_was_found(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=20", "--taskfail-report=out.html").assert_outcomes(passed=2, failed=1)
    text = report(pytester)
    assert "<h1>1 finding in 1 of 1 test</h1>" in text or re.search(r"<h1>\d findings in 1 of 1 test</h1>", text)
    assert "12 of 12 points swept" in text
    assert "<strong>DEADLOCK</strong> when Fake.charge raises ConnectionError in task pay#0" in text
    replay = "--taskfail-replay=&quot;raise ConnectionError @ call:Fake.charge in pay#0&quot;"
    assert f"pytest &quot;test_shop.py::test_pay&quot; {replay}" in text
    assert "takes the lock <code>shop.py:13</code>" in text
    assert "gives the lock" not in text.partition("<h4>")[2].partition("<h4>")[0]
    assert 'class="graph"' in text
    assert len(re.findall(r'<td class="\w+">', text)) > 20


def test_the_page_from_workers_says_the_same(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    alone = run("--taskfail", "--taskfail-budget=20", "--taskfail-report=alone.html")
    alone.assert_outcomes(passed=2, failed=1)
    run("--taskfail", "--taskfail-budget=20", "--taskfail-report=out.html", "-n1", use=("xdist",)).assert_outcomes(
        passed=2, failed=1
    )

    def lasting(text: str) -> str:
        return re.sub(r'<td class="number">\d+\.\d</td></tr>', "", text)

    assert lasting(report(pytester)) == lasting(report(pytester, "alone.html"))


def test_what_was_left_for_want_of_budget_is_in_the_table(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    run("--taskfail", "--taskfail-budget=0", "--taskfail-report=out.html").assert_outcomes(passed=3)
    text = report(pytester)
    assert "<h1>No finding in 1 test</h1>" in text
    assert re.search(r'<span class="sign left">&ndash;</span> not tried <span class="quiet">\d+</span>', text)
    assert "--taskfail-budget raises the limit" in text


def test_a_name_with_a_script_in_it_stays_a_name(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_odd="""
        import threading

        import pytest

        @pytest.mark.taskfail
        @pytest.mark.parametrize("name", ["<script>alert(1)</script>"])
        def test_odd(name):
            seen = []

            def work():
                try:
                    fetch()
                    seen.append(name)
                except Exception:
                    print("<img src=x>", "\\udc80", "\\x00")

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            assert seen, "</pre><script>alert(2)</script>"

        def fetch():
            pass
        """
    )
    run("--taskfail-report=out.html").assert_outcomes(failed=1)
    text = report(pytester)
    assert text.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in text
    assert "<img" not in text


def test_without_a_report_nothing_of_it_is_imported(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            print("HTML", sorted(name for name in sys.modules if name.startswith("pytest_taskfail.report.")))
        """
    )
    said = run("--taskfail", "--taskfail-budget=1", "-s").stdout.str()
    assert "pytest_taskfail.report.text" in said
    assert "pytest_taskfail.report.html" not in said


def test_a_folder_is_no_file_to_write(run: Run, shop: None, pytester: pytest.Pytester) -> None:
    pytester.mkdir("out.html")
    said = run("--taskfail", "--taskfail-report=out.html")
    assert "--taskfail-report=out.html: this is a folder; name a file that is to be written" in said.stderr.str()
