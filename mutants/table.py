"""The wrong designs, one row each; where they come from: what a model of such syncs showed to lose edits or to double.

A row replaces one text that stands exactly once in its file; tests/house/test_mutants.py holds it, so it cannot rot.
"""

from dataclasses import dataclass

FAILURES = "tests/scenarios/test_the_failure_half.py"
BEGUN = "tests/scenarios/test_begun_creates.py"
TRAVELS = "tests/scenarios/test_a_party_travels.py"
LINKS = "tests/scenarios/test_links.py"
REQUESTS = "tests/workflows/test_requests.py"
SWEEPS = "tests/scenarios/test_reconciliation.py"
RESTORES = "tests/scenarios/test_restores.py"
RETRIES = "tests/scenarios/test_edits_during_retries.py"
FOUND = "tests/properties/test_found.py::test_what_was_found_stays_mended"
MODES = "tests/scenarios/test_observe_and_pause.py"
PLAN = "tests/starter/test_plan.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One wrong design."""

    name: str
    file: str
    old: str
    new: str
    caught_by: str
    """Test node ids or files, with spaces between."""


MUTANTS = (
    Mutant(
        name="no search before a create",
        file="workflows/sync.py",
        old="        if look_up:\n            self._adopt(await self._reading.look_up(values))\n",
        new="",
        caught_by=f"{LINKS}::test_a_party_that_advoware_has_already_is_adopted_not_doubled",
    ),
    Mutant(
        name="whoever looks first gets the partner that two records match",
        file="activities/advoware.py",
        old="await probe.unlinked(wanted, self.table, besides=party_id) if len(free) == 1 else ()",
        new="()",
        caught_by=f"{LINKS}::test_two_records_that_match_the_same_partner_are_both_a_person_s_choice",
    ),
    Mutant(
        name="a planned link is entered before it is compared",
        file="workflows/sync.py",
        old=" and await self._may_link(self.ledger.link)",
        new="",
        caught_by=f"{PLAN}::test_a_link_that_would_be_something_else_by_now_is_not_entered",
    ),
    Mutant(
        name="what a plan has done before is called changed",
        file="workflows/sync.py",
        old='"plan_changed": left,',
        new='"plan_changed": True,',
        caught_by=f"{PLAN}::test_a_plan_applied_again_says_what_is_done_and_what_really_differs",
    ),
    Mutant(
        name="a diff does not look for an existing party",
        file="workflows/preview.py",
        old="        if wanted and workflow",
        new="        if False and workflow",
        caught_by="tests/starter/test_diff.py::test_with_a_look_up_it_shows_the_link_that_a_sync_enters",
    ),
    Mutant(
        name="no wait before the look-up after an unanswered create",
        file="workflows/sync.py",
        old="                await workflow.sleep(self.pace.first_wait)\n",
        new="",
        caught_by="tests/scenarios/test_late_posts.py::test_a_post_that_lands_while_the_look_up_waits_is_adopted",
    ),
    Mutant(
        name="second POST after an ambiguous first",
        file="activities/advoware.py",
        old="            if fault.surely_refused:\n",
        new="            if True:\n",
        caught_by=f"{FAILURES}::test_a_lost_answer_to_a_create_never_makes_a_second_party",
    ),
    Mutant(
        name="a create that another run began is begun again",
        file="activities/advoware.py",
        old="        if elsewhere:\n",
        new="        if False:\n",
        caught_by=f"{BEGUN}::test_a_hand_on_a_post_under_way_leaves_a_question",
    ),
    Mutant(
        name="a POST leaves before its beginning is on record",
        file="activities/history.py",
        old="            while mine not in (",
        new="            while None in (",
        caught_by=f"{BEGUN}::test_no_post_leaves_before_its_beginning_is_on_record",
    ),
    Mutant(
        name="a person's word is good for any number of creates",
        file="workflows/sync.py",
        old="{self.ledger.permit}",
        new="{workflow.info().run_id}",
        caught_by=f"{BEGUN}::test_a_person_s_word_is_good_for_one_post",
    ),
    Mutant(
        name="a sweep makes no way",
        file="activities/way.py",
        old="                await self._free.wait()\n",
        new="                pass\n",
        caught_by=f"{SWEEPS}::test_a_sweep_begins_nothing_while_somebody_s_sync_is_under_way",
    ),
    Mutant(
        name="a sweep waits for somebody's sync for ever",
        file="activities/way.py",
        old="asyncio.timeout(within.total_seconds())",
        new="asyncio.timeout(None)",
        caught_by=f"{SWEEPS}::test_a_sync_that_hangs_holds_a_sweep_up_only_for_a_while",
    ),
    Mutant(
        name="a write that was given up settled nothing",
        file="workflows/ledger.py",
        old='        if new and workflow.patched("doubtful-writes"):\n',
        new="        if False:\n",
        caught_by="tests/scenarios/test_writes_given_up.py",
    ),
    Mutant(
        name="the run closes when the write-back failed for good",
        file="workflows/party.py",
        old="        return self._asked > self._answered or self._ledger.pending is not None\n",
        new="        return self._asked > self._answered\n",
        caught_by=f"{FAILURES}::test_what_landed_is_written_back_hours_after_the_fifth_attempt",
    ),
    Mutant(
        name="an unanswered create is forgotten",
        file="beteiligte/holds.py",
        old="written.has_open(Matter.CREATE_UNANSWERED) or bool(pending",
        new="bool(pending",
        caught_by=f"{FAILURES}::test_a_lost_answer_to_a_create_never_makes_a_second_party",
    ),
    Mutant(
        name="the base moves when the write is planned",
        file="beteiligte/settlement.py",
        old="    values = {**base.values, **agreed(espo, advo)}\n",
        new="    values = {**base.values, **agreed(espo, advo), **decision.to_advoware, **decision.to_espocrm}\n",
        caught_by="tests/domain/test_settlement.py",
    ),
    Mutant(
        name="the base holds what was sent",
        file="activities/advoware.py",
        old="            landed = self._from_answer(seen.bet_nr, answer)\n",
        new="            landed = self._from_answer(seen.bet_nr, answer)\n"
        '            landed = landed.model_copy(update={"values": {**landed.values, **order.values}})\n',
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
        file="beteiligte/mapping.py",
        old="            unreadable.append(name)\n",
        new="            values[name] = None\n",
        caught_by=f"{FAILURES}::test_a_field_the_role_may_no_longer_read_is_not_cleared",
    ),
    Mutant(
        name="empty values are filtered out",
        file="beteiligte/mapping.py",
        old="        if attribute is not None:\n            body[attribute]",
        new="        if attribute is not None and value is not None:\n            body[attribute]",
        caught_by=f"{TRAVELS}::test_a_cleared_value_travels_as_an_edit",
    ),
    Mutant(
        name="the newer record wins as a whole",
        file="beteiligte/decision.py",
        old="    verdicts = {**_fields(situation, base, rules), **chosen}\n",
        new="    verdicts = {**_fields(situation, base, rules), **chosen}\n"
        "    if any(v.take is Take.ESPOCRM for v in verdicts.values()):\n"
        '        verdicts = {n: v.model_copy(update={"take": Take.ESPOCRM}) for n, v in verdicts.items()}\n',
        caught_by=f"{TRAVELS}::test_different_fields_edited_on_both_sides_both_survive",
    ),
    Mutant(
        name="echoes are known by a mark alone",
        file="beteiligte/echo.py",
        old="    if not changed or not changed <= bookkeeping.ALL:\n",
        new="    if bookkeeping.LAST_SYNC in changed:\n        return True\n"
        "    if not changed or not changed <= bookkeeping.ALL:\n",
        caught_by="tests/domain/test_echo.py",
    ),
    Mutant(
        name="no check of a first link",
        file="beteiligte/holds.py",
        old="    if not situation.espocrm.first_link or landed or situation.advoware is None:\n",
        new="    if True:\n",
        caught_by=f"{FAILURES}::test_a_stranger_s_bet_nr_is_never_overwritten",
    ),
    Mutant(
        name="a delivery's content decides what is looked at",
        file="starter/deliveries.py",
        old="        elif reason is Reason.UPDATED and isinstance(element, dict) and is_echo(element):\n",
        new='        elif reason is Reason.UPDATED and not {"firstName", "lastName", "titel"} & element.keys():\n',
        caught_by="tests/starter/test_webhook.py::test_a_recorded_echo_is_dropped_and_a_dirty_record_is_not",
    ),
    Mutant(
        name="a betNr that another record holds is a link",
        file="beteiligte/holds.py",
        old="    if situation.others:\n",
        new="    if False:\n",
        caught_by=f"{LINKS}::test_two_records_given_the_same_bet_nr_by_hand_are_both_held",
    ),
    Mutant(
        name="the base of another record is trusted",
        file="beteiligte/base.py",
        old="    if owner != party_id:\n",
        new="    if False:\n",
        caught_by="tests/scenarios/test_a_copied_record.py",
    ),
    Mutant(
        name="an emptied record spreads",
        file="beteiligte/holds.py",
        old='        if "name" in emptied or 2 * len(emptied) > len(filled):\n',
        new="        if False:\n",
        caught_by=f"{FAILURES}::test_an_emptied_name_is_held",
    ),
    Mutant(
        name="a request during a sync is answered by it",
        file="workflows/party.py",
        old="            self._answered = covers\n",
        new="            self._answered = self._asked\n",
        caught_by=f"{REQUESTS}::test_an_edit_made_during_a_sync_is_synced_by_the_next",
    ),
    Mutant(
        name="a cancel drops what landed",
        file="workflows/party.py",
        old="            if self._cancelled and self._ledger.pending is None:\n",
        new="            if self._cancelled:\n",
        caught_by=f"{REQUESTS}::test_a_cancelled_run_goes_on_until_what_landed_is_written",
    ),
    Mutant(
        name="an outage is told once for each party",
        file="workflows/party.py",
        old="        if not outage and not known:\n",
        new="        if not known:\n",
        caught_by="tests/scenarios/test_outages.py::"
        "test_a_night_without_advoware_ends_with_equal_parties_and_two_messages",
    ),
    Mutant(
        name="a message is lost when a run is continued",
        file="workflows/party.py",
        old="            untold=tuple(self._ledger.untold),\n",
        new="",
        caught_by="tests/workflows/test_continue_as_new.py",
    ),
    Mutant(
        name="an empty list is believed",
        file="workflows/suspicion.py",
        old="        (Alarm.MOVED, counts.gone + counts.moved, of_links),\n",
        new="",
        caught_by=f"{SWEEPS}::test_an_empty_list_changes_nothing_and_raises_an_alarm",
    ),
    Mutant(
        name="a mass change is synced like any other",
        file="workflows/suspicion.py",
        old="        (Alarm.OVERWRITTEN, counts.overwritten, limit),\n",
        new="",
        caught_by=f"{SWEEPS}::test_a_refused_sweep_writes_nothing",
    ),
    Mutant(
        name="an open question is asked for at every sweep",
        file="beteiligte/sweep.py",
        old="base.seen == bases.fingerprint(values)",
        new="False",
        caught_by=f"{SWEEPS}::test_an_open_question_costs_nothing_and_is_not_told_again",
    ),
    Mutant(
        name="a sweep's reads for parties worked on eat its whole budget",
        file="beteiligte/pace.py",
        old="        return min(self.recent, self.reads // 2)\n",
        new="        return min(self.recent, self.reads)\n",
        caught_by="tests/domain/test_lateness.py",
    ),
    Mutant(
        name="a sweep's reads for parties worked on come on top of its budget",
        file="workflows/reconciliation.py",
        old="min(left, PAGE) - (recent or 0)",
        new="min(left, PAGE)",
        caught_by=f"{SWEEPS}::test_parties_modified_last_are_read_by_every_sweep_within_its_budget",
    ),
    Mutant(
        name="every sweep reads from the beginning",
        file="workflows/reconciliation.py",
        old="after=before.position if before and self._order.kind is Kind.SWEEP else 0",
        new="after=0",
        caught_by="tests/starter/test_sight.py::test_what_is_promised_is_kept",
    ),
    Mutant(
        name="anybody may deliver",
        file="starter/webhook.py",
        old="not is_signed(",
        new="False and not is_signed(",
        caught_by="tests/starter/test_webhook.py::test_bad_deliveries_get_a_clear_error",
    ),
    Mutant(
        name="a plan is applied whatever it means by now",
        file="workflows/sync.py",
        old="        if not self.planned or (fingerprint",
        new="        if True or (fingerprint",
        caught_by=f"{PLAN}::test_what_changed_since_the_plan_is_named_and_not_written",
    ),
    Mutant(
        name="a pause stops nothing",
        file="runtime/control.py",
        old="        if self._paused and await self._look():\n",
        new="        if False:\n",
        caught_by=f"{MODES}::test_a_pause_stops_all_writing_and_resume_catches_up",
    ),
    Mutant(
        name="observe mode writes",
        file="workflows/sync.py",
        old="        if self.pace.observe or espocrm.excluded:\n",
        new="        if espocrm.excluded:\n",
        caught_by=f"{MODES}::test_observe_mode_decides_and_shows_and_writes_nothing",
    ),
    Mutant(
        name="payloads are kept in clear",
        file="runtime/codec.py",
        old="        payload_codec=EncryptingCodec(ring),\n",
        new="",
        caught_by="tests/runtime/test_codec.py::test_nothing_of_a_client_stands_in_temporal_s_files",
    ),
    Mutant(
        name="every worker takes the whole rate",
        file="clients/http.py",
        old="_limiter(self._access.calls_per_second / workers)\n",
        new="_limiter(self._access.calls_per_second)\n",
        caught_by="tests/clients/test_limits.py::test_two_workers_keep_one_limit_together",
    ),
    Mutant(
        name="a worker takes more than gets its turn within the rate",
        file="worker/wiring.py",
        old="    return max(FEWEST, int(min((MOST, *served))))\n",
        new="    return MOST\n",
        caught_by="tests/scenarios/test_several_workers.py::test_a_worker_takes_no_more_than_gets_its_turn_in_time",
    ),
    Mutant(
        name="a worker that nobody announced takes a rate of its own",
        file="runtime/workers.py",
        old="        return max(self.expected, self._seen)\n",
        new="        return self.expected\n",
        caught_by="tests/runtime/test_workers.py::test_more_workers_than_set_are_counted",
    ),
    Mutant(
        name="a restored record from before its link is new",
        file="beteiligte/holds.py",
        old="    known = written.bet_nr or situation.espocrm.known_bet_nr\n",
        new="    known = written.bet_nr\n",
        caught_by=f"{RESTORES}::test_a_record_from_before_its_link_is_not_created_a_second_time",
    ),
    Mutant(
        name="a restored record is not compared with who took its place",
        file="workflows/reading.py",
        old="if espocrm.bet_nr is None or not (espocrm.first_link or espocrm.known_elsewhere):\n",
        new="if espocrm.bet_nr is None or not espocrm.first_link:\n",
        caught_by=f"{LINKS}::test_a_restored_record_does_not_share_its_partner_with_the_one_that_took_its_place",
    ),
    Mutant(
        name="an older Advoware record is an edit",
        file="beteiligte/evidence.py",
        old="    return agreed.changed_at - advoware.changed_at > ZONE_DOUBT\n",
        new="    return False\n",
        caught_by=f"{RESTORES}::test_an_older_advoware_overwrites_nothing_and_a_person_gets_the_day_back",
    ),
    Mutant(
        name="a number that Advoware gave again is the same party",
        file="beteiligte/holds.py",
        old="    return _of_first_link(situation) or _of_stranger(situation)\n",
        new="    return _of_first_link(situation)\n",
        caught_by=f"{RESTORES}::test_a_number_given_again_joins_no_two_parties",
    ),
    Mutant(
        name="a sweep waits for whoever waits",
        file="workflows/asking.py",
        old="            async with asyncio.timeout(patience.total_seconds()):\n",
        new="            async with asyncio.timeout(None):\n",
        caught_by=f"{SWEEPS}::test_a_poisoned_record_delays_no_other",
    ),
    Mutant(
        name="a row that is asked for again counts twice",
        file="activities/listing.py",
        old='for row in page.rows if row["id"] not in known)',
        new="for row in page.rows)",
        caught_by=f"{SWEEPS}::test_parties_of_one_second_are_counted_once",
    ),
    Mutant(
        name="nobody is hurried",
        file="workflows/party.py",
        old="        return self._urgent_asked > self._urgent_heard or (",
        new="        return (",
        caught_by=f"{REQUESTS}::test_only_who_cannot_wait_ends_a_retry_wait",
    ),
    Mutant(
        name="everybody is hurried",
        file="workflows/party.py",
        old="        self._urgent_asked += request.reason in URGENT\n",
        new="        self._urgent_asked += 1\n",
        caught_by=f"{REQUESTS}::test_only_who_cannot_wait_ends_a_retry_wait",
    ),
    Mutant(
        name="a repeated write-back does not look first",
        file="activities/write_back.py",
        old="            if looks_old(writing.present.read_at, self.fresh_for):\n",
        new="            if False:\n",
        caught_by=f"{RETRIES}::test_a_rival_edit_is_a_told_conflict",
    ),
    Mutant(
        name="a repeated create does not look first",
        file="activities/advoware.py",
        old="            if looks_old(order.seen.read_at, self.fresh_for):\n",
        new="            if False:\n",
        caught_by=f"{RETRIES}::test_an_edit_while_a_create_waits_is_created_with_it",
    ),
    Mutant(
        name="a question to people is answered by policy",
        file="beteiligte/policy.py",
        old="return Ruling(ground=Ground.MANUAL)",
        new="return Ruling(winner=System.ESPOCRM, ground=Ground.MANUAL)",
        caught_by=FOUND,
    ),
    Mutant(
        name="a party deleted in Advoware is created again",
        file="beteiligte/decision.py",
        old="    if hold := holds.of_link(situation):\n",
        new="    if situation.advoware is not None and situation.advoware.gone:\n"
        "        return _create(situation, base, rules)\n"
        "    if hold := holds.of_link(situation):\n",
        caught_by=FOUND,
    ),
    Mutant(
        name="a delete drops what is still to be told",
        file="workflows/sync.py",
        old="(*landed, *self.ledger.doubtful, *compared.decision.findings)",
        new="compared.decision.findings",
        caught_by=FOUND,
    ),
    Mutant(
        name="a delete in EspoCRM deletes in Advoware",
        file="activities/espocrm.py",
        old="            except Gone:\n"
        "                return EspoSnapshot(party_id=order.party_id, read_at=now(), gone=True)\n",
        new="            except Gone:\n"
        "                bet_nr = await self.history.agreed_bet_nr(order.party_id)\n"
        "                firm = self.probe.advoware\n"
        '                await firm._call("delete", "DELETE", f"{firm._base}/{bet_nr}")\n'
        "                return EspoSnapshot(party_id=order.party_id, read_at=now(), gone=True)\n",
        caught_by=FOUND,
    ),
)
