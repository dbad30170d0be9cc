"""The file of a plan: CSV for people's spreadsheets, JSON lines where its name ends with .jsonl.

It holds ids, betNr, results and names of fields, no values. Written page by page and read row by row, so that it may
be of any size. It gets its name when it is whole: what is left of a plan that broke off must not be taken for one.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import ValidationError

from beteiligte.plan import Line

COLUMNS = tuple(Line.model_fields)
LISTS = ("candidates", "rivals", "to_advoware", "to_espocrm", "conflicts")
SEPARATOR = " "


class BadPlan(ValueError):
    """The file is no plan; the message names line and reason."""


class Writer:
    """Writes a plan."""

    def __init__(self, path: Path) -> None:
        """Begin beside what is there, and replace it at the end. Raises OSError."""
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        self._file: IO[str] = self._part.open("w", encoding="utf-8", newline="")
        self._csv = None if path.suffix == ".jsonl" else csv.DictWriter(self._file, COLUMNS)
        if self._csv:
            self._csv.writeheader()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, broke: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """Give the file its name, or remove what there is of it."""
        self._file.close()
        if broke is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()

    def write(self, line: Line) -> None:
        """Add a line."""
        if self._csv is None:
            self._file.write(line.model_dump_json(exclude_defaults=True) + "\n")
            return
        row = line.model_dump(mode="json")
        self._csv.writerow({name: SEPARATOR.join(map(str, v)) if name in LISTS else v for name, v in row.items()})


def read(path: Path) -> Iterator[Line]:
    """The lines, also as a spreadsheet saved them: with a byte order mark, separated by semicolons.

    Raises BadPlan, OSError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = _json_rows(file) if path.suffix == ".jsonl" else _csv_rows(file)
        try:
            yield from (_line(number, row) for number, row in rows)
        except (UnicodeDecodeError, csv.Error) as odd:
            raise BadPlan(f"{odd}: save it as CSV in UTF-8") from None


def _line(number: int, row: str | dict[str, object]) -> Line:
    try:
        return Line.model_validate(row) if isinstance(row, dict) else Line.model_validate_json(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadPlan(f"line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


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
        filled = {name: value for name, value in row.items() if name in COLUMNS and value}
        yield reader.line_num, {n: v.split(SEPARATOR) if n in LISTS else v for n, v in filled.items()}
