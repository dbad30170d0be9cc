"""No edit lost, none overwritten in silence: deciding, writing and telling (rules 1 and 3)."""

from tests.mutants.mutant import Mutant

FAILURES = "tests/scenarios/test_the_failure_half.py"
TRAVELS = "tests/scenarios/test_a_party_travels.py"
REQUESTS = "tests/workflows/test_requests.py"
RESTORES = "tests/scenarios/test_restores.py"
RETRIES = "tests/scenarios/test_edits_during_retries.py"
FOUND = "tests/properties/test_found.py::test_what_was_found_stays_mended"

EDITS = (
    Mutant(
        name="a value that still stands is told as lost",
        file="beteiligte/decide/situation.py",
        old="        return all(sides[system].get(finding.field) == held[system] for system in losers)\n",
        new="        return False\n",
        caught_by="tests/scenarios/test_writes_given_up.py",
    ),
    Mutant(
        name="a write that was given up settled nothing",
        file="contracts/carried_state.py",
        old="        self.in_doubt += tuple(found for",
        new="        self.in_doubt += () and tuple(found for",
        caught_by="tests/scenarios/test_writes_given_up.py",
    ),
    Mutant(
        name="the run closes when the write-back failed for good",
        file="workflows/party/workflow.py",
        old="        return self._memory.inbox.open or self._memory.owed.open\n",
        new="        return self._memory.inbox.open\n",
        caught_by=f"{FAILURES}::test_what_landed_is_written_back_hours_after_the_fifth_attempt",
    ),
    Mutant(
        name="the base moves when the write is planned",
        file="beteiligte/settle/settlement.py",
        old="    after = expected_base(view, decision, landed, sides, open_now)\n",
        new="    after = expected_base(view, decision, landed, sides, open_now)\n"
        "    after = after.but(values={**after.values, **decision.to_advoware, **decision.to_espocrm})\n",
        caught_by="tests/domain/test_settlement.py",
    ),
    Mutant(
        name="the base holds what was sent",
        file="activities/advoware.py",
        old="            landed = await self._replaced(seen, order.values)\n",
        new="            landed = await self._replaced(seen, order.values)\n"
        "            landed = landed.but(values={**landed.values, **order.values})\n",
        caught_by=f"{FAILURES}::test_a_field_that_advoware_ignores_is_told_once",
    ),
    Mutant(
        name="stale overlay on a retry",
        file="activities/advoware.py",
        old="            if looks_old(seen.read_at, self.fresh_for):\n",
        new="            if False:\n",
        caught_by=f"{FAILURES}::test_a_lost_answer_to_a_push_is_found_to_have_landed",
    ),
    Mutant(
        name="a missing attribute is read as empty",
        file="beteiligte/record/mapping.py",
        old="            unreadable.append(name)\n",
        new="            values[name] = None\n",
        caught_by=f"{FAILURES}::test_a_field_the_role_may_no_longer_read_is_not_cleared",
    ),
    Mutant(
        name="empty values are filtered out",
        file="beteiligte/record/mapping.py",
        old="        if attribute is not None:\n            body[attribute]",
        new="        if attribute is not None and value is not None:\n            body[attribute]",
        caught_by=f"{TRAVELS}::test_a_cleared_value_travels_as_an_edit",
    ),
    Mutant(
        name="the newer record wins as a whole",
        file="beteiligte/decide/decision.py",
        old="    verdicts = {**plain, **chosen}\n",
        new="    verdicts = {**plain, **chosen}\n"
        "    if any(v.source is Source.ESPOCRM for v in verdicts.values()):\n"
        "        verdicts = {n: v.but(source=Source.ESPOCRM) for n, v in verdicts.items()}\n",
        caught_by=f"{TRAVELS}::test_different_fields_edited_on_both_sides_both_survive",
    ),
    Mutant(
        name="an emptied record spreads",
        file="beteiligte/decide/holds.py",
        old="        if view.table.name in emptied or 2 * len(emptied) > len(filled):\n",
        new="        if False:\n",
        caught_by=f"{FAILURES}::test_an_emptied_name_is_held",
    ),
    Mutant(
        name="a request during a sync is answered by it",
        file="contracts/inbox.py",
        old="        self.answered = batch.upto\n",
        new="        self.answered = self.asked\n",
        caught_by=f"{REQUESTS}::test_an_edit_made_during_a_sync_is_synced_by_the_next",
    ),
    Mutant(
        name="a cancel drops what landed",
        file="workflows/party/workflow.py",
        old="            if self._cancelled and not self._memory.owed.open:\n",
        new="            if self._cancelled:\n",
        caught_by=f"{REQUESTS}::test_a_cancelled_run_goes_on_until_what_landed_is_written",
    ),
    Mutant(
        name="an older Advoware record is an edit",
        file="beteiligte/decide/evidence.py",
        old="    return agreed.changed_at - advoware.changed_at > ZONE_DOUBT\n",
        new="    return False\n",
        caught_by=f"{RESTORES}::test_an_older_advoware_overwrites_nothing_and_a_person_gets_the_day_back",
    ),
    Mutant(
        name="nobody is hurried",
        file="workflows/party/workflow.py",
        old="        return self._memory.inbox.urgent or (",
        new="        return (",
        caught_by=f"{REQUESTS}::test_only_who_cannot_wait_ends_a_retry_wait",
    ),
    Mutant(
        name="everybody is hurried",
        file="contracts/inbox.py",
        old="        self.urgent |= request.reason in URGENT\n",
        new="        self.urgent = True\n",
        caught_by=f"{REQUESTS}::test_only_who_cannot_wait_ends_a_retry_wait",
    ),
    Mutant(
        name="a repeated write-back does not look first",
        file="activities/write_back.py",
        old="order.again or looks_old(order.situation.espocrm.read_at, fresh_for)",
        new="False",
        caught_by=f"{RETRIES}::test_a_rival_edit_is_a_told_conflict",
    ),
    Mutant(
        name="a link that is gone is believed at once",
        file="activities/write_back.py",
        old=" or _lost_its_link(order):\n",
        new=":\n",
        caught_by=FOUND,
    ),
    Mutant(
        name="a question to people is answered by policy",
        file="beteiligte/decide/policy.py",
        old="return Resolution(basis=Basis.MANUAL)",
        new="return Resolution(winner=System.ESPOCRM, basis=Basis.MANUAL)",
        caught_by=FOUND,
    ),
    Mutant(
        name="a delete drops what is still to be told",
        file="workflows/party/deleting.py",
        old="(*left, *decision.findings)",
        new="decision.findings",
        caught_by=FOUND,
    ),
    Mutant(
        name="a local write-back that runs again does not read",
        file="activities/write_back.py",
        old="fresh_for = min(self.fresh_for, RUN_AGAIN) if order.local else self.fresh_for",
        new="fresh_for = timedelta.max if order.local else self.fresh_for",
        caught_by="tests/activities/test_write_back.py"
        "::test_a_local_one_that_runs_again_reads_by_the_age_of_what_was_compared",
    ),
    Mutant(
        name="a write-back behind a local one does not look first",
        file="workflows/party/writing.py",
        old="order.but(again=True)",
        new="order",
        caught_by="tests/workflows/test_engine_cost.py::test_a_write_back_behind_a_lost_answer_finds_that_it_landed",
    ),
    Mutant(
        name="what people are told is written back unseen",
        file="workflows/party/writing.py",
        old=" and (order.landed is not None or not order.decision.findings)",
        new="",
        caught_by="tests/workflows/test_engine_cost.py::test_what_people_are_told_is_on_record_before_espocrm_says_so",
    ),
    Mutant(
        name="a new link is shown at a run's end only",
        file="workflows/party/sync.py",
        old="        if self._calls.setback.met or fetched.espocrm.first_link:\n",
        new="        if self._calls.setback.met:\n",
        caught_by="tests/scenarios/test_deletes.py"
        "::test_a_delete_that_was_no_news_is_told_with_the_number_that_came_after",
    ),
    Mutant(
        name="values of people are written back unseen",
        file="workflows/party/writing.py",
        old="not order.decision.to_espocrm and (",
        new="(",
        caught_by="tests/workflows/test_engine_cost.py::test_values_that_go_to_espocrm_are_on_record_before",
    ),
    Mutant(
        name="a local read has its age by the worker's clock",
        file="activities/boundary.py",
        old="activity.info().started_time + _server_ahead.get()",
        new="activity.info().started_time",
        caught_by="tests/activities/test_fetching.py::test_reads_have_their_age_by_the_server_s_clock",
    ),
    Mutant(
        name="a local write-back that is done again does not look first",
        file="activities/write_back.py",
        old="begun or order.again or",
        new="order.again or",
        caught_by="tests/workflows/test_tasks_done_again.py::test_a_hand_on_betnr_behind_the_write_back_stays",
    ),
    Mutant(
        name="a base that an earlier attempt put right counts as somebody's",
        file="activities/write_back.py",
        old="ours = (settled.base_text, writing.settled(overridden=True).base_text)",
        new="ours = (settled.base_text,)",
        caught_by="tests/activities/test_write_back.py::test_a_base_that_an_earlier_attempt_put_right_is_its_own",
    ),
    Mutant(
        name="what the run itself read of a deleted record is forgotten",
        file="activities/history.py",
        old="bet_nr or order.read_before, status",
        new="bet_nr, status",
        caught_by="tests/workflows/test_tasks_done_again.py"
        "::test_a_record_deleted_under_its_pull_is_told_where_no_run_is_known",
    ),
)
