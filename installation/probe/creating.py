"""The experiments that only a party of the probe's own allows: a POST, and a DELETE at the end."""

from datetime import datetime

from pydantic import JsonValue

from beteiligte.faults import OddAnswer, SyncFault, System
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import to_advoware
from clients import wire_errors
from clients.advoware import AdvowareClient, record_in
from clients.http_call import HttpAnswer, HttpCall
from clients.records import AdvowareRecord
from installation.probe.findings import NO_CHANGE, Assumption, ProbeFinding, as_assumed, otherwise
from installation.probe.journal import Journal, JournalFile
from installation.probe.trial_party import TrialParty


async def create(
    client: AdvowareClient, journal: JournalFile, table: FieldTable, firm: str, at: datetime
) -> tuple[int, ProbeFinding]:
    """A party of the probe's own, and how the POST was answered; sent once, and noted before.

    Raises SyncFault. One that is not surely refused may have made the party: the journal then keeps its name.
    """
    name = f"ZZ Testpartei Abgleich {at:%Y-%m-%d %H:%M:%S}"
    journal.keep(Journal(firm=firm, began=at, bet_nr=None, name=name, created=True))
    values = {table.name: name, table.given_name: "Bitte löschen"}
    try:
        answer = await _posted(client, to_advoware({k: v for k, v in values.items() if k}, table))
    except SyncFault as fault:
        if fault.surely_refused:
            journal.remove()
        raise
    bet_nr, finding = _answered(answer)
    journal.keep(Journal(firm=firm, began=at, bet_nr=bet_nr, name=name, created=True))
    return bet_nr, finding


async def _posted(client: AdvowareClient, body: dict[str, JsonValue]) -> HttpAnswer:
    answer = await client.session.answer(HttpCall("create", "POST", client.session.parties, body=body, fresh=True))
    if answer.ok:
        return answer
    fault = wire_errors.advoware(answer, "create")
    fault.surely_refused = fault.surely_refused or 400 <= answer.status < 500
    raise fault


def _answered(answer: HttpAnswer) -> tuple[int, ProbeFinding]:
    """Raises OddAnswer where it holds no betNr."""
    record = record_in(answer)
    if record.bet_nr is None:
        raise OddAnswer("Advoware's answer to a create holds no betNr", system=System.ADVOWARE)
    shape = "a list" if isinstance(answer.json(System.ADVOWARE), list) else "an object"
    return record.bet_nr, _of_post(record, shape)


def _of_post(record: AdvowareRecord, shape: str) -> ProbeFinding:
    if record.row_id is None:
        return as_assumed(
            Assumption.CREATE, f"{shape} with betNr and no rowId", "one more read after each create, for the rowId"
        )
    return as_assumed(Assumption.CREATE, f"{shape} with betNr and rowId", NO_CHANGE)


async def delete(party: TrialParty) -> tuple[ProbeFinding, bool]:
    """Try to delete the probe's own party; whether it is still there. Raises Transient."""
    answer = await party.answer("delete", "DELETE", party.client.session.one(party.bet_nr))
    there = (await party.answer("read", "GET", party.client.session.one(party.bet_nr))).status != 404
    never = "nothing: the program deletes nothing"
    if answer.status == 403 and there:
        return as_assumed(Assumption.DELETE, "refused with 403", never), there
    gone = "the party is still there" if there else "the party is gone"
    return otherwise(Assumption.DELETE, f"answered {answer.status}, {gone}", never), there
