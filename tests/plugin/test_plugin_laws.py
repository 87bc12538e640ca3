"""`--taskfail-laws`: what is judged on request; without it, a line of information."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from plugin_runs import Run, replay_words

from pytest_taskfail.plugin_settings import read_options

HAMMERED = Path(__file__).parents[1] / "bugs" / "failures" / "rt_hammered"


@pytest.fixture
def hammered(pytester: pytest.Pytester) -> None:
    """A test of code that tries again at once and for ever."""
    shutil.copy(HAMMERED / "broken" / "test_rt_hammered.py", pytester.path)


def test_a_retry_storm_is_information_until_it_is_asked_for(run: Run, hammered: None, pytester: pytest.Pytester) -> None:
    result = run("--taskfail", "--taskfail-budget=5", "--taskfail-report=report.json")
    result.assert_outcomes(passed=1)
    text = result.stdout.str()
    line = "  send#0  tried Server.store again until the 51 failures were over: no cap ends that, or a high one"
    assert (
        "taskfail: 1 call is tried again without a cap or a pause; --taskfail-laws=retry-storm judges that\n"
        f"{line} (at test_rt_hammered.py:17)\n"
    ) in text
    assert "without any pause" not in text
    (test,) = json.loads((pytester.path / "report.json").read_text())["tests"]
    (storm,) = test["retry_storms"]
    assert (storm["place"], len(storm["evidence"])) == ("test_rt_hammered.py:17", 2)
    asked = run("--taskfail", "--taskfail-budget=5", "--taskfail-laws=retry-storm")
    asked.assert_outcomes(failed=1)
    words = replay_words(asked.stdout.str())
    assert words[-1] == "--taskfail-laws=retry-storm"
    again = run(*words)
    again.assert_outcomes(failed=1)
    assert "taskfail: RETRY STORM when Server.store raises ConnectionError every time in task send#0\n" in again.stdout.str()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("retry-strom", "--taskfail-laws=retry-strom: there is no law 'retry-strom' on request; there is retry-storm"),
        ("deadlock", "--taskfail-laws=deadlock: the law 'deadlock' is judged anyway; on request there is retry-storm"),
    ],
)
def test_a_law_that_cannot_be_asked_for_is_refused(pytester: pytest.Pytester, given: str, says: str) -> None:
    with pytest.raises(pytest.UsageError) as caught:
        read_options(pytester.parseconfig(f"--taskfail-laws={given}"))
    assert str(caught.value) == says


def test_the_ini_file_can_ask_for_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ntaskfail_laws = retry-storm")
    assert read_options(pytester.parseconfig()).asked == {"retry-storm"}
