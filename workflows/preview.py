"""What a sync would do: read and decided by the sync's own code, written nowhere.

Its workflow id is `diff-<EspoCRM id>-<random>`, so that it never takes the party's lock. One attempt for each call,
since a person waits.
"""

from collections import Counter

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.orders import Compared
    from beteiligte.decision import Action, Situation
    from workflows import contracts
    from workflows.contracts import Failure, Preview, PreviewOrder
    from workflows.reading import Reading
    from workflows.steps import StepFailed


@workflow.defn(name=contracts.PREVIEW, failure_exception_types=[Exception])
class PreviewWorkflow:
    """Looks at one party."""

    @workflow.run
    async def run(self, order: PreviewOrder) -> Preview:
        """The decision with all it rests on, or why there is none."""
        reading = Reading(order.party_id, order.pace, hurried=lambda: False, attempts=1)
        try:
            situation = await _situation(reading, order)
            compared = await reading.decide(situation)
        except StepFailed as failed:
            fault = failed.fault
            failure = Failure(code=fault.code, message=fault.message, system=fault.system, field=fault.field)
            return Preview(party_id=order.party_id, failure=failure)
        return Preview(
            party_id=order.party_id,
            situation=situation,
            decision=compared.decision,
            write_back=compared.write_back,
            calls=_calls(situation, compared),
        )


async def _situation(reading: Reading, order: PreviewOrder) -> Situation:
    espocrm = await reading.espocrm()
    if espocrm.gone:
        return await reading.deleted(espocrm, order.pending)
    situation, _ = await reading.situation(espocrm, order.pending)
    return situation


def _calls(situation: Situation, compared: Compared) -> dict[str, int]:
    """The calls of design §5's budget."""
    action = compared.decision.action
    gone = situation.advoware is not None and situation.advoware.gone
    calls = Counter(
        {
            "espocrm.read": 1,
            "espocrm.list": situation.espocrm.first_link + gone,
            "espocrm.write": compared.write_back,
            "advoware.read": (situation.advoware is not None) + gone,
            "advoware.search": action is Action.CREATE and compared.look_up,
            "advoware.create": action is Action.CREATE,
            "advoware.replace": action is Action.PUSH,
        }
    )
    return {name: int(number) for name, number in calls.items() if number}
