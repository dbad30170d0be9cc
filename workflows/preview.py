"""What a sync would do: read and decided by the sync's own code, written nowhere.

Its workflow id is `diff-<EspoCRM id>-<random>`, so that it never takes the party's lock. One attempt for each call,
since a person waits.
"""

from collections import Counter

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.decision import Action
    from beteiligte.decide.found import Candidates, Identity, searches_first
    from beteiligte.decide.gather import begun_before
    from beteiligte.decide.owed import Owed
    from beteiligte.decide.situation import Situation
    from contracts.comparing import Compared
    from contracts.fault_report import LOCKED
    from contracts.look_up import LookUpOrder
    from contracts.preview import PREVIEW, Preview, PreviewOrder
    from contracts.reading import Fetched
    from workflows.party.calls import ActivityCalls
    from workflows.party.reading import Reading
    from workflows.steps import StepFailed


@workflow.defn(name=PREVIEW, failure_exception_types=[Exception])
class PreviewWorkflow:
    """Looks at one party."""

    @workflow.run
    async def run(self, order: PreviewOrder) -> Preview:
        """The decision with all it rests on, or why there is none."""
        reading = Reading(ActivityCalls(order.party_id, order.timing, interrupt_wait=lambda: False, attempts=1))
        try:
            situation = await _situation(reading, order)
            compared, found = await reading.decide(situation), None
            if situation.stopped_by_lock(writes=compared.writes):
                raise StepFailed(LOCKED)
            if searches_first(compared.decision, look_up=compared.look_up):
                found = await reading.look_up(LookUpOrder.about(situation))
                situation = await _found(reading, situation, found)
                compared = await reading.decide(situation)
            begun = compared.decision.action is Action.CREATE and await reading.left_begun(situation)
            if begun:
                situation = begun_before(situation)
                compared = await reading.decide(situation)
        except StepFailed as failed:
            # Without the system's own words, which may hold a client's value.
            return Preview(party_id=order.party_id, failure=failed.fault.but(said=""))
        return Preview(
            party_id=order.party_id,
            situation=situation,
            decision=compared.decision,
            write_back=compared.write_back or bool(found and found.certain),
            link=found.certain if found else None,
            calls=_calls(situation, compared, found, begun=begun),
        )


async def _situation(reading: Reading, order: PreviewOrder) -> Situation:
    espocrm = await reading.espocrm()
    if espocrm.gone:
        return (await reading.deleted(espocrm, order.owed.in_force))[0]
    situation, _ = await reading.situation(Fetched(espocrm=espocrm), order.owed.in_force)
    return situation


async def _found(reading: Reading, situation: Situation, found: Candidates) -> Situation:
    """What a sync decides on after its look-up: the link as if it stood there, or the doubt."""
    if found.certain is not None:
        return (await reading.situation(Fetched(espocrm=situation.espocrm.linked_to(found.certain))))[0]
    if found.identity is Identity.UNCERTAIN:
        return situation.but(owed=Owed().uncertain(found.named, found.names))
    return situation


def _calls(situation: Situation, compared: Compared, found: Candidates | None, *, begun: bool) -> dict[str, int]:
    """The calls of design §5's budget. A sync that finds its create begun before searches and reads once more."""
    action = compared.decision.action
    gone = situation.advoware is not None and situation.advoware.gone
    calls = Counter(
        {
            "espocrm.read": 1 + begun,
            "espocrm.list": _lists(situation) + gone,
            "espocrm.write": compared.write_back,
            "advoware.read": (situation.advoware is not None) + gone + _looks_back(situation),
            "advoware.search": (found is not None) * (1 + begun),
            "advoware.create": action is Action.CREATE,
            "advoware.replace": action is Action.PUSH,
        }
    )
    if found and found.bet_nrs:
        calls += _calls_of_match(found)
    return {name: int(number) for name, number in calls.items() if number}


def _lists(situation: Situation) -> int:
    """Who holds the betNr, the one before, and each that a deleted record had."""
    lost = 0 if situation.delete_told else sum(link.bet_nr is not None for link in situation.lost)
    return situation.espocrm.shared + _looks_back(situation) + lost


def _looks_back(situation: Situation) -> bool:
    """Whether the party that the record was linked to before is looked at."""
    gone = situation.advoware is not None and situation.advoware.gone
    return situation.before is not None and not gone and not situation.others


def _calls_of_match(found: Candidates) -> Counter[str]:
    """Who holds them, and who else wants the only one; then it begins anew, a certain one with its link entered."""
    linking = found.certain is not None
    reads = {"espocrm.read": 1 + linking, "advoware.read": int(linking)}
    return Counter({**reads, "espocrm.list": found.lists, "espocrm.write": int(linking)})
