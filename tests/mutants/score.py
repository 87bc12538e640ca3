"""Every law and every assertion helper against mutants of correct programs; a mutant that survives is a weakness of ours.

python tests/mutants/score.py                      all of them, a table, why survivors live, and what verdicts.toml does not know
python tests/mutants/score.py orphan 'laws/*'      only these laws, helpers or programs
python tests/mutants/score.py --list               the mutants, nothing run
"""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from judging import BROKEN, KILLED, SURVIVED, Verdict, judge
from programs import HERE, Program, programs

LEAST = 95.0
"""Per cent of the mutants that count must be killed."""

Told = dict[str, str]
"""Name of a mutant -> the reason, from verdicts.toml."""


class Row(NamedTuple):
    """The numbers of one law or helper."""

    law: str
    counts: Counter[str]

    @property
    def judged(self) -> int:
        """How many mutants count."""
        return self.counts[KILLED] + self.counts[SURVIVED]

    @property
    def score(self) -> float:
        """Per cent of them that are killed."""
        return 100.0 * self.counts[KILLED] / self.judged if self.judged else 100.0


def told() -> tuple[Told, Told]:
    """The mutants that are equivalent, and the survivors, each with its reason.

    Raises:
        SystemExit: one stands in both tables, or has no reason.
    """
    tables = tomllib.loads((HERE / "verdicts.toml").read_text(encoding="utf-8"))
    equivalent, survivors = tables.get("equivalent", {}), tables.get("survivor", {})
    for name in [*equivalent, *survivors]:
        if name in equivalent and name in survivors:
            raise SystemExit(f"verdicts.toml: {name!r} is told twice; leave it in one table")
        if not str(equivalent.get(name, survivors.get(name))).strip():
            raise SystemExit(f"verdicts.toml: {name!r} has no reason; say in a sentence why it survives")
    return equivalent, survivors


def full(program: Program, verdict: Verdict) -> str:
    """The name of a mutant as verdicts.toml has it."""
    return f"{program.name}: {verdict.mutant}"


def rows(judged: list[tuple[Program, Verdict]], equivalent: Told) -> list[Row]:
    """The table: laws first, then helpers, then all together."""
    counts: dict[str, Counter[str]] = {}
    for program, verdict in judged:
        what = "equivalent" if verdict.what == SURVIVED and full(program, verdict) in equivalent else verdict.what
        counts.setdefault(program.law, Counter())[what] += 1
    ordered = sorted(counts, key=lambda law: (law.startswith("assert_"), law))
    return [*(Row(law, counts[law]) for law in ordered), Row("all", sum(counts.values(), Counter[str]()))]


def problems(judged: list[tuple[Program, Verdict]], equivalent: Told, survivors: Told, whole: bool) -> Iterator[str]:
    """What is not as verdicts.toml says, with the remedy."""
    seen = set()
    for program, verdict in judged:
        name, by = full(program, verdict), ", ".join(verdict.by)
        seen.add(name)
        if verdict.what == SURVIVED and name not in equivalent and name not in survivors:
            said = f" ({by})" if by else ""
            yield f"{name}  survives{said}; mend the law, or explain it in verdicts.toml"
        elif verdict.what == KILLED and name in equivalent:
            yield f"{name}  is called equivalent, and {program.law} kills it ({by}); take it out of verdicts.toml"
        elif verdict.what == KILLED and name in survivors:
            yield f"{name}  is killed now ({by}); take it out of verdicts.toml"
    if whole:
        yield from (
            f"{name}  does not exist any more; take it out of verdicts.toml"
            for name in {**equivalent, **survivors}
            if name not in seen
        )


def table(of: list[Row]) -> Iterator[str]:
    width = max(len(row.law) for row in of)
    yield f"{'':{width}}  mutants  killed  survived  equivalent  fail anyway    score"
    for row in of:
        counts = row.counts
        first = f"{row.law:{width}}  {counts.total():7}  {counts[KILLED]:6}  {counts[SURVIVED]:8}"
        score = f"{row.score:6.1f}%" if row.judged else "   none"
        yield f"{first}  {counts['equivalent']:10}  {counts[BROKEN]:11}  {score}"


def explained(judged: list[tuple[Program, Verdict]], equivalent: Told, survivors: Told, every: bool) -> Iterator[str]:
    """Why mutants live: each survivor with its reason, and the equivalent ones too if `every` is wanted."""
    alive = [full(program, verdict) for program, verdict in judged if verdict.what == SURVIVED]
    known = {**survivors, **(equivalent if every else {})}
    yield from wrapped(f"{name}: {known[name]}" for name in alive if name in known)
    silent = sum(name in equivalent for name in alive)
    if silent and not every:
        what = "is equivalent: no fault tells it" if silent == 1 else "are equivalent: no fault tells them"
        yield f"{silent} {what} from the program; -v prints the reason{'s' * (silent > 1)}"


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each wrapped to the width of the terminal."""
    width = shutil.get_terminal_size().columns
    for line in lines:
        yield from textwrap.wrap(line, width, subsequent_indent="    ", break_long_words=False)


def judge_all(chosen: list[Program], settled: set[str], workers: int, wrong: list[str]) -> Iterator[tuple[Program, Verdict]]:
    """The verdicts, program by program; what is said of a program that is not correct goes to `wrong`."""

    def one(program: Program) -> list[Verdict]:
        mutants = program.mutants()
        try:
            return judge(program, mutants, {one.name for one in mutants if f"{program.name}: {one.name}" in settled})
        except SystemExit as error:
            wrong.append(str(error))
            return []

    with ThreadPoolExecutor(workers) as pool:
        for program, verdicts in zip(chosen, pool.map(one, chosen), strict=True):
            yield from ((program, verdict) for verdict in verdicts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("only", nargs="*", help="patterns of laws, helpers or programs")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument("--workers", type=int, default=2, help="pytest sessions at a time (default: %(default)s)")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for each mutant")
    asked = parser.parse_args()
    chosen = list(programs(asked.only))
    if not chosen:
        raise SystemExit(f"no law, helper or program is called {' or '.join(asked.only)}; --list shows them")
    if asked.list:
        for program in chosen:
            print(*(f"{program.law}  {program.name}: {mutant.name}" for mutant in program.mutants()), sep="\n")
        return 0
    equivalent, survivors = told()
    began, judged, wrong = time.monotonic(), [], []
    for program, verdict in judge_all(chosen, {*equivalent, *survivors}, asked.workers, wrong):
        judged.append((program, verdict))
        if asked.verbose:
            print(f"{full(program, verdict)}  {verdict.what}  {', '.join(verdict.by)}", flush=True)
        elif sys.stderr.isatty():
            print(f"\r{len(judged)} mutants judged, last of {program.name:50}", end="\r", file=sys.stderr, flush=True)
    found = rows(judged, equivalent)
    wrong += problems(judged, equivalent, survivors, whole=not asked.only)
    print("\n".join(table(found)))
    print("\n".join(explained(judged, equivalent, survivors, asked.verbose)))
    print(f"{time.monotonic() - began:.0f} seconds")
    for line in wrong:
        print(line)
    low = not asked.only and found[-1].score < LEAST
    if low:
        print(f"the score is {found[-1].score:.1f} %, {LEAST:g} % are wanted")
    return 1 if wrong or low else 0


if __name__ == "__main__":
    sys.exit(main())
