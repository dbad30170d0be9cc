"""What a party's runs overwrote last: the conflicts and choices that they settled, with the values that lost."""

from collections.abc import Collection
from typing import Self

from temporalio.client import Client

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import Finding
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from contracts.visibility import workflow_id
from runtime.connection import only_sealed
from starter.requests import NotAnswered
from starter.views import inspection, runs
from starter.views.runs import Run

RUNS = 50
"""Runs looked at: of a party that is synced all day, those of some days."""
HANDED_ON = "continued_as_new"


class OverwrittenField(Frozen):
    """One field that was overwritten."""

    field: str
    kept: Value
    """What both sides have had since."""
    lost: tuple[Value, ...]
    """What stood there; more than one where a person chose a third value."""

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The field of a finding."""
        return cls(field=finding.field, kept=finding.kept, lost=finding.lost)

    def back(self) -> Choice | None:
        """The choice that puts it back while nobody has edited it since; None: it cannot be said which value."""
        if len(self.lost) != 1:
            return None
        return Choice(field=self.field, value=self.lost[0], only_while=(self.kept,))


class Overwritten(Frozen):
    """What one run overwrote."""

    run: Run
    fields: tuple[OverwrittenField, ...]


async def last(client: Client, party_id: str, only: Collection[str] = ()) -> Overwritten | None:
    """What was overwritten last, of these fields or of all. Raises RPCError, and NotAnswered for a silent worker.

    It is put back, so it is read only where it is sealed for its run. Raises Unreadable.
    """
    client = only_sealed(client)
    async for run in runs.listed(client, f"WorkflowId = '{workflow_id(party_id)}'", RUNS):
        found = [
            OverwrittenField.of(finding) for finding in await _of(client, run) if not only or finding.field in only
        ]
        if found:
            return Overwritten(run=run, fields=tuple(found))
    return None


async def _of(client: Client, run: Run) -> tuple[Finding, ...]:
    """By the result of a run; by its memory where it has none, as it runs or failed."""
    if run.state == HANDED_ON:
        return ()
    if run.state == "completed":
        outcome, _ = await inspection.ending(client, run)
        return outcome.overwritten if outcome else ()
    seen = await inspection.inspect(client, run, ui="", ask_worker=True)
    if seen.state is None:
        raise NotAnswered
    return seen.state.overwritten
