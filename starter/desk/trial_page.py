"""The page on which other policies are tried: what was decided lately, decided once more. Nothing is written."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from beteiligte.decide.findings import ASKED
from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from runtime.loading import SettingsError
from runtime.settings import AdvowareFieldSettings
from starter.desk import forms, letters
from starter.desk.letters import Piece
from starter.desk.texts import trial
from starter.desk.visit import DeskVisit
from starter.desk.wording import Wording
from starter.what_if import asking, proposal
from starter.what_if.judging import DifferingField, DifferingParty, FieldOutcome
from starter.what_if.tally import WhatIf

DAYS = (7, 30)
RUNS = 500
"""Looked at for a page: some seconds. The command looks at all."""
SHOWN = 50


@dataclass(frozen=True)
class TriedField:
    """A field that would be decided otherwise, in words."""

    name: str
    espocrm: list[Piece]
    advoware: list[Piece]
    now: str
    then: str


@dataclass(frozen=True)
class TriedParty:
    """A party for which something else would come out."""

    party: DifferingParty
    name: str
    fields: tuple[TriedField, ...]


async def show(visit: DeskVisit) -> Response:
    """The rules to choose from; once chosen, what they would have come to. Raises BadForm."""
    chosen, days = _chosen(visit), _days(visit)
    try:
        what = proposal.proposed({_setting(group): policy for group, policy in chosen.items()}, AdvowareFieldSettings)
    except SettingsError:
        return visit.page("problem.html", title=trial.NO_SETTINGS, text=trial.NO_SETTINGS_HOW, what={})
    found = await _tried(visit, what, days) if chosen else None
    return visit.page(
        "trial.html",
        policies=what.now.policies,
        chosen=chosen,
        days=days,
        all_days=DAYS,
        found=found and found.recorded,
        parties=await _parties(visit, found) if found else [],
        most=RUNS,
        lines=[f"{name}={value}" for name, value in what.settings.items()],
    )


def _chosen(visit: DeskVisit) -> dict[Group, Policy]:
    given = {group: visit.request.query_params.get(group, "") for group in Group}
    if any(policy not in ("", *Policy) for policy in given.values()):
        raise forms.BadForm
    return {group: Policy(policy) for group, policy in given.items() if policy}


def _days(visit: DeskVisit) -> int:
    given = visit.request.query_params.get("days", str(DAYS[0]))
    if given not in map(str, DAYS):
        raise forms.BadForm
    return int(given)


def _setting(group: Group) -> str:
    return f"SYNC_POLICY_{group.upper()}"


async def _tried(visit: DeskVisit, what: proposal.Proposal, days: int) -> WhatIf:
    since = datetime.now(UTC) - timedelta(days=days)
    return await asking.tried(await visit.desk.requests(), what, since=since, now=False, most=RUNS)


async def _parties(visit: DeskVisit, found: WhatIf) -> list[TriedParty]:
    shown, w = found.differ[:SHOWN], visit.desk.wording
    names = (await visit.desk.names.of([one.party_id for one in shown]) if visit.desk.names else None) or {}
    return [
        TriedParty(one, names.get(one.party_id, one.party_id), tuple(_field(field, w) for field in one.fields))
        for one in shown
    ]


def _field(field: DifferingField, w: Wording) -> TriedField:
    both = letters.compared(w.value(field.field, field.espocrm), w.value(field.field, field.advoware))
    return TriedField(w.field(field.field), *both, _outcome(field, field.now, w), _outcome(field, field.then, w))


def _outcome(field: DifferingField, came: FieldOutcome, w: Wording) -> str:
    if came.written and came.value is None:
        return w.say(trial.EMPTIED, system=w.system(came.written))
    if came.written:
        return w.say(trial.GETS, system=w.system(came.written), value=w.value(field.field, came.value))
    return w.say(trial.ASKED if {*came.asks} & {*ASKED} else trial.STAYS)
