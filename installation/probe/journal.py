"""What the party held before the probe, in a file before the first write: from it the next start puts it back.

Beside what it held stand the values that the probe sent or caused. A property that holds neither was changed by
somebody else meanwhile, and is left alone: a person's edit is never taken back.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import JsonValue, ValidationError

from beteiligte.frozen import Frozen
from installation.probe.files import replace_file

Wire = Mapping[str, JsonValue]

NAME = "advoware-probe-open.json"
"""Beside the engine's state; there only while a party waits to be put back."""
SYSTEM_OWN = ("betnr", "rowid", "geaendert", "angelegt")
"""How the names of properties begin that Advoware sets by itself (facts/advoware.md §2)."""


class ProbeJournalError(Exception):
    """The file cannot be used; the message names it and the remedy."""


class AnotherProbe(Exception):
    """One is at work already."""


class Journal(Frozen):
    """One probe that is under way."""

    firm: str
    """Whose Advoware: a betNr of another firm, or of another database, is another party."""
    began: datetime
    bet_nr: int | None
    """None: a create was sent, and its answer is not known."""
    name: str = ""
    """By which a party whose create was not answered can be found."""
    created: bool = False
    original: dict[str, JsonValue] = {}
    ours: dict[str, list[JsonValue]] = {}
    """By property: values that the probe sent, or that stood there after it wrote."""

    def knowing(self, record: Wire) -> "Journal":
        """With what this record holds, which the probe sends or has caused, as its own."""
        ours = {name: list(values) for name, values in self.ours.items()}
        for name in self.differing(record):
            if not _among(record.get(name), ours.get(name, ())):
                ours.setdefault(name, []).append(record.get(name))
        return self if ours == self.ours else self.but(ours=ours)

    def differing(self, now: Wire) -> dict[str, JsonValue]:
        """Properties that do not hold what they held, with that; what Advoware sets by itself aside."""
        return {
            name: before
            for name, before in self.original.items()
            if not name.lower().startswith(SYSTEM_OWN) and not _among(now.get(name), (before,))
        }

    def to_restore(self, now: Wire) -> dict[str, JsonValue]:
        """Properties that hold a value of the probe's, with what they held before."""
        changed = self.differing(now).items()
        return {name: before for name, before in changed if _among(now.get(name), self.ours.get(name, ()))}

    def foreign(self, now: Wire) -> tuple[str, ...]:
        """Properties that somebody else changed."""
        return tuple(name for name in self.differing(now) if not _among(now.get(name), self.ours.get(name, ())))


def _among(value: JsonValue, values: Iterable[JsonValue]) -> bool:
    """Whether it is one of these; an empty text is nothing."""
    return (value or None) in [other or None for other in values]


class JournalFile:
    """Where it stands. Who holds it is the only one that probes."""

    def __init__(self, folder: Path) -> None:
        """Touch nothing yet."""
        self.path = folder / NAME
        self.current: Journal | None = None

    @contextmanager
    def held(self) -> Iterator["JournalFile"]:
        """Be the only one, and know what an earlier one left. Raises AnotherProbe, ProbeJournalError, OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path.with_suffix(".lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise AnotherProbe(f"another probe is at work (it holds {lock.lock_file})") from None
        try:
            self.current = self._read()
            yield self
        finally:
            lock.release()

    def keep(self, journal: Journal) -> None:
        """Have it on disk before anything is sent. Raises OSError."""
        if journal != self.current:
            replace_file(self.path, journal.model_dump_json(indent=2))
        self.current = journal

    def remove(self) -> None:
        """Nothing waits to be put back."""
        self.path.unlink(missing_ok=True)
        self.current = None

    def _read(self) -> Journal | None:
        try:
            return Journal.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            raise ProbeJournalError(
                f"{self.path} holds what a broken-off probe has to put back, and cannot be read: look at the test "
                "party in Advoware, then delete the file"
            ) from None
