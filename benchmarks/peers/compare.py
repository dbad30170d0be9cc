"""What a sync compares and writes, as small as it can be: pure, shared by all peers."""

import json
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]
"""One record as JSON."""
FIELDS = {
    "lastName": "name",
    "firstName": "vorname",
    "titel": "titel",
    "rechtsform": "rechtsform",
    "briefAnrede": "bAnrede",
    "zusatz": "zusatz",
    "dateOfBirth": "geburtsdatum",
}
"""EspoCRM attribute to Advoware property."""
SALUTATIONS = {"Ms.": "Frau", "Mr.": "Herr"}


def wanted(party: Record) -> Record:
    """What Advoware should hold."""
    values = {there: party[here] for here, there in FIELDS.items()}
    return {**values, "anrede": SALUTATIONS.get(party["salutationName"])}


def changed(party: Record, record: Record) -> Record:
    """What differs in Advoware."""
    return {name: value for name, value in wanted(party).items() if record.get(name) != value}


def bookkeeping(party: Record, record: Record) -> Record:
    """What EspoCRM is told: link, version, base and status."""
    return {
        "betnr": record["betNr"],
        "advowareRowId": record["rowId"],
        "advowareLastSync": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        "advowareSyncBase": json.dumps({"values": wanted(party)}),
        "syncStatus": "clean",
        "syncErrorMessage": None,
    }
