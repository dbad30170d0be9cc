"""`undo`: put back what the last settled conflict, or the last choice, overwrote."""

from datetime import timedelta
from typing import Annotated

import typer

from beteiligte.decide.choice import Choice
from beteiligte.frozen import Frozen
from starter.cli import connection, hindrances, outcome_tables, party_answers, person, report
from starter.cli.arguments import WAITS_FOR_OUTCOME, AsJson, Party, Within, Yes
from starter.cli.exits import Exit
from starter.cli.party_answers import PartyAnswer
from starter.requests import NotAnswered, Patience, Requests, by_person
from starter.views import overwritten, parties, runs
from starter.views.overwritten import Overwritten, OverwrittenField

EXAMPLE = "beteiligte-sync undo 6b04cd6d623bec762 --field titel"

Fields = Annotated[
    list[str] | None,
    typer.Option("--field", help="Only this field; may be repeated. Without it: all of the last time."),
]


class Undone(Frozen):
    """The JSON document."""

    party_id: str
    overwritten: Overwritten | None
    """What was to be put back; none: no run that Temporal still keeps overwrote anything."""
    answer: PartyAnswer | None = None


def command(
    party: Party, field: Fields = None, yes: Yes = False, within: Within = WAITS_FOR_OUTCOME, as_json: AsJson = False
) -> None:
    """Give both sides the values that lost in the party's last settled conflict, or that a choice overwrote.

    A field that was edited since is left alone, and that is said. An undo can be undone.
    """
    only = frozenset(field or ())
    known = connection.field_table().by_name
    if unknown := only - known.keys():
        raise typer.BadParameter(f"no such field: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        await hindrances.say_what_hinders(requests)
        if not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        try:
            found = await overwritten.last(requests.client, party_id, only)
        except NotAnswered:
            report.note(
                f"what the newest run overwrote is not known, no worker answers: try again, or {_look(party_id)}"
            )
            return Exit.NO_ANSWER
        undone, code = await _undo(requests, party_id, found, yes=yes, within=within)
        if as_json:
            report.as_json(undone)
        elif undone.answer:
            outcome_tables.show([undone.answer])
        return code

    connection.run(work)


async def _undo(
    requests: Requests, party_id: str, found: Overwritten | None, *, yes: bool, within: int
) -> tuple[Undone, Exit]:
    undone = Undone(party_id=party_id, overwritten=found)
    if found is None:
        report.note(await _why_nothing(requests, party_id))
        return undone, Exit.UNKNOWN
    choices = tuple(choice for field in found.fields if (choice := field.back()))
    for field in found.fields:
        if not yes or field.back() is None:
            report.note(_told(field, party_id))
    if not choices or not (yes or _agreed()):
        return undone, Exit.PERSON_DECIDES
    answer = await _synced(requests, party_id, choices, within)
    undecided = len(choices) < len(found.fields)
    code = Exit.worst((Exit(answer.exit), Exit.PERSON_DECIDES if undecided else Exit.DONE))
    return undone.but(answer=answer), code


async def _why_nothing(requests: Requests, party_id: str) -> str:
    if await runs.current(requests.client, party_id) is None:
        return f"no run of party {party_id} is known: it was not synced lately, or the id is mistyped"
    return f"nothing to undo: no run that is still kept overwrote a value of party {party_id}"


async def _synced(requests: Requests, party_id: str, choices: tuple[Choice, ...], within: int) -> PartyAnswer:
    patience = Patience(answered=timedelta(seconds=within))
    with report.progress("putting back", None):
        answer = await party_answers.sync(requests, party_id, patience, by_person(choices=choices, by=person.name()))
    return party_answers.of_choices(answer, choices)


def _told(field: OverwrittenField, party_id: str) -> str:
    lost = " and ".join(report.value(value) for value in field.lost)
    if field.back() is None:
        again = f"say which: `beteiligte-sync resolve {party_id} --field {field.field} --take …`"
        return f"{field.field}: {lost} were overwritten by {report.value(field.kept)}; {again}"
    return f"{field.field}: {report.value(field.kept)} → {lost}"


def _agreed() -> bool:
    """Whether the person wants it; where nobody can be asked, not."""
    return person.agrees("Put that back on both sides?", "nothing was changed")


def _look(party_id: str) -> str:
    return f"look with `beteiligte-sync status {party_id}`"
