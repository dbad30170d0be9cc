"""Habits of the whole command line: each holds for every command, also for one that is added tomorrow."""

import asyncio
import io
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.main import get_command

from runtime.key_file import add_key
from runtime.version import version
from starter.commands import PANELS, app
from tests.commandline import Ran, quick
from tests.processes import marked_environment
from tests.world import World

PROCESSES = {"up", "worker", "webhook", "codec"}
"""They run until they are stopped, and show nothing for machines."""
PARTY = "6b04cd6d623bec762"


def walk() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its words."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        yield from ((f"{name} {sub}", one) for sub, one in below.items()) if below else ((name, command),)


COMMANDS = dict(walk())


def called(*words: str, columns: int = 120) -> Ran:
    """A command that asks nobody, in this process."""
    out = io.StringIO()
    with redirect_stdout(out), patch.dict(os.environ, COLUMNS=str(columns)):
        try:
            app(list(words))
        except SystemExit as ended:
            return Ran(int(ended.code or 0), out.getvalue(), "")
    return Ran(0, out.getvalue(), "")


async def process(*words: str, cwd: Path, stdin: str = "", **settings: str) -> Ran:
    """The command as a process in this folder."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", *words),
        cwd=cwd,
        env={**marked_environment(), **settings},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(started.communicate(stdin.encode()), 60)
    return Ran(started.returncode or 0, out.decode(), err.decode())


def options(command: Any) -> dict[str, Any]:
    return {flag: parameter for parameter in command.params for flag in parameter.opts if flag.startswith("--")}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """`-h` like `--help`: a sentence, an example to type, and on 80 columns no line that is too long."""
    short, long = called(*name.split(), "-h", columns=80), called(*name.split(), "--help", columns=80)

    assert (short.code, short.out) == (0, long.out)
    assert f"Example: beteiligte-sync {name}" in " ".join(short.out.split())
    assert [line for line in short.out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_reads_the_settings_from_another_file(name: str) -> None:
    """Before its name or behind it."""
    assert "--env-file" in options(COMMANDS[name])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in PROCESSES])
def test_every_command_that_shows_something_shows_it_to_machines(name: str) -> None:
    """One JSON document."""
    assert "--json" in options(COMMANDS[name])


def test_one_option_means_one_thing() -> None:
    """The same flags, the same kind of value, whichever command takes it."""
    kinds: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for command in COMMANDS.values():
        for flag, option in options(command).items():
            flags = frozenset((*option.opts, *option.secondary_opts))
            kinds[flag].add((flags, option.is_flag, option.nargs))

    assert {flag: seen for flag, seen in kinds.items() if len(seen) > 1} == {}


def test_one_thing_is_called_by_one_name() -> None:
    """What is easily called otherwise."""
    others = {
        "--wait",
        "--force-yes",
        "--fields",
        "--reason",
        "--comment",
        "--parallel",
        "--timeout",
        "--output",
    }

    assert others & {flag for command in COMMANDS.values() for flag in options(command)} == set()


def test_without_a_command_all_of_them_are_shown_by_what_they_are_for() -> None:
    """Each in its panel, every day's first."""
    shown = called(columns=80)

    panels = re.findall(r"─ ([A-Z][\w ]+) ─", shown.out)
    assert [panel for panel in panels if panel != "Options"] == [*PANELS]
    names = {name.split()[0] for name in COMMANDS}
    assert {name for name in names if not re.search(rf"^│ {name} ", shown.out, re.MULTILINE)} == set()


def test_it_says_its_version() -> None:
    """Which is asked for first when something is wrong."""
    assert called("--version") == Ran(0, f"beteiligte-sync {version()}\n", "")


def test_a_mistyped_option_is_told_from_what_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is done."""
    assert called("status", "--jsn").code == 2
    assert "--json" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_a_shell_completes_commands_and_options(shell: str, tmp_path: Path) -> None:
    """As `--install-completion` sets it up."""
    asked = {
        "bash": {"COMP_WORDS": "beteiligte-sync sta", "COMP_CWORD": "1"},
        "zsh": {"_TYPER_COMPLETE_ARGS": "beteiligte-sync sta"},
        "fish": {
            "_TYPER_COMPLETE_ARGS": "beteiligte-sync sta",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": "sta",
        },
    }
    script = str(Path(sys.executable).with_name("beteiligte-sync"))
    started = await asyncio.create_subprocess_exec(
        script,
        env={**marked_environment(), "_BETEILIGTE_SYNC_COMPLETE": f"complete_{shell}", **asked[shell]},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(started.communicate(), 60)

    assert "status" in out.decode()
    assert "sync" not in out.decode().split()


# ---------------------------------------------------------------------- where the settings stand


def settings_in(folder: Path, **more: str) -> Path:
    """A file of settings with a key beside it."""
    folder.mkdir()
    add_key(folder / "keys.json")
    file = folder / "firm.env"
    file.write_text("TEMPORAL_KEYS=keys.json\n" + "".join(f"{k}={v}\n" for k, v in more.items()), encoding="utf-8")
    return file


@pytest.mark.parametrize("how", ["before", "behind", "by the environment"])
async def test_the_file_of_the_settings_can_be_named(tmp_path: Path, how: str) -> None:
    """From any folder: what the file says relatively is meant from where it is."""
    file = settings_in(tmp_path / "firm")
    option = ["--env-file", str(file)]
    words = {"before": [*option, "keys", "list"], "behind": ["keys", "list", *option]}.get(how, ["keys", "list"])
    named = {"BETEILIGTE_SYNC_ENV_FILE": str(file)} if how == "by the environment" else {}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    ran = await process(*words, cwd=elsewhere, **named)

    assert ran.code == 0, ran.err
    assert "key-1" in ran.out


async def test_the_file_that_an_option_names_wins_over_the_environment(tmp_path: Path) -> None:
    """Who types it means it."""
    meant, other = settings_in(tmp_path / "meant"), settings_in(tmp_path / "other", TEMPORAL_NO_SUCH_SETTING="1")

    ran = await process("keys", "list", "--env-file", str(meant), cwd=tmp_path, BETEILIGTE_SYNC_ENV_FILE=str(other))
    wrong = await process("keys", "list", cwd=tmp_path, BETEILIGTE_SYNC_ENV_FILE=str(other))

    assert ran.code == 0
    assert wrong.code == 2
    assert "TEMPORAL_NO_SUCH_SETTING" in wrong.err


@pytest.mark.parametrize("by_option", [True, False])
async def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path, by_option: bool) -> None:
    """Defaults instead of it would be settings that nobody chose."""
    missing = str(tmp_path / "none.env")
    words = ["--env-file", missing] if by_option else []
    named = {} if by_option else {"BETEILIGTE_SYNC_ENV_FILE": missing}

    ran = await process("keys", "list", *words, cwd=tmp_path, **named)

    assert ran.code == 2
    assert "none.env" in ran.err


# ---------------------------------------------------------------------- ids from standard input


class Piped(io.StringIO):
    """What a pipe holds."""

    def isatty(self) -> bool:
        return False


async def piped(world: World, text: str, *command: str) -> Ran:
    """A command that reads this from standard input."""
    with patch.object(sys, "stdin", Piped(text)):
        return await quick(world, *command)


async def test_ids_come_from_standard_input(world: World) -> None:
    """One a line, or more; each once, also beside those that were typed."""
    parties = [world.espocrm.add(lastName=f"Anders {number}") for number in range(3)]

    ran = await piped(world, f"{parties[1]}\n{parties[2]} {parties[0]}\n", "sync", parties[0], "-", "--json")

    assert ran.code == 0
    assert [one["party_id"] for one in ran.json["parties"]] == parties


async def test_a_pipe_that_found_nobody_is_no_mistake(world: World) -> None:
    """Nobody failed: nothing is to be done."""
    ran = await piped(world, "\n", "sync", "-")

    assert (ran.code, ran.out) == (0, "")
    assert "nothing to do" in ran.err


async def test_a_command_for_one_party_takes_one_id(world: World) -> None:
    """Of two it would be chance which."""
    party, _ = await world.linked()
    await world.closed(party)

    one, two = await piped(world, f"{party}\n", "status", "-"), await piped(world, f"{party} {PARTY}", "status", "-")

    assert (one.code, two.code) == (0, 2)
    assert "takes one" in " ".join(two.err.split())
