"""What commands print on terminals that know few signs or few columns, and in pipes whose reader leaves."""

import asyncio
import itertools
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from installation.check import Area, Check, Verdict
from simulators.faults import RefusedBeforeEffect
from starter.cli import check_lines, column_widths, report
from tests.commandline import JUDGED, environment, run
from tests.world import World

SCRIPT = str(Path(sys.executable).with_name("beteiligte-sync"))


async def unread(world: World, *command: str, **settings: str) -> tuple[int, str]:
    """Run a command whose output nobody reads: its exit code, and what it said on stderr."""
    reads, writes = os.pipe()
    os.close(reads)
    try:
        started = await asyncio.create_subprocess_exec(
            SCRIPT, *command, env=environment(world, **settings), stdout=writes, stderr=asyncio.subprocess.PIPE
        )
    finally:
        os.close(writes)
    _, said = await started.communicate()
    assert started.returncode is not None
    return started.returncode, said.decode()


@pytest.mark.parametrize("signs", ["iso-8859-1", "ascii"])
async def test_a_done_sync_ends_well_on_a_terminal_of_few_signs(world: World, signs: str) -> None:
    """Arrows and dashes are no reason for a trace behind work that is done."""
    party = world.espocrm.add(lastName="Łódź", zusatz="c/o – „Kanzlei“")

    ran = await run(world, "sync", party, PYTHONIOENCODING=signs)

    assert (ran.code, ran.err) == (0, "")
    assert "-> Advoware: name, zusatz" in ran.out


async def test_json_is_json_on_any_terminal(world: World) -> None:
    """Signs that cannot be shown are escaped as JSON does it, not as a table does."""
    party, _ = await world.linked(titel="Łódź")

    ran = await run(world, "diff", party, "--json", PYTHONIOENCODING="ascii")

    [titel] = [row for row in ran.json["fields"] if row["field"] == "titel"]
    assert titel["espocrm"] == "Łódź"


async def test_a_reader_that_leaves_ends_no_command_with_a_trace(world: World) -> None:
    """`… | head`: what was asked for is done, and the exit code is the command's own."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    asked = world.espocrm.add(lastName="Anders")
    world.faults.plan("advoware.create", RefusedBeforeEffect())

    synced = await unread(world, "sync", party)
    shown = [await unread(world, *command) for command in (["diff", party, "--json"], ["sync", "--help"])]
    judged, said = await unread(world, "status")
    undecided = await unread(world, "sync", asked)

    assert synced == (0, "")
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert {*shown} == {(0, "")}
    assert (judged in JUDGED, said) == (True, "")
    assert undecided == (7, "")


def test_a_value_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A record with an escape sequence in it is shown as what it is."""
    report.table(("field", "EspoCRM"), [("zusatz", "\x1b[2J[bold]weg")], title="\x1b[31m")
    report.line("\x1b[2J[bold]weg")
    report.note("\x1b[2J[bold]weg")
    shown = capsys.readouterr()

    assert (shown.out + shown.err).count("\\x1b[2J[bold]weg") == 3
    assert "\x1b" not in shown.out + shown.err


async def test_an_argument_that_is_no_text_is_refused(world: World) -> None:
    """It would reach Temporal as something else, or end in a trace."""
    party, _ = await world.linked()

    ran = await run(world, "resolve", party, "--field", "titel", "--take", os.fsdecode(b"M\xfc"), LC_ALL="C.UTF-8")

    assert ran.code == 2
    assert "set LANG" in ran.err
    assert "Traceback" not in ran.err


def test_a_narrow_terminal_breaks_no_word(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table does not fit its rows become paragraphs; a wide terminal keeps the table."""
    columns, row = ("field", "EspoCRM", "Advoware", "because"), ("familienstand", "verheiratet", "", "edited here")
    shown = []
    for width in ("30", "80"):
        monkeypatch.setenv("COLUMNS", width)
        report.table(columns, [row])
        shown.append([line.strip() for line in capsys.readouterr().out.splitlines()])

    assert shown[0] == ["familienstand", "EspoCRM: verheiratet", "because: edited here"]
    assert len(shown[1]) == 2
    assert re.split(" {2,}", shown[1][1]) == ["familienstand", "verheiratet", "edited here"]


def test_a_long_text_is_not_squeezed_into_a_few_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody reads a sentence, or copies a command, of ten letters a line."""
    columns, row = (
        ("party", "betNr", "status", "what is open"),
        ("0123456789abcdef0", "104003", "conflict", "wort " * 20),
    )
    shown = []
    for width in ("60", "80"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", width)
            report.table(columns, [row])
        shown.append(capsys.readouterr().out.splitlines())

    assert [line.strip() for line in shown[0][:2]] == ["0123456789abcdef0", "betNr: 104003"]
    assert re.split(" {2,}", shown[1][0].strip()) == list(columns)


@pytest.mark.parametrize("width", range(40, 121, 8))
def test_no_name_and_no_moment_is_broken(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who copies half of one looks for what is not there; a long text beside them goes on below itself."""
    moment, name, cause = "2026-11-28 23:53:00", "advowareSyncBase", "MissingAttribute"
    monkeypatch.setenv("COLUMNS", str(width))

    report.table(("key", "made", "cause", "field", "said"), [("key-1", moment, cause, name, "some words " * 9)])

    lines = capsys.readouterr().out.splitlines()
    assert [what for what in (moment, name, cause) if not any(what in line for line in lines)] == []
    assert max(map(len, lines)) <= width


def test_a_text_beside_a_word_of_a_hundred_letters_still_fits() -> None:
    """An address is broken where nothing else helps."""
    rows = [("webhook", "https://" + "x" * 100, "words")]

    assert column_widths.fitting(("a", "b", "c"), rows, 60) == [7, 42, 5]
    assert column_widths.fitting(("a", "b", "c"), rows, 40) is None


def test_a_sentence_of_the_doctor_goes_on_below_itself_and_a_command_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command is copied in one piece; a sentence of 200 letters is read."""
    monkeypatch.setenv("COLUMNS", "60")
    command = f"chmod 600 /srv/{'ordner/' * 10}.env   # its owner's alone; elsewhere, too"
    sentence = "Administration → Roles: give it the right to read " * 3
    checks = [
        Check(area=Area.KEYS, name="keys", verdict=Verdict.WRONG, seen="seen", remedy=remedy)
        for remedy in (command, sentence)
    ]

    check_lines.show(checks)

    _, (_, copied), (_, first, *others) = _by_check(capsys.readouterr().out)
    assert copied == f"           → {command}"
    assert first.startswith("           → Administration")
    assert {line[:13].strip() for line in others} == {""}
    assert max(map(len, (first, *others))) <= 60


def _by_check(shown: str) -> list[list[str]]:
    """The heading, then the lines of each check."""
    lines = shown.split("\n\n", maxsplit=1)[0].strip("\n").splitlines()
    begins = [0, *(number for number, line in enumerate(lines) if "WRONG" in line), len(lines)]
    return [lines[a:b] for a, b in itertools.pairwise(begins)]


async def test_no_color_means_none(world: World) -> None:
    """On a terminal, too: no sequence that chooses a colour."""
    controller, terminal = os.openpty()
    try:
        started = await asyncio.create_subprocess_exec(
            SCRIPT, "status", env=environment(world, NO_COLOR="1", TERM="xterm-256color"), stdout=terminal
        )
        os.set_blocking(controller, False)
        shown = ""
        while started.returncode is None:  # what nobody reads would fill the terminal, and hold the command
            await asyncio.sleep(0.05)
            with suppress(BlockingIOError):
                shown += os.read(controller, 100_000).decode()
        assert started.returncode in JUDGED
    finally:
        os.close(controller)
        os.close(terminal)

    assert "Runs:" in shown
    assert [
        code for code in re.findall(r"\x1b\[([0-9;]*)m", shown) if re.search(r"\b(3[0-8]|4[0-8]|9\d)\b", code)
    ] == []
