"""What the Web UI shows of a run without opening an event: ids, names and states, never a client's value.

For whoever looks after the program (docs/web-ui.md); what the firm's people read is beteiligte/messages.
"""

from collections.abc import Iterable, Mapping

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.findings import Finding
    from beteiligte.decide.owed import Owed
    from beteiligte.faults import Blame
    from beteiligte.messages import Language, fault_text
    from beteiligte.messages.answering import commands
    from beteiligte.request_reason import Reason
    from beteiligte.sync_status import SyncStatus
    from contracts import visibility
    from contracts.create_name import CreateName
    from contracts.fault_report import FaultReport
    from contracts.party import SyncOutcome


OBSERVED = "observe mode: nothing was written, nobody was told"
ABOUT = (
    "One party, kept equal in EspoCRM and Advoware. *Search Attributes*: betNr, syncStatus and last decision. "
    "*Timeline*: each step with what it was for. *Pending Activities*: what waits for its next try, and why. "
    "*Event History*: what was read, compared and written."
)
"""Static details of every run: how to read the page."""
NOTHING = Owed()


def asked_for(reason: Reason) -> str:
    """Static summary of a run: what started it."""
    return f"asked for: {reason.value}"


def show_begin(reasons: Iterable[Reason], owed: Owed) -> None:
    """A sync begins."""
    workflow.set_current_details(_under_way(reasons, owed))


def show_wait(fault: FaultReport, summary: str) -> None:
    """The first attempt of a step failed, and nothing else shows that the second is waited for."""
    workflow.set_current_details(
        f"**waiting** for the second attempt: {summary}\n\n- cause: `{fault.code}`: {fault.message}"
    )


def shown() -> dict[str, str | int]:
    """What the run shows of the party by an earlier sync of it: betNr and status."""
    attributes = workflow.info().typed_search_attributes
    bet_nr = attributes.get(visibility.BET_NR)
    return {"bet_nr": int(bet_nr), "status": attributes.get(visibility.SYNC_STATUS) or ""} if bet_nr else {}


def show_bet_nr(bet_nr: int | None) -> None:
    """The party's betNr is known: a run that waits for days must be found by it."""
    if bet_nr is not None and workflow.info().typed_search_attributes.get(visibility.BET_NR) != str(bet_nr):
        workflow.upsert_search_attributes([visibility.BET_NR.value_set(str(bet_nr))])


def show_create(name: CreateName | None) -> None:
    """A create begins, by its name; any later run of the party finds it, also where this one is reset or terminated.

    None: none is left in doubt.
    """
    begun = visibility.CREATE_BEGUN.value_unset() if name is None else visibility.CREATE_BEGUN.value_set(str(name))
    workflow.upsert_search_attributes([begun])


def create_begun() -> CreateName | None:
    """The create that this run began, unless it had no effect, or the party was in agreement since."""
    begun = workflow.info().typed_search_attributes.get(visibility.CREATE_BEGUN)
    return CreateName.parse(begun) if begun else None


def _ended_create(outcome: SyncOutcome) -> list[SearchAttributeUpdate[str]]:
    """It ends where the run's betNr speaks for it: a record from before it is known by that of a party in agreement.

    That EspoCRM was told of the doubt is no end: it may be set back to before it was.
    """
    agreed = outcome.bet_nr is not None and outcome.status == SyncStatus.CLEAN
    return [visibility.CREATE_BEGUN.value_unset()] if agreed and create_begun() else []


def show_outcome(outcome: SyncOutcome, owed: Owed, *, trouble: visibility.Trouble | None = None) -> None:
    """A sync ended, failed or not; a create is open as long as anything is owed to EspoCRM, or in doubt."""
    bet_nr = [] if outcome.bet_nr is None else [visibility.BET_NR.value_set(str(outcome.bet_nr))]
    ended = [] if owed.anything else _ended_create(outcome)
    workflow.upsert_search_attributes(
        [
            *bet_nr,
            visibility.SYNC_STATUS.value_set(outcome.status),
            visibility.DECISION.value_set(outcome.shown),
            *ended,
            *_shown(trouble),
        ]
    )
    workflow.set_current_details(described(outcome, owed))


def _shown(trouble: visibility.Trouble | None) -> list[SearchAttributeUpdate[str]]:
    if trouble is not None:
        return [visibility.TROUBLE.value_set(str(trouble))]
    shown = workflow.info().typed_search_attributes.get(visibility.TROUBLE) is not None
    return [visibility.TROUBLE.value_unset()] if shown else []


def _under_way(reasons: Iterable[Reason], owed: Owed) -> str:
    asked = ", ".join(sorted(reasons)) or "what landed and is not yet written back"
    waits = "What waits for its next try stands under *Pending Activities*."
    return "\n".join((f"**syncing**, asked for: {asked}. {waits}", *(("", *_owed_line(owed)) if owed.anything else ())))


def _owed_line(owed: Owed) -> list[str]:
    """What EspoCRM is still to be told of, and how far that is."""
    about = f", betNr {owed.bet_nr}" if owed.bet_nr else ""
    tried = ", its attempts are used up, so it goes on one at a time" if owed.attempts_used_up else ""
    return [f"- owed to EspoCRM: `{owed.stage}`{about}{tried}"] if owed.anything else []


def described(outcome: SyncOutcome, owed: Owed = NOTHING) -> str:
    """As Markdown: what it came to, what it wrote, what people are told, and the cause where it failed."""
    head = f"**{outcome.shown}** · betNr {outcome.bet_nr or '–'} · status `{outcome.status or '–'}`"
    would, are = ("would go ", "would be") if outcome.observed else ("", "are")
    lines = [f"- {OBSERVED}"] if outcome.observed else []
    lines += _written(f"{would}to Advoware", outcome.to_advoware) + _written(f"{would}to EspoCRM", outcome.to_espocrm)
    if outcome.findings:
        lines.append(f"- people {are} told: {', '.join(sorted({_named(finding) for finding in outcome.findings}))}")
    if outcome.still_open:
        lines.append(f"- still open: {', '.join(sorted({_named(finding) for finding in outcome.still_open}))}")
    answers = commands((*outcome.findings, *outcome.still_open), outcome.party_id)
    lines += [f"- answered by: {' or '.join(f'`{command}`' for command in answers)}"] if answers else []
    if failure := outcome.failure:
        field = f", field `{failure.field}`" if failure.field else ""
        lines.append(f"- cause: `{failure.code}`{field}: {failure.message}")
        own = failure.blame is Blame.PARTY
        lines.append(f"- {fault_text(failure.code, failure.system, Language.ENGLISH, own=own)}")
    lines += _owed_line(owed)
    return "\n".join((head, "", *lines)).rstrip()  # Markdown wants the empty line before a list


def _written(where: str, fields: Mapping[str, object]) -> list[str]:
    return [f"- {where}: {', '.join(sorted(fields))}"] if fields else []


def _named(finding: Finding) -> str:
    """Candidates are ids and numbers; other reasons are not for everybody's eyes."""
    about = finding.field or finding.named
    return f"{finding.kind.value} ({about})" if about else finding.kind.value


def failure(party_id: str, fault: FaultReport) -> str:
    """The message of a run that failed."""
    field = f" (field {fault.field})" if fault.field else ""
    return f"party {party_id}: {fault.message}{field}"
