"""What a reconciliation that stopped asks of a person: about which parties, and the two answers to copy."""

from collections.abc import Iterator

from beteiligte.sweep.alarms import AlarmNews
from contracts.reconciliation import ReconciliationState
from runtime import settings as s
from runtime.loading import SettingsError, load


def lines(workflow_id: str, state: ReconciliationState) -> tuple[str, ...]:
    """For people. Before the question a run may have synced what earlier pages held (`asked`)."""
    synced = f"{state.counts.asked} parties were synced before" if state.counts.asked else "Nothing was synced"
    return (
        f"{workflow_id} stopped and asks: {state.alarm} {synced}.",
        *concerned(state.about),
        f"beteiligte-sync reconcile confirm {workflow_id}   # it is intended",
        f"beteiligte-sync reconcile refuse {workflow_id}    # end it",
    )


def concerned(about: AlarmNews | None) -> Iterator[str]:
    """Some of the parties, what became of them and where they are; a line each."""
    if about is None or not about.named:
        return
    base = _espocrm()
    for one in about.named:
        yield f"  {one.change:<8}{one.party_id}{f'  {base}{one.party_id}' if base else ''}"
    if (more := about.number - len(about.named)) > 0:
        yield f"  and {more} more"


def _espocrm() -> str:
    """Where EspoCRM shows a record; empty where this machine does not know it."""
    try:
        settings = load(s.EspoCrmSettings)
    except SettingsError:
        return ""
    return f"{settings.url}/#{settings.entity_type}/view/"
