"""`python -m mutants [words of a name]`: plant each, run the tests that must catch it, count.

Everything happens in copies of the tree. Exit: 0 all caught, 1 one survived or broke more than it should, 2 the tests
fail without any mutant, or a row of the table no longer fits.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from signal import SIGKILL
from subprocess import STDOUT

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
LONGEST = 60
"""Seconds of one test: a mutant may make it wait for what never comes."""


class Fate(StrEnum):
    """What became of a mutant."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    BROKEN = "BROKEN"
    """The tests could not even run, which proves nothing."""


def planted(mutant: Mutant, tree: Path) -> None:
    """Plant it. Raises ValueError where its text does not stand there exactly once."""
    file = tree / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.name}: its text stands {text.count(mutant.old)} times in {mutant.file}")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def copied(to: Path) -> Path:
    """A copy of the files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return to


def tested(tree: Path, tests: Iterable[str]) -> tuple[int, str]:
    """Run these tests on a copy: pytest's exit code, and the end of what it said."""
    limits = (f"--timeout={LONGEST}", "--timeout-method=thread")  # ends the process; a test stuck in its loop would not
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *limits, *tests]
    (left := tree / ".left").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(left)}
    said = left / "said"
    with (
        said.open("w") as file,
        subprocess.Popen(
            command, cwd=tree, env=environment, stdout=file, stderr=STDOUT, start_new_session=True
        ) as running,
    ):
        try:
            code = running.wait(timeout=900)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, SIGKILL)  # a server that a test left behind when it ran out of time
    return code, said.read_text(encoding="utf-8", errors="replace")[-3_000:]


def judged(mutant: Mutant) -> tuple[Mutant, Fate, str]:
    """Plant one mutant in a copy of its own and see what becomes of it."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as directory:
        tree = copied(Path(directory))
        planted(mutant, tree)
        code, said = tested(tree, mutant.caught_by.split())
    fates = {0: Fate.SURVIVED, 1: Fate.CAUGHT}
    return mutant, fates.get(code, Fate.BROKEN), said


def main(words: list[str]) -> int:
    """Judge all, or those whose name holds one of the words."""
    console = Console()
    chosen = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    if not chosen:  # without a test's name pytest would run them all
        console.print(f"No wrong design has one of these words in its name: {', '.join(words)}", markup=False)
        return 2
    with tempfile.TemporaryDirectory(prefix="mutant-") as directory:
        tree = copied(Path(directory))
        console.print("The tests without a mutant ...")
        code, said = tested(tree, sorted({test for mutant in chosen for test in mutant.caught_by.split()}))
    if code:
        console.print(said, markup=False)
        console.print("They fail without any mutant: nothing is proved.")
        return 2
    return _report(console, _all(chosen))


def _all(chosen: list[Mutant]) -> list[tuple[Mutant, Fate, str]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    judgements, console = [], Console(stderr=True)
    with (
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        task = bar.add_task("mutants", total=len(chosen))
        for mutant, fate, said in pool.map(judged, chosen):
            judgements.append((mutant, fate, said))
            bar.update(task, advance=1, description=f"{mutant.name}: {fate}"[:60])
            if not console.is_terminal:
                print(f"{len(judgements)}/{len(chosen)} {mutant.name}: {fate}", file=sys.stderr, flush=True)
    return judgements


def _report(console: Console, judgements: list[tuple[Mutant, Fate, str]]) -> int:
    table = Table("wrong design", "in", "fate", box=None)
    for mutant, fate, _ in judgements:
        table.add_row(mutant.name, mutant.file, fate.value)
    console.print(table)
    for mutant, fate, said in judgements:
        if fate is not Fate.CAUGHT:
            console.print(f"\n{mutant.name}: {fate}\n{said}", markup=False)
    caught = sum(fate is Fate.CAUGHT for _, fate, _ in judgements)
    console.print(f"\n{caught} of {len(judgements)} caught")
    return 0 if caught == len(judgements) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
