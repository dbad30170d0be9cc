"""Experiments that write the party and tell what a PUT does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from beteiligte.faults import OddAnswer
from beteiligte.record.field_table import Field
from beteiligte.record.value_kinds import TEXT, Unmappable, Value
from clients.advoware import record_in
from clients.advoware_session import NO_BET_NR
from clients.http_call import HttpAnswer
from installation.probe.bench import AWAY, ProbeBench
from installation.probe.findings import NO_CHANGE, Assumption, ProbeFinding, as_assumed, left_open, otherwise
from installation.probe.journal import Wire
from installation.probe.trial_party import TrialPartyRead
from installation.probe.trial_values import other_value

WRITE_PROBE, INITIAL_SYNC = "ADVOWARE_WRITE_PROBE", "SYNC_INITIAL_SYNC"
GERMANY = ZoneInfo("Europe/Berlin")
NEAR = timedelta(minutes=5)
"""Two clocks that tell the same moment are not further apart."""
STAMP = "geaendertAm"
NONE_TAKES = "no text field was seen to take a value"


async def no_op(bench: ProbeBench) -> list[ProbeFinding]:
    """A PUT of the record as it was read. Raises WriteRefused."""
    before = await bench.party.read()
    answer = await bench.party.write(before.record)
    after = await bench.party.read()
    return [_moves(before, after), _put_answer(answer, after)]


def _moves(before: TrialPartyRead, after: TrialPartyRead) -> ProbeFinding:
    if before.row_id != after.row_id:
        return as_assumed(Assumption.ROW_ID, "also by a PUT that changes nothing", "nothing: values are compared")
    return otherwise(Assumption.ROW_ID, "not by a PUT that changes nothing", "nothing: values are compared")


def _put_answer(answer: HttpAnswer, after: TrialPartyRead) -> ProbeFinding:
    """As the sync takes it: the whole record as it stands by then, or one more read."""
    more = "one more read after each PUT"
    try:
        shown = record_in(answer)
    except OddAnswer:
        return otherwise(Assumption.ANSWER, f"{answer.status} without a record", more)
    lacking = {key.lower() for key in after.record} - {key.lower() for key in shown.fields}
    if lacking:
        part = f"a record with {len(shown.fields)} of {len(after.record)} properties"
        return otherwise(Assumption.ANSWER, part, more)
    if shown.row_id != after.row_id:
        return otherwise(Assumption.ANSWER, "the whole record, with another rowId than a read shows", more)
    return as_assumed(Assumption.ANSWER, "the whole record with its new rowId", NO_CHANGE)


async def fields(bench: ProbeBench) -> list[ProbeFinding]:
    """Which fields a PUT stores, one after the other; the names last, since others may hang on them."""
    tried = _Tried(bench)
    now = await bench.party.read()
    order = sorted(bench.table.rows, key=lambda row: row.name in (*bench.table.names, bench.table.legal_form))
    for row in order:
        now = await tried.one(row, now)
    return [tried.finding()]


class _Tried:
    """What came of each field."""

    def __init__(self, bench: ProbeBench) -> None:
        self._bench = bench
        self._said: dict[str, list[str]] = {}

    async def one(self, row: Field, now: TrialPartyRead) -> TrialPartyRead:
        """Try one; the record as it is afterwards."""
        key = now.spelt(row.advoware)
        if key is None:
            return self._note("not there", row, now)
        before = canonical(row, now.record[key])
        trial = other_value(row, self._bench.table, before)
        answer = await self._bench.party.send({**now.record, key: row.kind.to_advoware(trial)})
        if not answer.ok:
            return self._note(f"refused ({answer.status})", row, now)
        after = await self._bench.party.read()
        stored = canonical(row, after.record.get(key))
        if stored == trial:
            self._bench.taking.append(row)
            return self._note("stored", row, after)
        return self._note("ignored" if stored == before else "stored as something else", row, after)

    def _note(self, what: str, row: Field, now: TrialPartyRead) -> TrialPartyRead:
        self._said.setdefault(what, []).append(row.name)
        return now

    def finding(self) -> ProbeFinding:
        """All of them."""
        table, taking = self._bench.table, {row.name for row in self._bench.taking}
        seen = "; ".join(f"{what}: {', '.join(names)}" for what, names in sorted(self._said.items(), reverse=True))
        if not taking:
            return otherwise(
                Assumption.WRITABLE,
                seen,
                "a PUT is answered and changes nothing: may the user of ADVOWARE_USER change this party, is it open "
                "somewhere?",
            )
        stored = ",".join(row.name for row in table.rows if row.name in taking)
        fits = taking == table.writable
        return (as_assumed if fits else otherwise)(
            Assumption.WRITABLE,
            seen,
            "nothing: these are set" if fits else "edits of other fields in EspoCRM are told and not written",
            ADVOWARE_WRITABLE=stored,
        )


def canonical(row: Field, wire: JsonValue) -> Value:
    """As the program reads it; what it cannot read is no value that it wrote."""
    try:
        return row.kind.canonical(wire)
    except Unmappable:
        return repr(wire)


async def left_out(bench: ProbeBench) -> list[ProbeFinding]:
    """A PUT without a property that holds something."""
    row = _text_field(bench)
    if row is None:
        return [left_open(Assumption.REPLACE, NONE_TAKES)]
    now = await _filled(bench, row)
    key = now.spelt(row.advoware) or row.advoware
    answer = await bench.party.send({name: value for name, value in now.record.items() if name != key})
    if not answer.ok:
        refused = f"without {row.name} it is refused ({answer.status})"
        return [otherwise(Assumption.REPLACE, refused, "nothing: the whole record is always sent")]
    after = canonical(row, (await bench.party.read()).record.get(key))
    left_out = f"{row.name} was left out"
    if after is None:
        return [as_assumed(Assumption.REPLACE, f"{left_out}, and is empty now", NO_CHANGE)]
    return [otherwise(Assumption.REPLACE, f"{left_out}, and is kept", "nothing: the whole record is always sent")]


async def _filled(bench: ProbeBench, row: Field) -> TrialPartyRead:
    """The record with something in this field."""
    now = await bench.party.read()
    key = now.spelt(row.advoware) or row.advoware
    if canonical(row, now.record.get(key)) is not None:
        return now
    await bench.party.write({**now.record, key: row.kind.to_advoware(other_value(row, bench.table, None))})
    return await bench.party.read()


async def old_row_id(bench: ProbeBench) -> list[ProbeFinding]:
    """A PUT that shows the rowId of before the last change; with it the stamp of a change."""
    row = _text_field(bench)
    if row is None:
        return [left_open(assumption, NONE_TAKES) for assumption in (Assumption.LOCK, Assumption.STAMP)]
    old = await bench.party.read()
    await bench.party.write(_changed(bench, row, old, old))
    at = bench.party.answered_at
    now = await bench.party.read()
    stamp = _stamp(bench.start, now, at)
    if old.row_id == now.row_id:
        return [left_open(Assumption.LOCK, "rowId did not move by a change"), stamp]
    answer = await bench.party.send(_changed(bench, row, now, old))
    after = await bench.party.read()
    return [_lock(answer, taken=_value(row, after) != _value(row, now)), stamp]


def _changed(bench: ProbeBench, row: Field, now: TrialPartyRead, shown: TrialPartyRead) -> Wire:
    """Another value than stands there now, in the record as it was shown."""
    key = shown.spelt(row.advoware) or row.advoware
    return {**shown.record, key: row.kind.to_advoware(other_value(row, bench.table, _value(row, now)))}


def _value(row: Field, read: TrialPartyRead) -> Value:
    return canonical(row, read.record.get(read.spelt(row.advoware) or row.advoware))


def _lock(answer: HttpAnswer, *, taken: bool) -> ProbeFinding:
    person = (
        "a write that an edit in Advoware overtakes is told as refused: `beteiligte-sync retry-failed` repeats it. "
        "There is no setting; tell whoever maintains the program"
    )
    if not answer.ok:
        return otherwise(Assumption.LOCK, f"refused ({answer.status}): it is a lock", person)
    if not taken:
        return otherwise(Assumption.LOCK, f"answered {answer.status}, and not stored", person)
    again = "nothing: what was compared is read again before a write"
    return as_assumed(Assumption.LOCK, "an older one is taken", again)


def _text_field(bench: ProbeBench) -> Field | None:
    """A field that takes any text, better none by which the party is known."""
    texts = [row for row in bench.taking if row.kind is TEXT]
    return next((row for row in texts if row.name not in bench.table.names), texts[0] if texts else None)


# ---------------------------------------------------------------------- geaendertAm


def _stamp(before: TrialPartyRead, after: TrialPartyRead, at: datetime) -> ProbeFinding:
    """What it says of a change at this moment; it has whole seconds, so it is compared with that of the beginning."""
    known = "SYNC_INITIAL_SYNC=newest can go by it; two hours around count as unknown all the same"
    unknown = "SYNC_INITIAL_SYNC=newest would know nothing"
    key = after.spelt(STAMP)
    text = after.record.get(key) if key else None
    if not isinstance(text, str) or not text:
        return as_assumed(Assumption.STAMP, "it is missing", unknown, **{INITIAL_SYNC: "espocrm"})
    if text == before.record.get(key or ""):
        return as_assumed(Assumption.STAMP, "a PUT does not move it", unknown, **{INITIAL_SYNC: "espocrm"})
    zone = zone_of(text, at)
    if zone is None:
        return as_assumed(
            Assumption.STAMP, "it moves, and not to this moment in any zone", unknown, **{INITIAL_SYNC: "espocrm"}
        )
    return otherwise(Assumption.STAMP, f"it moves with a PUT, {zone}", known)


def zone_of(text: str, at: datetime) -> str | None:
    """The zone in which this is that moment; None: in none of those that are likely."""
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    if stamp.tzinfo is not None:
        return "with its zone" if abs(stamp - at) < NEAR else None
    zones = {"in UTC": UTC, "in German time": GERMANY}
    return next((name for name, zone in zones.items() if abs(stamp.replace(tzinfo=zone) - at) < NEAR), None)


# ---------------------------------------------------------------------- a write to nobody


async def nobody(bench: ProbeBench) -> list[ProbeFinding]:
    """An empty PUT to a number that nobody has, while a party's own PUT works."""
    answer = await bench.party.answer("replace", "PUT", bench.client.session.one(NO_BET_NR), body={})
    if answer.status in AWAY:
        return [left_open(Assumption.NOBODY, f"answered {answer.status}")]
    seen = f"it is answered {answer.status}, and the party's own PUT works"
    if answer.status == 404:
        return [as_assumed(Assumption.NOBODY, seen, NO_CHANGE, **{WRITE_PROBE: "true"})]
    landed = "; look in Advoware whether there is a party of this number now" if answer.ok else ""
    meaning = f"it must not be asked in this way whether anybody may be written{landed}"
    return [otherwise(Assumption.NOBODY, seen, meaning, **{WRITE_PROBE: "false"})]
