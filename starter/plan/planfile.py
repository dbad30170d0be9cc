"""The file of a plan: CSV for people's spreadsheets, JSON lines where its name ends with .jsonl.

It holds ids, betNr, results, names of fields and the records' addresses, no values but the parties' names where they
were asked for; only its owner may read it. Written page by page and read row by row, so that it may
be of any size. It gets its name when it is whole: what is left of a plan that broke off must not be taken for one.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import ValidationError

from beteiligte.decide.plan import PlanRow
from runtime.system_errors import why

COLUMNS = tuple(PlanRow.model_fields)
LISTS = ("candidates", "rivals", "to_advoware", "to_espocrm", "conflicts", "undecided")
SEPARATOR = " "
YES = "yes"
"""True, in a word that no spreadsheet translates."""
LETTER = "p"
"""Stands before a fingerprint, since a spreadsheet takes digits around an e for a number."""
JSON_LINES = ".jsonl"

TEXT = "'"
"""Stands before a cell that a spreadsheet would take for a formula or a number, and makes text of it."""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a formula may begin with, or a cell of which a spreadsheet trims the beginning."""
NUMBER = re.compile(r"[0-9.,/-]+([eE][+-]?[0-9]+)?")
"""Or a date: digits around an e, with points, dashes or slashes between them."""
IDS = ("party_id", "rivals")

SPOILT = re.compile(r"#.*|(?![0-9a-f]{17}$)[0-9]+([.,][0-9]*)?([eE][+-]?[0-9]+)?")
"""What a spreadsheet leaves of an id. Any other stands as EspoCRM listed it; an odd one is refused for its row."""
FINGERPRINT = re.compile(f"{LETTER}?[0-9a-f]*")
REMEDY = "a spreadsheet took it for a number: copy the file as it was planned, or plan again as .jsonl"


class BadPlan(ValueError):
    """The file is no plan; the message names line and reason."""


class Writer:
    """Writes a plan: of a party that is written more than once, the last row counts."""

    def __init__(self, path: Path) -> None:
        """Begin beside what is there, and replace it at the end. Raises OSError."""
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        self._rows = _Rows(self._part, path.suffix)
        self._seen = set[str]()
        self._outdated = Counter[str]()
        """By party: how many of its rows a later one replaces."""

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, broke: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """Give the file its name, or remove what there is of it."""
        self._rows.close()
        try:
            if broke is None:
                self._keep_last()
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)

    def write(self, line: PlanRow) -> None:
        """Add a line."""
        if line.party_id in self._seen:
            self._outdated[line.party_id] += 1
        self._seen.add(line.party_id)
        self._rows.write(line)

    def _keep_last(self) -> None:
        """Copy without the rows that a later one replaces; only ids are held in memory."""
        if not self._outdated:
            return
        whole = self._part.with_name(f"{self._path.name}.whole")
        copy = _Rows(whole, self._path.suffix)
        try:
            for line in lines(self._part, self._path.suffix):
                if self._outdated[line.party_id] > 0:
                    self._outdated[line.party_id] -= 1
                else:
                    copy.write(line)
            copy.close()
            whole.replace(self._part)
        finally:
            copy.close()
            whole.unlink(missing_ok=True)


class _Rows:
    """A file that rows are added to."""

    def __init__(self, path: Path, suffix: str) -> None:
        path.touch(mode=0o600)
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._csv = None if suffix == JSON_LINES else csv.DictWriter(self._file, COLUMNS)
        if self._csv:
            self._csv.writeheader()

    def close(self) -> None:
        self._file.close()

    def write(self, line: PlanRow) -> None:
        if line.fingerprint:
            line = line.but(fingerprint=LETTER + line.fingerprint)
        if self._csv is None:
            self._file.write(line.model_dump_json(exclude_defaults=True) + "\n")
            return
        row = line.model_dump(mode="json") | {"first": YES if line.first else ""}
        cells = {name: SEPARATOR.join(map(str, v)) if name in LISTS else v for name, v in row.items()}
        self._csv.writerow({name: guarded(name, cell) for name, cell in cells.items()})


def guarded(column: str, cell: object) -> object:
    """A cell that stays what it is in a spreadsheet: an id or a reason from outside must not be calculated there."""
    if not isinstance(cell, str):
        return cell
    odd = cell.startswith((TEXT, *FORMULA)) or (column in IDS and NUMBER.fullmatch(cell))
    return TEXT + cell if odd else cell


def _unguarded(cell: str) -> str:
    """What was written: with the mark, or as a spreadsheet saved it without."""
    return cell.removeprefix(TEXT)


def read(path: Path) -> Iterator[PlanRow]:
    """The lines, also as a spreadsheet saved them: with a byte order mark, separated by semicolons.

    Raises BadPlan, also where it cannot be read, and for an id that a spreadsheet has spoilt: it must not be asked for.
    """
    try:
        yield from lines(path, path.suffix)
    except FileNotFoundError:
        raise BadPlan(f"there is no file {path.absolute()}; `beteiligte-sync plan` writes one") from None
    except IsADirectoryError:
        raise BadPlan("it is a folder; name the file in it") from None
    except PermissionError:
        raise BadPlan("this user may not read it; give it the right, or apply as who planned") from None
    except OSError as error:
        raise BadPlan(f"it cannot be read ({why(error)})") from None


def lines(path: Path, suffix: str) -> Iterator[PlanRow]:
    """The same of a file that has not its name yet."""
    return (line for _, line in _numbered(path, suffix))


def _numbered(path: Path, suffix: str) -> Iterator[tuple[int, PlanRow]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = _json_rows(file) if suffix == JSON_LINES else _csv_rows(file)
        try:
            yield from ((number, _line(number, row)) for number, row in rows)
        except (UnicodeDecodeError, csv.Error) as odd:
            raise BadPlan(f"{odd}: save it as CSV in UTF-8") from None


def _line(number: int, row: str | dict[str, object]) -> PlanRow:
    try:
        line = PlanRow.model_validate(row) if isinstance(row, dict) else PlanRow.model_validate_json(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadPlan(f"line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if not FINGERPRINT.fullmatch(line.fingerprint):
        raise BadPlan(f"line {number}: fingerprint: {line.fingerprint!r} is none; {REMEDY}")
    return line.but(fingerprint=line.fingerprint.removeprefix(LETTER))


def _json_rows(file: IO[str]) -> Iterator[tuple[int, str]]:
    yield from ((number, text) for number, text in enumerate(file, 1) if text.strip())


def _csv_rows(file: IO[str]) -> Iterator[tuple[int, dict[str, object]]]:
    header = file.readline()
    file.seek(0)
    reader = csv.DictReader(file, delimiter=";" if ";" in header else ",")
    if missing := {"party_id", "result", "fingerprint"} - set(reader.fieldnames or ()):
        raise BadPlan(
            f"line 1: no column {', '.join(sorted(missing))}: is it a plan that `beteiligte-sync plan` wrote?"
        )
    for row in reader:
        if SPOILT.fullmatch(row["party_id"] or ""):
            raise BadPlan(f"line {reader.line_num}: party_id: {row['party_id']!r} is no id of EspoCRM; {REMEDY}")
        filled = {name: _unguarded(value) for name, value in row.items() if name in COLUMNS and value}
        yield reader.line_num, {n: v.split(SEPARATOR) if n in LISTS else v for n, v in filled.items()}
