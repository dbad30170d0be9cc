"""`resolve`: answer an open question about a party, or choose what a field shall hold."""

from typing import Annotated

import typer

from beteiligte.decide.choice import Choice, ChoiceRefused
from contracts.inbox import SyncRequest
from starter.cli import connection, hindrances, outcome_tables, party_answers, person, report
from starter.cli.arguments import WAITS_FOR_OUTCOME, AsJson, Party, Within
from starter.cli.exits import Exit
from starter.cli.party_answers import PartyAnswer
from starter.requests import Requests, by_person

EXAMPLE = "beteiligte-sync resolve 6b04cd6d623bec762 --field titel --take espocrm"

Create = Annotated[bool, typer.Option("--create", help="You looked: Advoware does not have the party; create it.")]
BetNr = Annotated[
    int | None, typer.Option("--betnr", min=1, help="You looked: this is the party in Advoware; link it.")
]
Fields = Annotated[
    list[str] | None, typer.Option("--field", help="Name of a field to decide, as `diff` shows it; may be repeated.")
]
Source = Annotated[
    str | None,
    typer.Option(
        "--take",
        help="What both sides shall have: espocrm, advoware, or the value itself. '' for none; = before a value that "
        "reads like a side.",
    ),
]


def command(
    party: Party,
    create: Create = False,
    betnr: BetNr = None,
    field: Fields = None,
    take: Source = None,
    within: Within = WAITS_FOR_OUTCOME,
    as_json: AsJson = False,
) -> None:
    """Answer what only a person can know, then sync.

    A conflict about a field: --field and --take, for every field and question, also where a value was not taken. What
    it overwrites is told, and `undo` puts it back. After an unanswered create: --create or --betnr; a named betNr is
    entered in EspoCRM if none stands there and Advoware knows it, and then checked like any first link: the names must
    agree and no other record may hold it.
    """
    decided = _decided(create=create, betnr=betnr, fields=field or [], take=take)

    async def work(requests: Requests) -> Exit:
        patience = await hindrances.patience(requests, within)
        with report.progress("resolving", None):
            answer = _checked(await party_answers.sync(requests, party, patience, decided), decided)
        if as_json:
            report.as_json(answer)
        else:
            outcome_tables.show([answer])
        return Exit(answer.exit)

    connection.run(work)


def _decided(*, create: bool, betnr: int | None, fields: list[str], take: str | None) -> SyncRequest:
    """The person's word as a request. Raises BadParameter unless exactly one thing was said, and can be done."""
    half_said = bool(fields) != (take is not None)
    if half_said or [create, betnr is not None, bool(fields)].count(True) != 1:
        raise typer.BadParameter("say one of --create, --betnr, and --field with --take")
    try:
        choices = tuple(Choice.typed(name, take or "", connection.field_table()) for name in dict.fromkeys(fields))
    except ChoiceRefused as refused:
        raise typer.BadParameter(str(refused)) from None
    return by_person(create_anyway=create, link=betnr, choices=choices, by=person.name())


def _checked(answer: PartyAnswer, decided: SyncRequest) -> PartyAnswer:
    """A sync may go well and still not do what was said: then the record already said otherwise."""
    outcome = answer.outcome
    if answer.exit == Exit.UNKNOWN:
        return answer
    if decided.choices:
        return party_answers.of_choices(answer, decided.choices)
    if outcome is not None and outcome.observed:
        return answer.but(problem=party_answers.NOT_DONE, exit=Exit.PERSON_DECIDES)
    if outcome is not None and decided.link is not None and outcome.unknown_link == decided.link:
        problem = f"Advoware has no betNr {decided.link}: nothing was linked; look for the right number there"
        return answer.but(problem=problem, exit=Exit.PERSON_DECIDES)
    if outcome is None or answer.exit != Exit.DONE:
        return answer
    if decided.link is not None and outcome.bet_nr != decided.link:
        problem = f"not linked to betNr {decided.link}: the record holds betNr {outcome.bet_nr}; change it in EspoCRM"
        return answer.but(problem=problem, exit=Exit.PERSON_DECIDES)
    if decided.create_anyway and outcome.result != "create":
        problem = f"nothing was created: the record holds betNr {outcome.bet_nr} already"
        return answer.but(problem=problem, exit=Exit.PERSON_DECIDES)
    return answer
