"""A value of a party is shown as what it is: it steers no terminal, also as JSON, and begins no line of ours."""

import unicodedata

import pytest

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from starter.cli import report
from tests.commandline import Ran, quick
from tests.rules import party_rules
from tests.world import World

MANUAL = pytest.mark.parametrize(
    "world", [{"rules": party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})}], indirect=True
)
HERE = "Dr.\x1b[2J\x9b31m\u202emoc\u2066[red]\u2028x"
THERE = "Prof.\x1b]0;weg\x07\u200fx"
NEVER = {"\x1b", "\x9b", "\x07", "\u202e", "\u2066", "\u2028", "\u200f", "\x7f"}


def steering(ran: Ran) -> set[str]:
    """What steers in all that a command said, whatever was in the value."""
    return {
        sign for sign in ran.out + ran.err if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf", "Zl")
    }


@MANUAL
async def test_no_command_lets_a_value_steer_the_terminal(world: World) -> None:
    """Each that shows values, as a table and as JSON; a terminal obeys whoever could write a name."""
    party, _ = await world.linked(titel="Mag.", zusatz="\x1b[31mrot\u202e")
    world.espocrm.edit(party, titel=HERE)
    world.advoware.edit(world.bet_nr(party), titel=THERE)
    await world.sync(party)
    await world.closed(party)

    commands = (
        ("conflicts", "--limit", "1000"),
        ("diff", party),
        ("history", party),
        ("explain", party, "--field", "titel"),
        ("sync", party),
        ("undo", party),
        ("forget", party),
    )
    said = [await quick(world, *command, *form) for command in commands for form in ((), ("--json",))]

    assert [steering(ran) for ran in said] == [set()] * len(said)
    assert sum("Dr." in ran.out for ran in said) >= 6


def test_json_keeps_every_sign_of_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    report.json_of({"titel": HERE + THERE + "\x7f\U000e0041"})
    shown = capsys.readouterr()

    assert Ran(0, shown.out, "").json == {"titel": HERE + THERE + "\x7f\U000e0041"}
    assert not NEVER & {*shown.out}


def test_a_line_break_in_a_value_begins_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It could look like a command to copy."""
    value = report.value("Dr.\n  → beteiligte-sync forget 5")
    report.below(f"EspoCRM {value}")
    assert capsys.readouterr().out == "  EspoCRM Dr. / → beteiligte-sync forget 5\n"
