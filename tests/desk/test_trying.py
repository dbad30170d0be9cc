"""Other policies are tried on a page: what was decided, decided once more by them, and nothing is written."""

import os

import pytest

from runtime.environments import narrowed
from starter.desk.access import DeskRole
from starter.program.program import DESK
from tests import engines
from tests.desk.desks import OpenDesk, plain
from tests.world import World

skipping = engines.alone


async def test_what_would_come_out_otherwise_stands_there_field_by_field(
    world: World, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, in the firm's words, with what the administrator would set; also for whoever may only look."""
    party, _ = await world.torn()
    await world.closed(party)
    monkeypatch.setattr(os, "environ", {**os.environ, **world.environment()})
    mark = world.calls.mark

    async with desk.visitor(role=DeskRole.SEE) as ben:
        page = plain(await ben.see("/what-if"))
        source = await ben.see("/what-if?stammdaten=advoware&kontaktdaten=&days=7")
        same = plain(await ben.see("/what-if?adresse=espocrm&days=30"))
        answers = [(await ben.http.get(f"/what-if?{odd}")).status_code for odd in ("stammdaten=sometimes", "days=1")]

    found = plain(source)
    assert "wie jetzt: EspoCRM gilt" in page
    assert "etwas anderes heraus" not in page
    assert "Müßig, Änne" in found
    assert "Titel Dr. Prof. Advoware bekommt „Dr.“ EspoCRM bekommt „Prof.“" in found
    assert "SYNC_POLICY_STAMMDATEN=advoware" in found
    assert "Dr." not in source.partition("<body>")[0], "no title holds a value"
    assert "Es käme überall dasselbe heraus" in same
    assert answers == [400, 400]
    assert {name for name in world.spent(mark) if not name.endswith("list")} == set(), "only names are read"


async def test_a_desk_needs_no_access_to_advoware_for_it(
    world: World, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started without (starter/program/program.py): what Advoware stores is no secret."""
    party, _ = await world.torn()
    await world.closed(party)
    monkeypatch.setattr(os, "environ", narrowed({**os.environ, **world.environment()}, *DESK))

    async with desk.visitor() as anna:
        said = plain(await anna.see("/what-if?stammdaten=advoware"))

    assert "EspoCRM bekommt „Prof.“" in said


async def test_a_desk_with_wrong_settings_says_so(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Advoware stores decides."""
    monkeypatch.setenv("ADVOWARE_WRITABLE", "gibtesnicht")
    async with desk.visitor() as anna:
        said = plain(await anna.see("/what-if?stammdaten=manual"))

    assert "Das lässt sich hier nicht ausprobieren" in said
