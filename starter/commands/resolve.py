"""`resolve`: answer an open question about a party."""

from typing import Annotated

import typer

from starter import report
from starter.commands import answers, connecting
from starter.commands.answers import Answer
from starter.commands.arguments import AsJson, Party, Within
from starter.commands.exits import Exit
from starter.requests import Requests, by_person
from workflows.contracts import SyncRequest

EXAMPLE = "beteiligte-sync resolve 6b04cd6d623bec762 --betnr 10234"

Create = Annotated[bool, typer.Option("--create", help="You looked: Advoware does not have the party; create it.")]
BetNr = Annotated[
    int | None, typer.Option("--betnr", min=1, help="You looked: this is the party in Advoware; link it.")
]


def command(
    party: Party, create: Create = False, betnr: BetNr = None, within: Within = 600, as_json: AsJson = False
) -> None:
    """Answer what only a person can know, then sync. After an unanswered create: --create or --betnr.

    A named betNr is entered in EspoCRM if none stands there and Advoware knows it; it is then checked like any first
    link: the names must agree and no other record may hold it.
    """
    decided = _decided(create=create, betnr=betnr)

    async def work(asking: Requests) -> Exit:
        patience = await connecting.patience(asking, within)
        with report.progress("resolving", None):
            answer = _checked(await answers.sync(asking, party, patience, decided), decided)
        if as_json:
            report.as_json(answer)
        else:
            answers.show([answer])
        return Exit(answer.exit)

    connecting.run(work)


def _decided(*, create: bool, betnr: int | None) -> SyncRequest:
    """The person's word as a request. Raises BadParameter unless exactly one thing was said."""
    if create == (betnr is not None):
        raise typer.BadParameter("say one of --create and --betnr")
    return by_person(create_anyway=create, link=betnr)


def _checked(answer: Answer, decided: SyncRequest) -> Answer:
    """A sync may go well and still not do what was said: then the record already said otherwise."""
    outcome = answer.outcome
    if outcome is None or answer.exit != Exit.DONE:
        return answer
    if decided.link is not None and outcome.bet_nr != decided.link:
        problem = f"not linked to betNr {decided.link}: the record holds betNr {outcome.bet_nr}; change it in EspoCRM"
        return answer.model_copy(update={"problem": problem, "exit": Exit.PERSON_DECIDES})
    if decided.create_anyway and outcome.result != "create":
        problem = f"nothing was created: the record holds betNr {outcome.bet_nr} already"
        return answer.model_copy(update={"problem": problem, "exit": Exit.PERSON_DECIDES})
    return answer
