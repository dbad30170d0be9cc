"""The decision as a local activity: recorded in the history, so mapping rules may change between deployments."""

from dataclasses import dataclass

from temporalio import activity

from activities.boundary import boundary
from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.messages import Language
from beteiligte.settle.settlement import differs, settle
from contracts import activity_names
from contracts.comparing import Compared


@dataclass(frozen=True)
class ComparisonActivities:
    """Pure; holds only the operator's rules."""

    rules: Rules
    language: Language = Language.GERMAN

    @activity.defn(name=activity_names.COMPARISON_DECIDE)
    async def decide(self, situation: Situation) -> Compared:
        """Decide, and say whether EspoCRM's bookkeeping must be put right although nothing is pushed."""
        with boundary():
            decision = decide(situation, self.rules)
            return Compared(
                decision=decision,
                write_back=self._write_back(situation, decision),
                look_up=self.rules.look_up,
                keys=FieldView(situation, self.rules.table).keys if self.rules.look_up else "",
            )

    def _write_back(self, situation: Situation, decision: Decision) -> bool:
        if situation.espocrm.gone or situation.espocrm.excluded:
            return False
        if decision.action is not Action.NOTHING or decision.to_espocrm or situation.owed.open:
            return True
        settled = settle(situation, decision, table=self.rules.table, language=self.language)
        return differs(settled, situation.espocrm)
