"""What goes through Temporal, as pydantic models, and the comparison: the domain of a first version."""

from pydantic import BaseModel

from benchmarks.peers import compare
from benchmarks.peers.compare import Record


class PartyRead(BaseModel):
    """A record of EspoCRM."""

    party_id: str
    bet_nr: int | None
    values: Record


class RecordRead(BaseModel):
    """A record of Advoware."""

    bet_nr: int
    values: Record


class BookkeepingOrder(BaseModel):
    """What EspoCRM is told."""

    party: PartyRead
    record: RecordRead


def overlaid(party: PartyRead, record: RecordRead) -> RecordRead | None:
    """The record as it should be; None where it is."""
    changes = compare.changed(party.values, record.values)
    return RecordRead(bet_nr=record.bet_nr, values={**record.values, **changes}) if changes else None
