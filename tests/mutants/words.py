"""What people choose in the record, and two of them at once."""

from tests.mutants.mutant import Mutant

DOMAIN = "tests/domain/test_word.py"
SCENARIO = "tests/scenarios/test_deciding_in_the_record.py"
TROUBLE = "tests/scenarios/test_words_in_trouble.py"
PAGE = "tests/simulators/test_page.py"

WORDS = (
    Mutant(
        name="a word stays in the record after it was answered",
        file="beteiligte/settle/bookkeeping.py",
        old="    if settlement.empties(espocrm):\n",
        new="    if False:\n",
        caught_by=f"{DOMAIN}::test_the_word_is_emptied_by_the_same_put_and_only_then",
    ),
    Mutant(
        name="a word that nobody knows is passed over in silence",
        file="beteiligte/decide/record_word.py",
        old="        yield Heard.UNKNOWN, ()\n",
        new="        return\n",
        caught_by=f"{DOMAIN}::test_every_word_is_answered_where_nothing_is_open",
    ),
    Mutant(
        name="a word settles what reads otherwise than it was told",
        file="beteiligte/decide/record_word.py",
        old="    for finding in plain.still_open:\n",
        new="    for finding in (*plain.still_open, *plain.findings):\n",
        caught_by=f"{DOMAIN}::test_what_reads_otherwise_than_it_was_told_is_asked_anew_and_not_done",
    ),
    Mutant(
        name="an answer to a question is good for any question about the field",
        file="beteiligte/decide/decision.py",
        old="        if choice.asked and (choice.field, choice.asked) not in told\n",
        new="        if choice.asked and choice.field not in dict(told)\n",
        caught_by=f"{DOMAIN}::test_an_answer_to_a_question_that_moved_on_is_declined",
    ),
    Mutant(
        name="a word is answered once more while it is not written back",
        file="beteiligte/decide/record_word.py",
        old="    if not word or _heard_before(situation, word):\n",
        new="    if not word:\n",
        caught_by=f"{DOMAIN}::test_while_it_is_not_written_back_it_is_neither_done_nor_answered_again",
    ),
    Mutant(
        name="a word allows a create after the one that it allowed had no answer",
        file="beteiligte/decide/word.py",
        old="espocrm.bet_nr is None and not owed.open",
        new="espocrm.bet_nr is None",
        caught_by=f"{DOMAIN}::test_create_answers_the_question_and_a_doubt_about_it_is_a_new_one",
    ),
    Mutant(
        name="a word that cannot be emptied is carried out by every sync",
        file="beteiligte/decide/word.py",
        old='    return word if word and not head.knows(stuck(word)) else ""\n',
        new="    return word\n",
        caught_by=f"{DOMAIN}::test_a_word_that_cannot_be_emptied_counts_once_and_another_counts",
    ),
    Mutant(
        name="a word beside our own bookkeeping is taken for an echo",
        file="beteiligte/settle/echo.py",
        old=" or delivery.get(bookkeeping.DECISION):\n",
        new=":\n",
        caught_by=f"{DOMAIN}::test_a_word_is_a_person_asking_and_its_end_is_our_own",
    ),
    Mutant(
        name="a word whose delivery was lost waits for ever",
        file="beteiligte/sweep/due.py",
        old="        case _ if heeded(row, base):\n",
        new="        case _ if False:\n",
        caught_by=f"{SCENARIO}::test_a_sweep_finds_what_no_delivery_told",
    ),
    Mutant(
        name="of two people who decide at once the second overrules the first",
        file="workflows/party/workflow.py",
        old="        if word := next(filter(None, (batch.before(",
        new="        if word := next(filter(None, (None and batch.before(",
        caught_by=f"{SCENARIO}::test_of_two_commands_at_once_the_second_is_refused_with_the_first_one_s_word",
    ),
    Mutant(
        name="who asks again after a failure that is known hears nothing",
        file="activities/espocrm.py",
        old='        said = self._said(present, base) if order.permanent and not order.asked_since else ""\n',
        new='        said = ""\n',
        caught_by=f"{SCENARIO}::test_a_failure_that_people_know_is_told_to_who_asks_again",
    ),
    Mutant(
        name="a failing sync empties a word that it has not read",
        file="activities/espocrm.py",
        old="order.permanent and not order.asked_since",
        new="order.permanent",
        caught_by=f"{TROUBLE}::test_a_word_that_a_failing_sync_has_not_read_is_heard_by_the_next",
    ),
    Mutant(
        name="a failure that an attempt wrote whose answer was lost is told to nobody",
        file="activities/espocrm.py",
        old="FailureWritten(known=told or activity.info().attempt == 1)",
        new="FailureWritten(known=True)",
        caught_by=f"{TROUBLE}::test_a_failure_whose_writing_had_no_answer_is_told",
    ),
    Mutant(
        name="a search in vain allows the create that it has just allowed, in every round",
        file="workflows/party/reading.py",
        old="        return asked and not self.situation.owed.open\n",
        new="        return asked\n",
        caught_by=f"{TROUBLE}::test_a_search_once_more_whose_create_has_no_answer_either_is_a_question_again",
    ),
    Mutant(
        name="who emptied a stuck word by hand is not heard with the same one",
        file="beteiligte/settle/echo.py",
        old="changed != {bookkeeping.DECISION} and ",
        new="",
        caught_by=f"{DOMAIN}::test_a_word_is_a_person_asking_and_its_end_is_our_own",
    ),
    Mutant(
        name="of a side chosen for a party that is created it is said that it was carried out",
        file="beteiligte/decide/record_word.py",
        old="plain.held or plain.result is Result.CREATE or ",
        new="plain.held or ",
        caught_by=f"{DOMAIN}::test_a_side_says_nothing_about_a_party_that_is_created",
    ),
    Mutant(
        name="what stands in a note acts on the stand-in's page",
        file="simulators/page_text.py",
        old="    text = str(escape(post)).replace(_AT, ",
        new="    text = post.replace(_AT, ",
        caught_by=f"{PAGE}::test_nothing_that_a_party_holds_acts_on_the_page",
    ),
    Mutant(
        name="another page posts into the stand-in",
        file="simulators/page.py",
        old='        if scope["type"] == "http" and not (own and (request.method == "GET" or same)):\n',
        new='        if scope["type"] == "http" and not own:\n',
        caught_by=f"{PAGE}::test_it_answers_nobody_who_comes_by_another_name_or_from_another_page",
    ),
)
