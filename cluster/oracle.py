"""What a visibility query should find, by reading it and looking at all runs: no database has a say in that.

It reads what the program writes (temporal.md §10) and no more: comparisons, IN, IS NULL, STARTS_WITH, BETWEEN, AND, OR,
parentheses, and GROUP BY behind them. As in SQL, nothing that is compared with what a run does not have holds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import WorkflowExecution, WorkflowExecutionStatus

from contracts.visibility import ALL

Row = Mapping[str, str | None]
Condition = Callable[[Row], bool]
WORDS = re.compile(r"\s*(?:'((?:[^']|'')*)'|([A-Za-z_]+)|(<=|>=|!=|[=<>(),]))")
TIMES = ("StartTime", "CloseTime")
STATES = {
    WorkflowExecutionStatus.CONTINUED_AS_NEW: "ContinuedAsNew",
    WorkflowExecutionStatus.TIMED_OUT: "TimedOut",
}
LATEST = datetime.max.replace(tzinfo=UTC)
COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda has, wanted: has == wanted,
    "!=": lambda has, wanted: has != wanted,
    "<": lambda has, wanted: has < wanted,
    ">": lambda has, wanted: has > wanted,
    "<=": lambda has, wanted: has <= wanted,
    ">=": lambda has, wanted: has >= wanted,
    "STARTS_WITH": lambda has, wanted: has.startswith(wanted),
}


class NotUnderstood(Exception):
    """The query says something that is not read here; the message says where."""


@dataclass(frozen=True)
class QueryReading:
    """A query that was read."""

    holds: Condition
    group_by: str = ""

    def found(self, runs: Iterable[WorkflowExecution]) -> list[WorkflowExecution]:
        """The runs, in the order in which a list has them: open ones, then by their end, the newest first."""
        found = [run for run in runs if self.holds(row(run))]
        return sorted(found, key=lambda run: (run.close_time or LATEST, run.start_time), reverse=True)

    def groups(self, runs: Iterable[WorkflowExecution]) -> Counter[str]:
        """How many of each value."""
        return Counter(str(row(run)[self.group_by]) for run in self.found(runs))


def row(run: WorkflowExecution) -> Row:
    """What queries name of a run; moments in one form, so that they compare as text."""
    attributes = {pair.key.name: str(pair.value) for pair in run.typed_search_attributes}
    return {
        **dict.fromkeys(ALL),
        **attributes,
        "WorkflowId": run.id,
        "RunId": run.run_id,
        "WorkflowType": run.workflow_type,
        "TaskQueue": run.task_queue,
        "ExecutionStatus": _state(run.status),
        "StartTime": _moment(run.start_time),
        "CloseTime": _moment(run.close_time) if run.close_time else None,
    }


def _state(status: WorkflowExecutionStatus | None) -> str:
    return STATES.get(status, status.name.capitalize()) if status else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def read(query: str) -> QueryReading:
    """Raises NotUnderstood."""
    return _QueryReader(_words(query)).reading()


def _words(query: str) -> list[tuple[str, str]]:
    """Each with what it is: text, name, or sign."""
    found, at = list[tuple[str, str]](), 0
    while at < len(query.rstrip()):
        match = WORDS.match(query, at)
        if match is None:
            raise NotUnderstood(f"{query[at:]!r} of {query!r}")
        kind = ("text", "name", "sign")[(match.lastindex or 1) - 1]
        found.append((kind, match[match.lastindex or 1].replace("''", "'")))
        at = match.end()
    return found


class _QueryReader:
    """Goes through the words of one query."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        self._words, self._at = words, 0

    def reading(self) -> QueryReading:
        holds = self._any() if self._words and not self._is("GROUP") else lambda _: True
        group = ""
        if self._took("GROUP"):
            self._need("BY")
            group = self._next("name")
        if self._at < len(self._words):
            raise NotUnderstood(f"what comes from word {self._at + 1}: {self._words[self._at :]}")
        return QueryReading(holds, group)

    def _any(self) -> Condition:
        either = [self._all()]
        while self._took("OR"):
            either.append(self._all())
        return lambda row: any(holds(row) for holds in either)

    def _all(self) -> Condition:
        each = [self._one()]
        while self._took("AND"):
            each.append(self._one())
        return lambda row: all(holds(row) for holds in each)

    def _one(self) -> Condition:
        if self._took("("):
            inner = self._any()
            self._need(")")
            return inner
        name = self._next("name")
        if self._took("IS"):
            return self._null(name, wanted=not self._took("NOT"))
        if self._took("IN"):
            return self._among(name)
        if self._took("BETWEEN"):
            low = self._value(name)
            self._need("AND")
            return _between(name, low, self._value(name))
        return _compared(name, self._sign(), self._value(name))

    def _null(self, name: str, *, wanted: bool) -> Condition:
        self._need("NULL")
        return lambda row: (_of(row, name) is None) is wanted

    def _among(self, name: str) -> Condition:
        self._need("(")
        values = {self._value(name)}
        while self._took(","):
            values.add(self._value(name))
        self._need(")")
        return lambda row: _of(row, name) in values

    def _sign(self) -> str:
        kind, word = self._words[self._at] if self._at < len(self._words) else ("", "")
        if kind == "text" or word not in COMPARED:
            raise NotUnderstood(f"comparison {word!r}")
        self._at += 1
        return word

    def _value(self, name: str) -> str:
        said = self._next("text")
        return _moment(datetime.fromisoformat(said)) if name in TIMES else said

    def _next(self, kind: str) -> str:
        if self._at >= len(self._words) or self._words[self._at][0] != kind:
            raise NotUnderstood(f"a {kind} was to come as word {self._at + 1} of {self._words}")
        self._at += 1
        return self._words[self._at - 1][1]

    def _is(self, word: str) -> bool:
        return self._at < len(self._words) and self._words[self._at] in (("name", word), ("sign", word))

    def _took(self, word: str) -> bool:
        there = self._is(word)
        self._at += there
        return there

    def _need(self, word: str) -> None:
        if not self._took(word):
            raise NotUnderstood(f"{word!r} was to come as word {self._at + 1} of {self._words}")


def _of(row: Row, name: str) -> str | None:
    if name not in row:
        raise NotUnderstood(f"a run has no {name}")
    return row[name]


def _compared(name: str, sign: str, wanted: str) -> Condition:
    def holds(row: Row) -> bool:
        has = _of(row, name)
        return has is not None and COMPARED[sign](has, wanted)

    return holds


def _between(name: str, low: str, high: str) -> Condition:
    return lambda row: (has := _of(row, name)) is not None and low <= has <= high
