"""Whose fault a refusal is, and what people are told of it."""

from tests.mutants.mutant import Mutant

WHOSE = "tests/scenarios/test_whose_fault.py"
LOCKED = "tests/scenarios/test_locked_records.py"

FAILURES = (
    Mutant(
        name="a refused write is the system's",
        file="activities/blame.py",
        old="            success = await self.failures",
        new="            return Blamed(blame=Blame.SYSTEM)\n            success = await self.failures",
        caught_by=f"{WHOSE}::test_eight_archived_records_are_no_outage",
    ),
    Mutant(
        name="a refused write is judged by reading others",
        file="activities/blame.py",
        old='            if refusal.operation == "read":\n',
        new="            if True:\n",
        caught_by="tests/scenarios/test_outages.py::test_a_refused_right_is_told_once_for_all_parties",
    ),
    Mutant(
        name="refusals alike are never counted",
        file="activities/blame.py",
        old="        return 1 + await self.failures.alike",
        new="        return 1 + 0 * await self.failures.alike",
        caught_by=f"{WHOSE}::test_when_nobody_can_be_created_few_are_told_singly",
    ),
    Mutant(
        name="a party's own matter ends an outage",
        file="workflows/outage.py",
        old="            if tried.own and memory.waiting:\n",
        new="            if False:\n",
        caught_by=f"{WHOSE}::test_a_party_s_own_matter_says_nothing_about_the_others_that_wait",
    ),
    Mutant(
        name="an outage tries its parties one after the other",
        file="workflows/outage.py",
        old="        for kind in dict.fromkeys(self._memory.waiting.values()):\n",
        new="        for kind in [*self._memory.waiting.values()][:1]:\n",
        caught_by=f"{WHOSE}::test_nor_does_it_wait_behind_parties_that_are_refused_alike",
    ),
    Mutant(
        name="what people were told stands in EspoCRM alone",
        file="activities/espocrm.py",
        old="if seen.trouble.told == order.fault.told]\n",
        new="if False]\n",
        caught_by=f"{LOCKED}::test_a_locked_record_is_told_once_and_healed_when_it_is_unlocked",
    ),
    Mutant(
        name="what people were told is never forgotten",
        file="activities/failure_history.py",
        old="                break\n",
        new="                continue\n",
        caught_by=f"{LOCKED}::test_it_is_told_anew_when_it_is_locked_again",
    ),
    Mutant(
        name="a locked record is written in Advoware all the same",
        file="workflows/party/writing.py",
        old="        if seen.situation.stopped_by_lock(",
        new="        if False and seen.situation.stopped_by_lock(",
        caught_by=f"{LOCKED}::test_a_locked_record_reaches_neither_side",
    ),
    Mutant(
        name="the label of a locked field is taken for its name",
        file="clients/wire_errors.py",
        old="        case 409 if LOCKED in (reason, _label(body)):\n",
        new="        case 409 if False:\n",
        caught_by=f"{LOCKED}::test_the_label_in_the_answer_is_no_field",
    ),
    Mutant(
        name="what landed is told once, whatever the cause",
        file="workflows/party/failing.py",
        old="return fault.told in owed.causes_told, failed",
        new="return owed.attempts_used_up, failed",
        caught_by=f"{LOCKED}::test_after_a_night_without_espocrm_the_lock_is_told_all_the_same",
    ),
    Mutant(
        name="the attempt in the worker is an extra one",
        file="workflows/options.py",
        old="maximum_attempts=(attempts or timing.attempts) - tried,",
        new="maximum_attempts=attempts or timing.attempts,",
        caught_by="tests/workflows/test_engine_cost.py::test_a_failed_first_attempt_is_one_of_five",
    ),
    Mutant(
        name="the second attempt comes at once",
        file="workflows/party/calls.py",
        old="        if first.fault is None:\n            return\n",
        new="        return\n",
        caught_by="tests/workflows/test_engine_cost.py::test_the_second_attempt_waits_as_long_as_after_a_regular_one",
    ),
    Mutant(
        name="a slow first attempt is not followed by a regular one at once",
        file="workflows/party/calls.py",
        old="                return FirstTry()  # its",
        new="                return FirstTry(report(error), self.timing.first_wait)  # its",
        caught_by="tests/workflows/test_engine_cost.py::test_a_slow_system_is_waited_for_by_a_regular_activity",
    ),
    Mutant(
        name="a burst is served by local activities",
        file="contracts/inbox.py",
        old="return self.asked - self.answered <= 1",
        new="return True",
        caught_by="tests/workflows/test_engine_cost.py::test_a_burst_is_served_by_regular_activities",
    ),
    Mutant(
        name="syncing is shown in a quick sync",
        file="workflows/steps.py",
        old="        await workflow.wait_condition(lambda: self._setback.met)\n",
        new="",
        caught_by="tests/workflows/test_showing_syncing.py::test_a_write_that_takes_its_time_is_no_reason",
    ),
    Mutant(
        name="a run is not told that an attempt failed",
        file="worker/setbacks.py",
        old="if not failure.non_retryable and _is_waited_for():",
        new="if False:",
        caught_by="tests/workflows/test_showing_syncing.py"
        "::test_it_is_shown_while_a_write_waits_for_its_second_attempt",
    ),
)
