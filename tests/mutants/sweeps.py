"""Reconciliation: finding everything, cheaply, and stopping where an accident shows (rule 5)."""

from tests.mutants.mutant import Mutant

RECONCILIATION = "tests/scenarios/test_reconciliation.py"
READS = "tests/scenarios/test_sweep_reads.py"
GUARDS = "tests/scenarios/test_sweep_guards.py"
LINKS = "tests/scenarios/test_sweep_links.py"
PAGES = "tests/scenarios/test_sweep_pages.py"
IN_A_ROW = "tests/starter/test_sweeps_in_a_row.py"
ALL = "tests/starter/test_reconcile_all.py"
AMONG = "tests/scenarios/test_sweep_among_others.py"

SWEEPS = (
    Mutant(
        name="a sweep makes no way",
        file="activities/live_traffic.py",
        old="                await self._free.wait()\n",
        new="                pass\n",
        caught_by=f"{AMONG}::test_a_sweep_begins_nothing_while_somebody_s_sync_is_under_way",
    ),
    Mutant(
        name="a sweep waits for somebody's sync for ever",
        file="activities/live_traffic.py",
        old="asyncio.timeout(within.total_seconds())",
        new="asyncio.timeout(None)",
        caught_by=f"{AMONG}::test_a_sync_that_hangs_holds_a_sweep_up_only_for_a_while",
    ),
    Mutant(
        name="an empty list is believed",
        file="workflows/sweep/guard.py",
        old="        (Alarm.MOVED, counts.gone + counts.moved, of_links),\n",
        new="",
        caught_by=f"{GUARDS}::test_an_empty_list_changes_nothing_and_raises_an_alarm",
    ),
    Mutant(
        name="what was not looked at reads as if there were nothing",
        file="workflows/sweep/reports.py",
        old="    links = () if run.position.all_links else (Unseen.LINKS, Unseen.DOUBLED)\n",
        new="    links: tuple[Unseen, ...] = ()\n",
        caught_by=f"{ALL}::test_a_run_says_what_it_did_not_look_at",
    ),
    Mutant(
        name="all parties means as many as a sweep reads",
        file="workflows/sweep/looking.py",
        old="    if order.all_links:\n",
        new="    if False:\n",
        caught_by=f"{ALL}::test_all_compares_every_party",
    ),
    Mutant(
        name="a round of comparisons counts before it is whole",
        file="contracts/reconciliation.py",
        old="return self.rounds.before if self.position else self.rounds.began",
        new="return self.rounds.began",
        caught_by=f"{ALL}::test_status_says_how_old_the_oldest_comparison_is",
    ),
    Mutant(
        name="a mass change is synced like any other",
        file="workflows/sweep/guard.py",
        old="        (Alarm.OVERWRITTEN, counts.overwritten, limit),\n",
        new="",
        caught_by=f"{GUARDS}::test_a_refused_sweep_writes_nothing",
    ),
    Mutant(
        name="an open question is asked for at every sweep",
        file="beteiligte/sweep/due.py",
        old="as_left = base.mark.stands(row.bet_nr, values)\n",
        new="as_left = False\n",
        caught_by=f"{RECONCILIATION}::test_an_open_question_costs_nothing_and_is_not_told_again",
    ),
    Mutant(
        name="a sweep's reads for parties worked on eat its whole budget",
        file="contracts/timing.py",
        old="        return min(self.recent, self.reads // 2)\n",
        new="        return min(self.recent, self.reads)\n",
        caught_by="tests/starter/test_detection_lag.py",
    ),
    Mutant(
        name="a sweep's reads for parties worked on come on top of its budget",
        file="workflows/sweep/looking.py",
        old="min(left - (recent or 0), READ_AT_ONCE)",
        new="min(left, READ_AT_ONCE)",
        caught_by=f"{READS}::test_parties_modified_last_are_read_by_every_sweep_within_its_budget",
    ),
    Mutant(
        name="every sweep reads from the beginning",
        file="workflows/sweep/beginning.py",
        old="Position(links_after=position, ",
        new="Position(links_after=0, ",
        caught_by="tests/starter/test_detection.py::test_what_is_promised_is_kept",
    ),
    Mutant(
        name="a sweep waits for whoever waits",
        file="workflows/client.py",
        old="            async with asyncio.timeout(patience.total_seconds()):\n",
        new="            async with asyncio.timeout(None):\n",
        caught_by=f"{AMONG}::test_a_poisoned_record_delays_no_other",
    ),
    Mutant(
        name="a row that is asked for again counts twice",
        file="activities/listing.py",
        old='for row in page.rows if row["id"] not in known)',
        new="for row in page.rows)",
        caught_by=f"{RECONCILIATION}::test_parties_of_one_second_are_counted_once",
    ),
    Mutant(
        name="a row that moved up to the first place of a second slips through",
        file="beteiligte/sweep/paging.py",
        old="    offset = max(0, before",
        new="    offset = max(1, before",
        caught_by=f"{PAGES}::test_a_row_edited_between_two_pages_hides_no_other",
    ),
    Mutant(
        name="what was synced in between hides what moved up",
        file="workflows/sweep/syncing.py",
        old="position=_rewound(position).but(resume=None)",
        new="position=position.but(resume=None)",
        caught_by=f"{PAGES}::test_what_was_synced_before_the_rest_is_looked_at_hides_no_row",
    ),
    Mutant(
        name="a crash forgets the party that had not ended",
        file="activities/portion.py",
        old="            return next(place for place in count(done) if place not in ended)\n",
        new="            return done + len(ended)\n",
        caught_by="tests/scenarios/test_sweep_portion.py",
    ),
    Mutant(
        name="a property that Advoware never answers is an edit of every night",
        file="beteiligte/settle/settlement.py",
        old="bool(open_now) or (read and not sides.espocrm.keys() <= base.values.keys()) or not bases.fits(base)",
        new="bool(open_now)",
        caught_by=f"{RECONCILIATION}::test_a_property_that_advoware_does_not_answer_is_no_edit_of_every_night",
    ),
    Mutant(
        name="a failure counts as told although its note failed",
        file="workflows/sweep/workflow.py",
        old="fault.code not in told and await self._tell_once(news):",
        new="fault.code not in told and [await self._tell_once(news)]:",
        caught_by=f"{IN_A_ROW}::test_that_sweeps_cannot_look_is_told_once_and_until_it_got_through",
    ),
    Mutant(
        name="what a person refused is over",
        file="workflows/sweep/beginning.py",
        old="since = before.since if before.refused else _since(",
        new="since = _since(",
        caught_by=f"{IN_A_ROW}::test_what_a_person_refused_is_asked_about_again",
    ),
    Mutant(
        name="a confirmation holds for whatever comes after",
        file="workflows/sweep/guard.py",
        old="found.number <= shown * FAR_MORE",
        new="True",
        caught_by=f"{GUARDS}::test_who_confirmed_some_is_asked_about_far_more",
    ),
    Mutant(
        name="a broken listing holds up EspoCRM's edits",
        file="workflows/sweep/workflow.py",
        old="if self._p.phase is not Phase.LINKS:",
        new="if True:",
        caught_by=f"{IN_A_ROW}::test_a_listing_that_is_broken_delays_no_edit_in_espocrm",
    ),
    Mutant(
        name="one party that cannot be read stops a sweep",
        file="activities/links.py",
        old="        if faults and (many or",
        new="        if faults and (True or",
        caught_by=f"{READS}::test_a_party_that_advoware_does_not_answer_for_stops_no_sweep",
    ),
    Mutant(
        name="the only party of a page that cannot be read stops every sweep",
        file="activities/links.py",
        old="not await self._answers(besides=frozenset(faults))",
        new="True",
        caught_by=f"{READS}::test_a_party_read_by_itself_that_advoware_does_not_answer_for_stops_no_sweep",
    ),
    Mutant(
        name="an Advoware that answers for nobody is taken for odd parties",
        file="activities/links.py",
        old="not await self._answers(besides=frozenset(faults))",
        new="False",
        caught_by=f"{READS}::test_an_advoware_that_answers_for_nobody_is_no_news_about_parties",
    ),
    Mutant(
        name="what moved is a share of all parties",
        file="workflows/sweep/guard.py",
        old="int(timing.guard_share * counts.linked))",
        new="int(timing.guard_share * max(total, counts.linked)))",
        caught_by="tests/workflows/test_suspicion.py",
    ),
    Mutant(
        name="who confirms one alarm confirms all",
        file="workflows/sweep/judging.py",
        old="    found = suspicion(",
        new="    found = None if run.question.answer else suspicion(",
        caught_by=f"{GUARDS}::test_who_confirms_one_thing_is_asked_about_the_next",
    ),
    Mutant(
        name="a held party is due at every sweep",
        file="beteiligte/sweep/links.py",
        old="        if self.status == SyncStatus.CONFLICT and self.base.mark.row:\n",
        new="        if False:\n",
        caught_by=LINKS,
    ),
    Mutant(
        name="what EspoCRM does not list is deleted",
        file="activities/links.py",
        old="        return party_ids - kept\n",
        new="        return party_ids\n",
        caught_by="tests/scenarios/test_scope.py::test_a_record_that_was_opted_out_is_not_taken_for_deleted",
    ),
    Mutant(
        name="a party that is back in Advoware is left alone",
        file="beteiligte/sweep/links.py",
        old="        return Due.MOVED if row_id else None\n",
        new="        return None\n",
        caught_by=f"{LINKS}::test_a_party_that_is_back_in_advoware_is_looked_at_again",
    ),
    Mutant(
        name="a sweep's regular activity counts as somebody's",
        file="workflows/party/calls.py",
        old='config["priority"] = workflow.info().priority',
        new='config["summary"] = summary',
        caught_by="tests/scenarios/test_sweep_among_others.py::test_a_sweep_does_not_make_way_for_its_own_syncs",
    ),
    Mutant(
        name="a sweep's local activity counts as somebody's",
        file="worker/live_first.py",
        old="any(not call.for_sweep for call in calls)",
        new="bool(calls)",
        caught_by="tests/activities/test_live_first.py::test_a_local_activity_says_whose_it_is",
    ),
)
