"""What is only guessed of the real Advoware (facts/advoware.md §2): options of the stand-in, the guess their default.

docs/assumptions.md names them for people; the program's own probe tells one from the other by what it sees.
"""

from datetime import datetime, tzinfo


class AdvowareHabits:
    """How this installation answers."""

    def __init__(self) -> None:
        """As it is guessed."""
        self.post_answers_row_id = True
        self.post_answers_values = True
        self.post_answers_list = False
        self.put_answers = "record"
        """What a PUT answers: the whole `record`, `numbers` (betNr and rowId), `betNr` alone, or `nothing`."""
        self.put_answers_list = True
        self.numbers_as_text = False
        """Whether a betNr is answered as text."""
        self.read_answers_list = False
        self.no_op_changes_row_id = True
        """Whether a PUT that changes nothing gives a new rowId."""
        self.replaces = True
        """Whether a PUT clears what it does not name; else that is kept."""
        self.row_id_locks = False
        """Whether a PUT that shows an older rowId is refused with 409."""
        self.unknown_status = 404
        """How a number is answered that nobody has."""
        self.write_to_nobody_status: int | None = None
        """How a PUT to such a number is answered; None: like a read of it."""
        self.stamps = True
        """Whether `geaendertAm` moves with a PUT."""
        self.stamp_zone: tzinfo | None = None
        """Of `geaendertAm`, which names none; None: the machine's own."""
        self.has_search = False
        self.search_ignores_text = False
        """Whether a search answers everybody, whatever its text is."""
        self.has_listing = False
        """Whether GET without `Search` lists betNr and rowId of all parties."""
        self.listing_ignores_place = False
        """Whether that listing begins with the first party and ends with the last, whatever After and Limit say."""
        self.allows_delete = False
        self.has_connector = False
        """Whether discovery names a connector, which then has to be used."""
        self.ignores: set[str] = set()
        """Writable fields that this installation ignores as well."""
        self.stores: set[str] = set()
        """Ignored fields that this one stores."""
        self.alters: set[str] = set()
        """Fields that it stores in capitals."""
        self.keeps_filled: set[str] = set()
        """Fields that cannot be emptied."""
        self.property_names: dict[str, str] = {}
        """Properties that have another name here; an empty one: the record does not have it."""

    def stamp(self, at: datetime) -> str:
        """`geaendertAm` of a change at this moment."""
        return at.astimezone(self.stamp_zone).replace(microsecond=0, tzinfo=None).isoformat()

    def outward(self, record: dict[str, object]) -> dict[str, object]:
        """A record as it is answered."""
        named = ((self.property_names.get(name, name), value) for name, value in record.items())
        shown = {name: value for name, value in named if name}
        return {**shown, **({"betNr": str(record["betNr"])} if self.numbers_as_text else {})}

    def inward(self, body: dict[str, object]) -> dict[str, object]:
        """What a caller sent, under our own names; what has another name here is not known by ours."""
        ours = {theirs: name for name, theirs in self.property_names.items() if theirs}
        return {ours.get(name, name): value for name, value in body.items() if name not in self.property_names}
