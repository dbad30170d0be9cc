"""The story of a party as a time line: each sync, why, what it changed, who won, what it cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import FindingKind, Heard
from beteiligte.faults import System
from beteiligte.sync_status import Result
from starter.desk import letters
from starter.desk.letters import Piece
from starter.desk.texts import party
from starter.desk.wording import Wording
from starter.views.histories import SyncSeen
from starter.views.recorded.changes import CameTo, FieldChange


@dataclass(frozen=True)
class ChangeLine:
    """A value that was brought from one to another."""

    what: str
    before: list[Piece]
    after: list[Piece]
    notes: tuple[str, ...]
    """Who won, and what came of it where that was not writing."""


@dataclass(frozen=True)
class StoryLine:
    """One sync."""

    sync: SyncSeen
    result: str
    why: str
    decided: tuple[str, ...]
    facts: tuple[str, ...]
    changes: tuple[ChangeLine, ...]
    cost: str
    link: str
    """Into Temporal's Web UI."""


def lines(syncs: tuple[SyncSeen, ...], wording: Wording, runs: str) -> list[StoryLine]:
    """The newest first; `runs`: the address of the party's runs in the Web UI."""
    return [
        StoryLine(
            sync=sync,
            result=_result(sync, wording),
            why=_why(sync, wording),
            decided=(
                *(text for asked in sync.asked for text in wording.decided(asked, sync.declined)),
                *_in_the_record(sync, wording),
            ),
            facts=tuple(_facts(sync, wording)),
            changes=tuple(_change(change, wording) for change in sync.fields),
            cost=_cost(sync, wording),
            link=f"{runs}/{sync.run_id}/history" if runs else "",
        )
        for sync in syncs
    ]


def _result(sync: SyncSeen, w: Wording) -> str:
    """A sync that entered the betNr of an equal party wrote no field, and yet did something."""
    linked = sync.linked and sync.result == Result.NO_CHANGE
    return w.say(party.WAS_LINKED) if linked else w.result(sync.result)


def _why(sync: SyncSeen, w: Wording) -> str:
    if not sync.reasons:
        return w.say(party.ASKED_FOR, why=w.say(party.UNFINISHED))
    people = ", ".join(dict.fromkeys(asked.by for asked in sync.asked if asked.by))
    reasons = ", ".join(w.say(party.REASONS[reason]) for reason in sync.reasons)
    return w.say(party.ASKED_FOR, why=reasons) + (f" ({people})" if people else "")


def _in_the_record(sync: SyncSeen, w: Wording) -> Iterator[str]:
    """What somebody decided in EspoCRM: no request holds it, what was told of it does."""
    asked = {one.by for one in sync.asked}
    for found in sync.new:
        if found.kind is FindingKind.DECISION_HEARD and found.reason != Heard.DONE:
            yield w.heard(found)
        if found.kind is FindingKind.DECIDED and found.by and found.by not in asked:
            sides = {System.ESPOCRM: found.espocrm, System.ADVOWARE: found.advoware}
            take = next((side for side, value in sides.items() if value == found.chosen), None)
            yield w.choice(Choice(field=found.field, take=take, value=found.chosen), w.person(found.by))


def _facts(sync: SyncSeen, w: Wording) -> Iterator[str]:
    if sync.observed:
        yield w.say(party.ONLY_LOOKED)
    if sync.created:
        yield w.say(party.CREATED, number=sync.created)
    if sync.linked:
        yield w.say(party.LINKED, number=sync.linked)
    for failed in sync.failed_attempts:
        yield w.count(party.ATTEMPTS, failed.attempts, step=failed.step, why=w.fault(failed.fault))
    if sync.failure and sync.failure not in (failed.fault for failed in sync.failed_attempts):
        yield w.fault(sync.failure)
    for sent in sync.told:
        yield w.count(party.TOLD, sent.users) if sent.at else w.say(party.NOT_TOLD)


def _change(change: FieldChange, w: Wording) -> ChangeLine:
    values = [w.value(change.field, value) for value in (change.before, change.after)]
    before, after = letters.compared(*values) if change.before and change.after else map(letters.plain, values)
    what = w.say(party.WROTE, field=w.field(change.field), system=w.system(change.where))
    return ChangeLine(what, before, after, tuple(_notes(change, w)))


def _notes(change: FieldChange, w: Wording) -> Iterator[str]:
    if change.source == "chosen":
        yield w.say(party.CHOSEN)
    elif change.conflict and change.source in ("espocrm", "advoware"):
        yield w.say(party.WON, system=w.system(change.source.value))
    if change.came_to is not CameTo.WRITTEN:
        yield w.say(party.CAME_TO[change.came_to])


def _cost(sync: SyncSeen, w: Wording) -> str:
    calls = w.count(party.CALLS, sum(sync.calls.values())) if sync.calls else ""
    took = w.say(party.SECONDS, seconds=_seconds(sync.seconds, w)) if sync.seconds is not None else ""
    return ", ".join(filter(None, (calls, took)))


def _seconds(seconds: float, w: Wording) -> str:
    shown = f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"
    return shown.replace(".", ",") if w.language == "de" else shown
