"""One party, one partner: creating, looking up and linking (rule 2)."""

from tests.mutants.mutant import Mutant

DELETES = "tests/scenarios/test_deletes.py"
FAILURES = "tests/scenarios/test_the_failure_half.py"
BEGUN = "tests/scenarios/test_begun_creates.py"
ASKED = "tests/scenarios/test_asked_who_it_is.py"
LINKS = "tests/scenarios/test_links.py"
LINK_RULES = "tests/domain/test_link_rules.py"
RESTORED = "tests/scenarios/test_restored_creates.py"
RESTORES = "tests/scenarios/test_restores.py"
RETRIES = "tests/scenarios/test_edits_during_retries.py"
FOUND = "tests/properties/test_found.py::test_what_was_found_stays_mended"

PARTNERS = (
    Mutant(
        name="no search before a create",
        file="workflows/party/creating.py",
        old="        if look_up:\n            found = await self.reading.look_up(",
        new="        if False:\n            found = await self.reading.look_up(",
        caught_by=f"{LINKS}::test_a_party_that_advoware_has_already_is_adopted_not_doubled",
    ),
    Mutant(
        name="whoever looks first gets the partner that two records match",
        file="activities/candidate_search.py",
        old="await self._rivals(order, sides[free[0]], best) if len(free) == 1 else {}",
        new="{}",
        caught_by=f"{LINKS}::test_two_records_that_match_the_same_partner_are_both_a_person_s_choice",
    ),
    Mutant(
        name="no wait before the look-up after an unanswered create",
        file="workflows/party/creating.py",
        old="                await workflow.sleep(self.reading.calls.timing.first_wait)\n",
        new="",
        caught_by="tests/scenarios/test_late_posts.py::test_a_post_that_lands_while_the_look_up_waits_is_adopted",
    ),
    Mutant(
        name="a question that an unanswered create left is searched for again when the record is edited",
        file="workflows/party/creating.py",
        old="self._adopt(found)  # until",
        new="self._adopt(found, asked='x')  # until",
        caught_by=f"{ASKED}::test_what_an_unanswered_create_came_to_is_asked_of_people_alone",
    ),
    Mutant(
        name="who the party is stays asked whatever is entered since",
        file="beteiligte/decide/link_rules.py",
        old="bool(asked) and asked != view.keys",
        new="False",
        caught_by=f"{ASKED}::test_the_missing_birthday_is_the_answer",
    ),
    Mutant(
        name="a search in vain for a record that was edited since allows a second create",
        file="workflows/party/creating.py",
        old="found.identity is Identity.NOBODY and as_sent",
        new="found.identity is Identity.NOBODY",
        caught_by="tests/scenarios/test_questions_of_an_outage.py::test_who_edits_the_record_meanwhile_keeps_the_question",
    ),
    Mutant(
        name="what an outage left as a question stays one for ever",
        file="workflows/party/sync.py",
        old="        if (self._batch.recovered or again) and seen",
        new="        if False and seen",
        caught_by="tests/scenarios/test_questions_of_an_outage.py::test_it_is_answered_when_the_outage_is_over",
    ),
    Mutant(
        name="a create is sent to a system in doubt",
        file="clients/health.py",
        old="            yield True\n",
        new="            yield False\n",
        caught_by="tests/clients/test_health.py::test_whatever_failed_puts_a_system_in_doubt",
    ),
    Mutant(
        name="creates go side by side into an outage",
        file="clients/health.py",
        old="mine or self._answered >= waited_since",
        new="True",
        caught_by="tests/clients/test_health.py::test_creates_do_not_wait_for_ever_for_the_first_one",
    ),
    Mutant(
        name="a create goes over a connection that was kept",
        file="clients/advoware.py",
        old="body=dict(values), fresh=True",
        new="body=dict(values)",
        caught_by="tests/clients/test_what_was_sent.py",
    ),
    Mutant(
        name="a proxy that hangs up leaves a create of unknown outcome",
        file="clients/transport.py",
        old="isinstance(cause, NEVER_SENT) or not sent",
        new="isinstance(cause, NEVER_SENT)",
        caught_by="tests/clients/test_what_was_sent.py",
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
        name="another run's create counts as searched for in vain",
        file="workflows/party/creating.py",
        old="            if elsewhere and found.identity is Identity.NOBODY:\n",
        new="            if False:\n",
        caught_by=f"{BEGUN}::test_with_a_look_up_in_vain_it_is_a_question",
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
        file="workflows/party/creating.py",
        old="permit=self.batch.permit or _permit(situation))",
        new="permit=workflow.info().run_id)",
        caught_by=f"{BEGUN}::test_a_person_s_word_is_good_for_one_post",
    ),
    Mutant(
        name="an unanswered create is forgotten",
        file="beteiligte/decide/link_rules.py",
        old="view.stored_base.has_open(FindingKind.CREATE_UNANSWERED) or view.situation.owed.unanswered",
        new="view.situation.owed.unanswered",
        caught_by=f"{FAILURES}::test_a_lost_answer_to_a_create_never_makes_a_second_party {LINK_RULES}",
    ),
    Mutant(
        name="no check of a first link",
        file="beteiligte/decide/link_rules.py",
        old="    if not view.situation.espocrm.first_link or _landed(view.situation) or there is None:\n",
        new="    if True:\n",
        caught_by=f"{FAILURES}::test_a_stranger_s_bet_nr_is_never_overwritten",
    ),
    Mutant(
        name="a betNr that another record holds is a link",
        file="beteiligte/decide/link_rules.py",
        old="    if view.situation.others:\n",
        new="    if False:\n",
        caught_by=f"{LINKS}::test_two_records_given_the_same_bet_nr_by_hand_are_both_held",
    ),
    Mutant(
        name="the base of another record is trusted",
        file="beteiligte/decide/base.py",
        old="    return raw if owner == party_id else {}\n",
        new="    return raw\n",
        caught_by="tests/scenarios/test_a_copied_record.py",
    ),
    Mutant(
        name="a restored record from before its link is new",
        file="beteiligte/decide/link_rules.py",
        old="    known = written.bet_nr or view.situation.espocrm.known_bet_nr\n",
        new="    known = written.bet_nr\n",
        caught_by=f"{RESTORES}::test_a_record_from_before_its_link_is_not_created_a_second_time",
    ),
    Mutant(
        name="a restored record is not compared with who took its place",
        file="beteiligte/record/snapshots.py",
        old="self.bet_nr is not None and (self.first_link or self.known_elsewhere)",
        new="self.bet_nr is not None and self.first_link",
        caught_by=f"{LINKS}::test_a_restored_record_does_not_share_its_partner_with_the_one_that_took_its_place",
    ),
    Mutant(
        name="a number that Advoware gave again is the same party",
        file="beteiligte/decide/link_rules.py",
        old="    first_link_to_another_name,\n    number_given_again,\n",
        new="    first_link_to_another_name,\n",
        caught_by=f"{RESTORES}::test_a_number_given_again_joins_no_two_parties",
    ),
    Mutant(
        name="a repeated create does not look first",
        file="activities/advoware.py",
        old="            if looks_old(order.seen.read_at, self.fresh_for):\n",
        new="            if False:\n",
        caught_by=f"{RETRIES}::test_an_edit_while_a_create_waits_is_created_with_it",
    ),
    Mutant(
        name="a party deleted in Advoware is created again",
        file="beteiligte/decide/decision.py",
        old="    if hold := link_rules.hold(view, rules):\n",
        new="    if situation.advoware is not None and situation.advoware.gone:\n"
        "        return _create(view)\n"
        "    if hold := link_rules.hold(view, rules):\n",
        caught_by=FOUND,
    ),
    Mutant(
        name="a delete in EspoCRM deletes in Advoware",
        file="activities/espocrm.py",
        old="            except Gone:\n"
        "                return EspoSnapshot(party_id=order.party_id, read_at=now(), gone=True)\n",
        new="            except Gone:\n"
        "                bet_nr = await self.history.agreed_bet_nr(order.party_id)\n"
        "                firm = self.other_parties.advoware\n"
        '                await firm._call("delete", "DELETE", f"{firm._base}/{bet_nr}")\n'
        "                return EspoSnapshot(party_id=order.party_id, read_at=now(), gone=True)\n",
        caught_by=FOUND,
    ),
    Mutant(
        name="a delete in EspoCRM is told at every delivery",
        file="beteiligte/decide/decision.py",
        old="if situation.delete_told else",
        new="if False else",
        caught_by=f"{DELETES}::test_a_delete_in_espocrm_is_told_once_however_often_it_is_delivered",
    ),
    Mutant(
        name="what was seen in observe mode counts as told",
        file="workflows/party/sync.py",
        old="DELETE_TOLD if gone.told else",
        new="DELETE_TOLD if True else",
        caught_by=f"{DELETES}::test_a_delete_that_was_only_observed_is_told_later",
    ),
    Mutant(
        name="a create that was permitted is not looked for",
        file="contracts/create_name.py",
        old="(not other.permit or self.permit == other.permit)",
        new="self.permit == other.permit",
        caught_by=f"{BEGUN}::test_a_hand_on_the_post_after_a_search_in_vain_leaves_a_question",
    ),
    Mutant(
        name="what a search found is forgotten before its link is entered",
        file="workflows/party/creating.py",
        old="            self._adopt(found)  # until",
        new="            self.memory.owed = self.memory.owed.looked_up()\n            self._adopt(found)  # until",
        caught_by=f"{BEGUN}::test_what_a_search_found_is_not_forgotten_when_its_link_cannot_be_entered",
    ),
    Mutant(
        name="an unanswered create is forgotten when EspoCRM was told",
        file="workflows/web_ui.py",
        old="if agreed and create_begun() else []",
        new="if create_begun() else []",
        caught_by=f"{RESTORED}::test_a_record_from_before_a_create_in_doubt_is_not_created_again",
    ),
    Mutant(
        name="a run forgets the create that it left in doubt itself",
        file="workflows/party/creating.py",
        old="        if before is not None and before.blocks(order.name):\n",
        new="        if False:\n",
        caught_by=f"{RESTORED}::test_also_where_the_run_that_asked_is_still_open",
    ),
    Mutant(
        name="a permitted create that was refused takes the one in doubt with it",
        file="workflows/party/creating.py",
        old="            web_ui.show_create(before)\n",
        new="            web_ui.show_create(None)\n",
        caught_by=f"{RESTORED}::test_a_permitted_create_that_was_surely_refused_leaves_the_one_in_doubt",
    ),
    Mutant(
        name="a restored record forgets that its create had begun",
        file="workflows/web_ui.py",
        old="ended = [] if owed.anything else",
        new="ended = [visibility.CREATE_BEGUN.value_unset()] if not owed.open and create_begun() else",
        caught_by=f"{DELETES}::test_a_record_deleted_after_its_create_landed_is_not_created_again_when_it_is_restored",
    ),
    Mutant(
        name="a write that landed before vouches for all that was compared with it",
        file="activities/advoware.py",
        old="if not _as_compared(current.side, seen.side, besides=order.values if landed_before else {})",
        new="if not landed_before and not _as_compared(current.side, seen.side, besides={})",
        caught_by="tests/properties/test_found.py",
    ),
    Mutant(
        name="a create is local",
        file="workflows/party/creating.py",
        old="            handle = workflow.start_activity_method(AdvowareActivities.create, order, **config)\n",
        new="            config = options.first_try(self.reading.calls.timing, 'create')\n"
        "            handle = workflow.start_local_activity_method(AdvowareActivities.create, order, **config)\n",
        caught_by="tests/workflows/test_engine_cost.py::test_a_create_costs_one_workflow_task_more_than_its_post",
    ),
)
