"""The commands of a newcomer, and what CI runs. Standard library only.

python dev.py demo [PATH]                      see the plugin find a bug
python dev.py test [--only 3.12] [-- ...]      style, types, and the test-suite on each Python that is found
python dev.py examples [--only 3.12]           every mistake in examples/ is found, no repaired system is accused
python dev.py mutants [-- LAW ...]             the score of the laws and helpers against mutants of correct programs
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent
MINORS = ("3.11", "3.12", "3.13")
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
DEMO = "examples/shared_lock/see_it_fail.py"
SUITE_EXTRAS = {"test"}
LINT_EXTRAS = {"test", "lint"}
EXAMPLES, EXAMPLES_EXTRAS = "tests/bugs/test_examples.py", {"test", "dask"}
STAMP = "taskfail-stamp.txt"


class CannotRun(Exception):
    """A step could not even start; the text says why."""


def works(python: str | Path, minor: str) -> bool:
    """Whether this really is Python `minor` and can make environments; a pyenv shim may exist and do neither."""
    probe = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == minor


def find_python(minor: str) -> str | None:
    """A working Python of this minor version: the running one, then PATH, then pyenv's versions, newest first."""
    candidates: list[str | Path] = []
    if minor == RUNNING:
        # The base of a virtual environment comes first: the environment may be the one that is about to be replaced.
        candidates += [Path(sys.base_prefix) / "bin" / f"python{minor}", sys.executable]
    on_path = (shutil.which(f"python{minor}", path=folder) for folder in os.get_exec_path())
    candidates += [found for found in on_path if found]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    builds = sorted((pyenv / "versions").glob(f"{minor}.*"), key=lambda build: [int(n) for n in re.findall(r"\d+", build.name)])
    candidates += [build / "bin" / "python" for build in reversed(builds)]
    return next((str(python) for python in candidates if works(python, minor)), None)


def environment(minor: str, python: str, extras: set[str]) -> str:
    """The Python of `.venv-<minor>`, with the checkout and these extras installed; made anew only when it must be."""
    folder = ROOT / f".venv-{minor}"
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / STAMP
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + bytes(ROOT)).hexdigest()
    was, _, had = (stamp.read_text() if stamp.exists() else "").partition("\n")
    fresh = was == wanted and works(inside, minor)
    if fresh and extras <= set(had.split()):
        return str(inside)
    print(f"{folder.name}: installing (kept until pyproject.toml changes) ...", flush=True)
    extras = extras | set(had.split()) if fresh else extras
    target = f"{ROOT}[{','.join(sorted(extras))}]" if extras else str(ROOT)
    pip = [str(inside), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    try:
        stamp.unlink(missing_ok=True)
        if not fresh:
            subprocess.run([python, "-m", "venv", "--clear", folder], cwd=ROOT, check=True)
        subprocess.run([*pip, "--editable", target], cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(f"{folder.name} could not be made: {error}") from error
    stamp.write_text("\n".join([wanted, *sorted(extras)]))
    return str(inside)


def own_environment(extras: set[str]) -> str:
    """The same for the Python that runs this file."""
    python = find_python(RUNNING)
    if python is None:
        raise CannotRun(f"Python {RUNNING} cannot make a virtual environment: its venv or ensurepip module is missing.")
    return environment(RUNNING, python, extras)


def show(argv: list[str]) -> tuple[int, list[str]]:
    """Run a command, print what it prints as it comes, and return its exit code and its lines without colours."""
    lines: list[str] = []
    print("$ python " + " ".join(argv[1:]), flush=True)
    # The suite starts hundreds of interpreters: they should find the package compiled.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    )

    def pump() -> None:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(re.sub(r"\x1b\[[0-9;]*m", "", line).strip())

    reader = threading.Thread(target=pump, daemon=True)
    reader.start()
    code = process.wait()
    reader.join(10)  # bounded: a process left behind may keep the pipe open
    return code, lines


def colour() -> list[str]:
    return ["--color=yes"] if sys.stdout.isatty() and "NO_COLOR" not in os.environ else []


def closing_line(lines: list[str]) -> str:
    """The line with which pytest ends, or an empty one."""
    ends = re.compile(r"\b(passed|failed|errors?|skipped|deselected|xfailed|xpassed|no tests ran)\b.* in \d[\d.]*s")
    return next((line for line in reversed(lines) if ends.search(line)), "")


def demo(path: str) -> int:
    inside = own_environment(set())
    print(f"\nThe tasks of {path} are now broken on purpose: a FAILED test is the expected outcome.\n")
    code, lines = show([inside, "-m", "pytest", *colour(), "--taskfail", "-q", path])
    if code == 1 and any("taskfail: " in line for line in lines):
        print("\nThat is a finding: the code does not survive the failure named above.")
        return 0
    print(f"\nNo finding was shown, but one was expected (pytest ended with exit code {code}).")
    return 1


def lint() -> list[str]:
    """Style and types, once, on the Python that runs this file; the names of what failed."""
    inside = own_environment(LINT_EXTRAS)
    steps = ["ruff check .", "ruff format --check .", "mypy --strict pytest_taskfail dev.py"]
    return [step for step in steps if show([inside, "-m", *step.split()])[0]]


def suite(minor: str, python: str, extra: list[str], extras: set[str] = SUITE_EXTRAS) -> tuple[str, str]:
    """The test-suite on one Python: what failed (empty: nothing) and pytest's closing line.

    What fails is tried twice more, and said: explorations have a budget of real time, which a busy machine may starve.
    """
    inside = environment(minor, python, extras)
    options = ["-n", "2", "--timeout=300", "--reruns=2", "-o", "asyncio_default_fixture_loop_scope=function"]
    code, lines = show([inside, "-m", "pytest", *colour(), *options, *extra])
    closing = closing_line(lines)
    if code:
        return f"tests on Python {minor} (exit code {code})", closing
    return "" if re.search(r"\b[1-9]\d* passed", closing) else f"tests on Python {minor} (no test ran)", closing


def test(only: list[str], extra: list[str]) -> int:
    failed = []
    try:
        failed += lint()
    except CannotRun as error:
        failed.append(f"style and types: {error}")
    return on_each_python(only, extra, SUITE_EXTRAS, failed)


def examples(only: list[str]) -> int:
    os.environ["TASKFAIL_TESTS"] = "all"
    return on_each_python(only, [EXAMPLES, "-p", "no:randomly"], EXAMPLES_EXTRAS, [])  # its order is that of their length


def on_each_python(only: list[str], extra: list[str], extras: set[str], failed: list[str]) -> int:
    """Runs tests on each Python and says how each run has ended; `failed` names what has failed before."""
    ran, missing = [], []
    closings: list[str] = []
    pythons = {minor: find_python(minor) for minor in MINORS if minor in only or not only}
    if len(pythons) == len(MINORS) and all(pythons.values()):
        os.environ.setdefault("TASKFAIL_TESTS", "share")  # see tests/conftest.py
    for minor, python in pythons.items():
        if python is None:
            missing.append(minor)
            continue
        print(f"\nPython {minor}: {python}", flush=True)
        try:
            problem, closing = suite(minor, python, extra, extras)
        except CannotRun as error:
            problem, closing = f"tests on Python {minor}: {error}", ""
        ran.append(minor)
        failed += [problem] if problem else []
        closings += [closing or f"Python {minor}: pytest printed no closing line"]
    failed += [f"Python {minor} was asked for and not found" for minor in missing if only]
    failed += [] if ran else ["no test ran: none of Python " + ", ".join(only or MINORS) + " was found"]
    print()
    for minor in missing:
        print(f"not found: Python {minor}")
    for problem in failed:
        print(f"FAILED: {problem}")
    print("The closing lines of the test-suite on Python " + (", ".join(ran) or "-") + ":")
    print("\n".join(closings or ["none: no test ran"]), flush=True)
    return 1 if failed else 0


def mutants(extra: list[str]) -> int:
    inside = own_environment(SUITE_EXTRAS)
    return show([inside, "tests/mutants/score.py", *extra])[0]


def main(argv: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - said in words instead of a SyntaxError further on
        raise CannotRun(f"Python 3.11 or newer is needed; this is {RUNNING}.")
    own, extra = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    parser = argparse.ArgumentParser(prog="dev.py", description="See the plugin find a bug, or test the project.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="see the plugin find a bug")
    demo_parser.add_argument("path", nargs="?", default=DEMO, help="a test file (default: %(default)s)")
    test_parser = commands.add_parser("test", help="style, types and the test-suite; what follows -- goes to pytest")
    test_parser.add_argument("--only", action="append", default=[], choices=MINORS, help="only on this Python")
    examples_parser = commands.add_parser("examples", help="every mistake in examples/ is found, no repaired system is accused")
    examples_parser.add_argument("--only", action="append", default=[], choices=MINORS, help="only on this Python")
    commands.add_parser("mutants", help="the score of the laws and helpers against mutants; -- --help says more")
    chosen = parser.parse_args(own)
    if chosen.command == "examples":
        return examples(chosen.only)
    if chosen.command == "mutants":
        return mutants(extra)
    return demo(chosen.path) if chosen.command == "demo" else test(chosen.only, extra)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as problem:
        sys.exit(f"dev.py: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
