"""Runs what the pages show and writes into them what it prints: `python docs/outputs.py [--check] [PAGE ...]`.

What a page says of its own code is never typed by hand. In a page, from top to bottom and in one empty folder:

* a block whose first line is a comment with the name of a file (`# shop.py`) is that file; `# shop.py, continued` adds to it;
* a block `console` has commands, each behind `$ `, and below each what it prints. Other blocks are only read by people;
* `<!-- shown: PATTERN -->` above it keeps the lines in which the pattern is found; one line `[...]` stands for those left out;
* `<!-- with: examples pyproject.toml -->` copies these from the checkout first;
* `<!-- plugins: hypothesispytest -->` loads other plugins of pytest, by the names of their entry points.

pytest runs without its header, and with no other plugin than these and this one. It needs an environment in which the
plugin is installed.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
LEFT_OUT = "[...]"
LIMIT = 120.0
"""Seconds that one command may take."""

FENCE = re.compile(r"(?P<head>(?:^<!-- .*? -->\n)*)^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (?P<name>[\w./-]+\.(?:py|toml|ini))(?P<more>, continued)?\n")
VARIES = re.compile(
    r"\d+(?:\.\d+)?(?= ?(?:s|ms|seconds)\b)|={3,}|py3\.\d+(?: \d+:[\w.!]+)*|(?<=findings, in )\d+|(?<=finding, in )\d+"
    r"|\d+(?= (?:schedules|random orders|faults in another order)\b)|\((?:complete up to|some|all)\b[^)]*\)"
)
"""Times, schedules, which hold for one version of Python, and how far the search of orders came in its seconds."""


class Failed(Exception):
    """A command of a page did not end in time."""


def pages() -> list[Path]:
    """The pages that have outputs."""
    every = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [page for page in every if "_build" not in page.parts and any(one["kind"] == "console" for one in fences(page))]


def fences(page: Path) -> Iterator[re.Match[str]]:
    return FENCE.finditer(page.read_text(encoding="utf-8"))


def environment(plugins: list[str]) -> dict[str, str]:
    """That of a reader: this Python first, a terminal of 100 columns, nothing that a developer or CI has set."""
    ours = re.compile(r"PYTEST_|TASKFAIL|COV_|COVERAGE|CI$|BUILD_NUMBER$|GITHUB_|PYTHON|FORCE_COLOR|PY_COLORS")
    env = {name: value for name, value in os.environ.items() if not ours.match(name)}
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
    env |= {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONHASHSEED": "0"}
    options = " ".join(f"-p {name}" for name in ["taskfail", *plugins])
    return env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": f"{options} --no-header"}


def printed(command: str, folder: Path, env: dict[str, str], shown: str) -> list[str]:
    """The lines that a command prints, without machine paths."""
    try:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Failed(f"`{command}` has not ended after {LIMIT:g} seconds") from late
    text = done.stdout.replace(str(folder), "/home/you/project")
    return kept([line.rstrip() for line in text.strip("\n").splitlines()], shown)


def kept(lines: list[str], shown: str) -> list[str]:
    """The lines that a page shows."""
    if not shown:
        return lines
    result: list[str] = []
    for line in lines:
        if re.search(shown, line):
            result.append(line)
        elif result[-1:] != [LEFT_OUT]:
            result.append(LEFT_OUT)
    return result


def remade(page: Path) -> str:
    """The text of the page with the outputs of now."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "project"
        folder.mkdir()
        for one in asked("with", text):
            copy = shutil.copytree if (ROOT / one).is_dir() else shutil.copy
            copy(ROOT / one, folder / one)
        env = environment(asked("plugins", text))
        return FENCE.sub(lambda fence: step(fence, folder, env), text)


def asked(name: str, text: str) -> list[str]:
    """The words of the comments of this name."""
    return [word for words in re.findall(rf"^<!-- {name}: (.*) -->$", text, re.MULTILINE) for word in words.split()]


def step(fence: re.Match[str], folder: Path, env: dict[str, str]) -> str:
    """One block: writes its file, or runs its commands and gives it anew."""
    head, kind, body = fence["head"], fence["kind"], fence["body"]
    if kind == "console":
        shown = re.search(r"<!-- shown: (.*?) -->", head)
        lines: list[str] = []
        for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
            lines += [f"$ {command}", *printed(command, folder, env, shown[1] if shown else "")]
        return f"{head}```console\n" + "".join(f"{line}\n" for line in lines) + "```"
    if named := FILE.match(body):
        path = folder / named["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") + "\n\n" if named["more"] else ""
        path.write_text(before + body, encoding="utf-8")
    return fence[0]


def alike(text: str) -> list[str]:
    """The lines of a page without what differs from run to run and from machine to machine."""
    return VARIES.sub("#", text).splitlines()


def difference(page: Path) -> str:
    """How the page differs from what its commands print now; empty where it does not."""
    now = remade(page)
    before = page.read_text(encoding="utf-8")
    return "\n".join(difflib.unified_diff(alike(before), alike(now), page.name, "printed now", lineterm=""))


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    chosen = [Path(name).resolve() for name in arguments if not name.startswith("-")] or pages()
    stale = False
    for page in chosen:
        if check:
            found = difference(page)
            print(found or f"{page.relative_to(ROOT)}: up to date", flush=True)
            stale = stale or bool(found)
            continue
        before, now = page.read_text(encoding="utf-8"), remade(page)
        if alike(before) != alike(now):
            page.write_text(now, encoding="utf-8")
            print(f"{page.relative_to(ROOT)}: written", flush=True)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
