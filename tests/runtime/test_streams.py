"""Output reaches any terminal and any pipe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.streams import plain, visible

PROGRAM = """
import sys
from runtime.processes import run_and_exit
from runtime.streams import make_tolerant

async def main():
    make_tolerant()
    for number in range({lines}):
        print("→ Änne · „Łódź“ …", number)
    print("done", file=sys.stderr)
    return {code}

run_and_exit(main())
"""


def ended(to: int, *, lines: int = 1, code: int = 0, encoding: str = "utf-8") -> tuple[int, str]:
    """A process of ours that prints there: its exit code, and what it said on stderr."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = PROGRAM.format(lines=lines, code=code)
    ran = subprocess.run(
        [sys.executable, "-c", program], stdout=to, stderr=subprocess.PIPE, env=environment, check=False
    )
    return ran.returncode, ran.stderr.decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "→ Änne · „Łódź“ …"),
        ("iso-8859-1", '-> Änne · "\\u0141ód\\u017a" ...'),
        ("cp1252", "-> Änne · „\\u0141ód\\u017a“ …"),
        ("ascii", '-> \\xc4nne - "\\u0141\\xf3d\\u017a" ...'),
    ],
)
def test_what_a_terminal_cannot_show_gets_a_plain_form(tmp_path: Path, encoding: str, shown: str) -> None:
    """Our own signs become ASCII; a letter keeps its number, so that no two names look alike."""
    with (tmp_path / "out").open("wb") as file:
        assert ended(file.fileno(), encoding=encoding) == (0, "done\n")

    assert (tmp_path / "out").read_text(encoding) == f"{shown} 0\n"


@pytest.mark.parametrize("lines", [1, 50_000])
@pytest.mark.parametrize("code", [0, 7])
def test_a_reader_that_leaves_early_changes_nothing(lines: int, code: int) -> None:
    """Little output is refused when it is flushed at the end, much of it while it is printed."""
    reads, writes = os.pipe()
    os.close(reads)
    try:
        assert ended(writes, lines=lines, code=code) == (code, "done\n")
    finally:
        os.close(writes)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_output_that_is_lost_is_said() -> None:
    """What was done is done, and who redirected the output learns that it is not whole."""
    with Path("/dev/full").open("wb") as full:
        code, said = ended(full.fileno())

    assert code == 1
    assert "could be written: No space left on device" in said
    assert "Traceback" not in said


def test_a_program_whose_output_is_closed_ends_well() -> None:
    """`>&-` leaves no stream at all."""
    command = f"{sys.executable} -c '{PROGRAM.format(lines=1, code=0)}' >&-"
    root = str(Path(__file__).parents[2])

    ran = subprocess.run(command, shell=True, env={**os.environ, "PYTHONPATH": root}, check=False, stderr=-1)

    assert (ran.returncode, ran.stderr) == (0, b"done\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dr.\n\tmed.", "Dr.\n\tmed."),
        ("\x1b[2Jweg", "\\x1b[2Jweg"),
        ("Dr.\rProf.", "Dr.\\rProf."),
        ("\x9b31m", "\\x9b31m"),
        ("Dr.\u202emoc", "Dr.\\u202emoc"),
        ("\u2066Dr.\u2069\u200e", "\\u2066Dr.\\u2069\\u200e"),
        ("Dr.\u2028Prof.", "Dr.\\u2028Prof."),
        ("Dr.\ufeff\u200b", "Dr.\\ufeff\\u200b"),
        ("نامه\u200cای", "نامه\u200cای"),
    ],
)
def test_a_value_steers_no_terminal(text: str, shown: str) -> None:
    """It stands there as what it is."""
    assert visible(text) == shown


def test_a_spinner_turns_in_ascii() -> None:
    """Instead of six signs for one."""
    assert {plain(sign) for sign in "⠋⠙⠹"} == {"*"}
