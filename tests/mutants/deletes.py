"""Records that EspoCRM has no more: who is told what of their partners (rule 5)."""

from tests.mutants.mutant import Mutant

DELETES = "tests/scenarios/test_deletes.py"
SHARED = "tests/scenarios/test_deletes_of_shared_numbers.py"

OF_DELETES = (
    Mutant(
        name="people are told to delete a party that a living record holds",
        file="workflows/party/reading.py",
        old="lost[place] = link.but(others=holders.others)",
        new="lost[place] = link",
        caught_by=f"{SHARED}::test_a_merge_tells_who_holds_the_number_and_which_was_left",
    ),
    Mutant(
        name="the number that lost its record is not told",
        file="beteiligte/decide/gather.py",
        old="read if others or record.gone else await _with_left(read, reads)",
        new="read",
        caught_by=f"{SHARED}::test_a_merge_tells_who_holds_the_number_and_which_was_left",
    ),
    Mutant(
        name="the number before is known by the record's own base only",
        file="beteiligte/decide/situation.py",
        old="self.stored_head.bet_nr or self.espocrm.known_bet_nr\n        moves",
        new="self.stored_head.bet_nr\n        moves",
        caught_by=f"{SHARED}::test_a_merge_tells_who_holds_the_number_and_which_was_left",
    ),
    Mutant(
        name="a record that waited for a delete is not looked at again",
        file="workflows/party/reading.py",
        old="                held += holders.held\n",
        new="",
        caught_by=f"{SHARED}::test_a_merge_that_was_seen_before_the_delete_ends_well_by_itself",
    ),
    Mutant(
        name="a mistyped number counts as the deleted party's",
        file="activities/history.py",
        old="LostLink(bet_nr=bet_nr, partner=Partner.UNCONFIRMED)",
        new="LostLink(bet_nr=bet_nr)",
        caught_by=f"{SHARED}::test_a_number_that_was_never_confirmed_is_not_to_be_deleted",
    ),
    Mutant(
        name="a delete of what was never synced is told",
        file="workflows/party/deleting.py",
        old="told = bool(known) and",
        new="told =",
        caught_by=f"{DELETES}::test_a_record_that_is_deleted_before_its_first_sync_is_no_news",
    ),
    Mutant(
        name="many deletes are a message each",
        file="starter/webhook/app.py",
        old="if reason is Reason.DELETED and len(ids) > 1:",
        new="if False:",
        caught_by="tests/starter/test_many_deletes.py::test_hundreds_of_unknown_ids_are_no_message_and_no_call",
    ),
    Mutant(
        name="whoever tells many deletes and is killed tells nobody",
        file="activities/deletes.py",
        old="seen.to_tell or (seen.known if again else ())",
        new="seen.to_tell",
        caught_by="tests/starter/test_many_deletes.py"
        "::test_an_answer_that_was_lost_with_its_worker_is_told_rather_twice_than_never",
    ),
    Mutant(
        name="a create in doubt is forgotten with its record",
        file="activities/history.py",
        old="            if run.run_id != mine:\n",
        new="            if False:\n",
        caught_by=f"{DELETES}::test_an_unanswered_create_is_in_doubt_long_after_it_was_asked_about",
    ),
    Mutant(
        name="a plan forgets what earlier runs know of a record",
        file="activities/planning.py",
        old="self._planned(await self.in_espocrm.known(row))",
        new="self._planned(row)",
        caught_by="tests/starter/test_plan_left.py::test_a_restored_record_is_planned_as_a_sync_decides_it",
    ),
    Mutant(
        name="a plan shows a create that was begun as a new one",
        file="activities/planning.py",
        old="found or await self._begun_before(situation) or plain",
        new="found or plain",
        caught_by="tests/starter/test_plan_left.py"
        "::test_a_create_that_a_lost_run_began_is_planned_as_a_sync_decides_it",
    ),
    Mutant(
        name="a mistyped number creates the party",
        file="workflows/party/sync.py",
        old="if self._linking.unknown is not None and self._batch.by_hand and",
        new="if False and self._linking.unknown is not None and",
        caught_by="tests/scenarios/test_an_ambiguous_match.py"
        "::test_a_number_that_does_not_exist_creates_nothing_for_a_new_record",
    ),
    Mutant(
        name="candidates are forgotten once they were told",
        file="beteiligte/decide/findings.py",
        old="told=self.fingerprint(), named=self.named)",
        new="told=self.fingerprint())",
        caught_by="tests/scenarios/test_an_ambiguous_match.py"
        "::test_candidates_stay_named_however_often_it_is_looked_at",
    ),
)
