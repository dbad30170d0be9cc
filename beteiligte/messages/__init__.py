"""What the firm's people read: the notes in EspoCRM and the text in `syncErrorMessage`, in German or English.

Each says what happened, to whom, both values where there are two, and what to do. The texts stand in tables, both
languages side by side: findings.py (one row per `FindingKind`), resolutions.py (by what a conflict was settled) and
causes.py (one row per fault). How they are put together: notes.py, and filling.py for a single one. All of them, with
invented names: docs/messages.md, made by docs_generator/messages.py from docs_generator/examples.py. Held by
tests/domain/test_messages.py and tests/house/test_docs_of_messages.py.
"""

from beteiligte.messages.deletes import deletes_note, deletes_notes
from beteiligte.messages.failures import failure_summary, fault_text
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.notes import line, note, summary
from beteiligte.messages.outages import outage_note
from beteiligte.messages.shown import InNote
from beteiligte.messages.sweeps import sweep_note

__all__ = [
    "InNote",
    "Language",
    "Phrase",
    "deletes_note",
    "deletes_notes",
    "failure_summary",
    "fault_text",
    "line",
    "note",
    "outage_note",
    "summary",
    "sweep_note",
]
