"""What becomes of mutants: a pytest session for all of one program, each mutant a test file of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

from mutate import Mutant
from programs import HELPERS, HERE, LAWS, Program


class Pace(NamedTuple):
    """Seconds for one test: what survives the quick exploration gets a thorough one; the ordinary run comes first."""

    quick: float
    thorough: float
    ordinary: float


CONTROLLED, REAL = Pace(0.8, 3.0, 2.0), Pace(4.0, 10.0, 5.0)
"""Real processes take their time."""

KILLED, SURVIVED, BROKEN = "killed", "survived", "fails anyway"
"""A mutant that fails without any fault is not what a law or helper is for: it does not count."""


class Verdict(NamedTuple):
    """What became of a mutant, and by what: the laws that found it, or the first line of what was said."""

    mutant: str
    what: str
    by: tuple[str, ...]


def judge(program: Program, mutants: list[Mutant], settled: Container[str] = ()) -> list[Verdict]:
    """The verdicts on mutants of one program, in their order; the program itself must pass.

    Args:
        program: the correct one.
        mutants: of it.
        settled: names of those that are known to survive: they get no second look.

    Raises:
        SystemExit: the correct program is accused, or does not pass.
    """
    itself = Mutant("the program", "itself", 0, program.path.read_text(encoding="utf-8"))
    pace = REAL if program.name.startswith("processes/") else CONTROLLED
    known = _run(program, [itself, *mutants], pace.quick, pace.ordinary)
    again = [one for one in mutants if one.name in known and known[one.name].what == SURVIVED and one.name not in settled]
    if again:
        known.update(_run(program, again, pace.thorough, pace.ordinary))
    for one in mutants:
        if one.name not in known:  # the session was stopped before it: alone
            known.update(_run(program, [one], pace.thorough, pace.ordinary))
    own = known.get(itself.name)
    if own is None or own.what != SURVIVED:
        raise SystemExit(f"{program.name}: the correct program does not pass: {own}")
    return [known.get(one.name, Verdict(one.name, SURVIVED, ("no verdict: the session was stopped",))) for one in mutants]


def _run(program: Program, mutants: list[Mutant], budget: float, ordinary: float) -> dict[str, Verdict]:
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name)
        tests = folder / "tests"
        tests.mkdir()
        if program.path.parent not in (LAWS, HELPERS):
            for other in program.path.parent.glob("*.py"):  # what the test file imports
                if other != program.path:
                    shutil.copy(other, tests)
        for number, mutant in enumerate(mutants):
            (tests / f"test_mutant_{number:03}.py").write_text(mutant.source, encoding="utf-8")
        command = [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"),
            *("-p", "no:rerunfailures", "-p", "told", "-o", "asyncio_default_fixture_loop_scope=function"),
            *(
                "-c",
                os.devnull,
                f"--rootdir={tests}",
                f"--confcutdir={tests}",
                str(tests),
                "--tb=short",
                "--continue-on-collection-errors",
            ),
            *("--taskfail", f"--taskfail-budget={budget}", f"--taskfail-report={folder / 'report.json'}", *program.options),
        ]
        env = {**os.environ, "MUTANTS_TOLD": str(folder / "told"), "MUTANTS_ORDINARY": str(ordinary), "PYTHONPATH": str(HERE)}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        limit = 30 + len(mutants) * (3 * budget + 3)
        with (folder / "out").open("w") as out:
            session = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=env, start_new_session=True)
            try:
                session.wait(limit)
            except subprocess.TimeoutExpired:
                pass  # those without a result are run again alone
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(session.pid, signal.SIGKILL)  # a mutant leaves processes behind
                session.wait()
        if os.environ.get("MUTANTS_SHOW"):
            print((folder / "out").read_text()[-5000:])
        return _read(folder, mutants)


def _read(folder: Path, mutants: list[Mutant]) -> dict[str, Verdict]:
    told: dict[int, list[dict[str, str]]] = {}
    if (folder / "told").exists():
        for line in (folder / "told").read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            told.setdefault(_number(one["test"]), []).append(one)
    explored: dict[int, list[dict[str, object]]] = {}
    if (folder / "report.json").exists():
        for test in json.loads((folder / "report.json").read_text(encoding="utf-8"))["tests"]:
            explored.setdefault(_number(test["test"]), []).append(test)
    tests = max((len(one) for one in told.values()), default=0)
    return {
        mutant.name: _verdict(mutant, told[number], explored.get(number, []))
        for number, mutant in enumerate(mutants)
        if 0 < tests == len(told.get(number, [])) or any(one["outcome"] == "failed" for one in told.get(number, []))
    }


def _verdict(mutant: Mutant, told: list[dict[str, str]], explored: list[dict[str, object]]) -> Verdict:
    laws = sorted({finding["law"] for test in explored for finding in test["findings"]})  # type: ignore[attr-defined]
    if laws:
        return Verdict(mutant.name, KILLED, tuple(laws))
    failed = [one["text"].partition("\n")[0] for one in told if one["outcome"] == "failed"]
    for text in failed:
        said = text.removeprefix("Failed: ").removeprefix("pytest_taskfail.errors.CheckFailed: ").removeprefix("CheckFailed: ")
        if said.startswith("taskfail: "):
            return Verdict(mutant.name, KILLED, (said.removeprefix("taskfail: "),))
    if failed:
        return Verdict(mutant.name, BROKEN, (failed[0],))
    why = [str(test["why_not"]) for test in explored if test.get("why_not")]
    return Verdict(mutant.name, BROKEN if why else SURVIVED, tuple(why))


def _number(nodeid: str) -> int:
    return int(nodeid.partition("test_mutant_")[2][:3])
