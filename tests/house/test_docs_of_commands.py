"""docs/commands.md says what the commands are, and nothing else."""

import re
import shlex
from collections.abc import Iterator

import pytest
from typer.main import get_command

from docs_generator.__main__ import ROOT
from starter.cli.exits import Exit
from starter.commands import PANELS, app, name_of

PAGE = (ROOT / "docs/commands.md").read_text("utf-8")
SECTIONS = {title.strip(): text for title, text in re.findall(r"^###? (.+?)\n(.*?)(?=^###? |\Z)", PAGE, re.M | re.S)}
BESIDE = {"Habits", "Exit codes", *PANELS}
"""Sections about no single command."""
EVERYWHERE = {"--help", "--json", "--env-file", "--watch", "--quiet"}
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def leaves(name: str) -> Iterator[tuple[str, set[str]]]:
    """The command, or those below it, with their options."""
    below = getattr(COMMANDS[name], "commands", {"": COMMANDS[name]})
    for sub, command in below.items():
        yield f"{name} {sub}".strip(), {option for parameter in command.params for option in parameter.opts}


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    """A new command is told about, a removed one is not."""
    assert sorted(SECTIONS.keys() - BESIDE) == sorted(COMMANDS)


def test_the_page_goes_in_the_order_of_the_help() -> None:
    """Panel by panel: who finds a command in the one finds it in the other."""
    headings = re.findall(r"^(###?) (.+)$", PAGE, re.M)
    names = {name for modules in PANELS.values() for name in map(name_of, modules)}

    assert [title for level, title in headings if title in PANELS or title in names] == [
        title for panel, modules in PANELS.items() for title in (panel, *map(name_of, modules))
    ]
    assert {level for level, title in headings if title in names} == {"###"}


def test_the_readme_lists_the_commands_by_what_they_are_for() -> None:
    """In the order of the help, none left out."""
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (`.+`) \|$", readme, re.M))

    assert rows == {
        panel.lower(): ", ".join(f"`{name_of(module)}`" for module in modules) for panel, modules in PANELS.items()
    }


def test_every_command_is_the_file_of_its_name() -> None:
    """Whoever looks for `apply` looks into apply.py."""
    files = {path.stem.replace("_", "-") for path in (ROOT / "starter/commands").glob("[!_]*.py")}

    assert sorted(files) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_names_its_command_s_options_and_no_others(name: str) -> None:
    """What is typed from the page works; what can be typed stands there."""
    options = {option for _, some in leaves(name) for option in some if option.startswith("--")}

    named = set(re.findall(r"--[a-z][a-z-]*", SECTIONS[name]))

    assert named - EVERYWHERE == options - EVERYWHERE
    assert [leaf for leaf, _ in leaves(name) if leaf != name and f"`{leaf}`" not in SECTIONS[name]] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_the_help_stands_in_the_section(name: str) -> None:
    """One example, kept in the code."""
    epilog = COMMANDS[name].epilog or ""

    assert epilog.removeprefix("Example: ") in SECTIONS[name]


def test_every_command_s_help_has_an_example_that_can_be_typed() -> None:
    """Down to the last subcommand: its words name this command, and its options exist."""
    for name in COMMANDS:
        below = getattr(COMMANDS[name], "commands", {"": COMMANDS[name]})
        for sub, command in below.items():
            words = shlex.split((command.epilog or "").removeprefix("Example: "))
            known = {option for parameter in command.params for option in parameter.opts}
            assert words[1 : 3 if sub else 2] == [name, sub][: 2 if sub else 1]
            assert {word for word in words if word.startswith("--")} <= known


def test_the_exit_codes_are_those_of_the_code() -> None:
    """Number and meaning."""
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", SECTIONS["Exit codes"], re.M))

    assert table == {str(int(code)): code.meaning for code in Exit}


def test_codes_named_in_sections_exist() -> None:
    """A code in a sentence is one of the table."""
    named = {int(code) for text in SECTIONS.values() for code in re.findall(r"(?:^|[(\s])(\d)(?:\)|:)", text)}

    assert named <= {int(code) for code in Exit}
