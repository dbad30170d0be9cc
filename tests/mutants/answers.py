"""What commands tell of histories and of what waits for people."""

from tests.mutants.mutant import Mutant

CONFLICTS = "tests/starter/test_conflicts_command.py"
EXPLAIN = "tests/starter/test_explain.py"
RECORDED = "tests/starter/test_recorded.py"

ANSWERS = (
    Mutant(
        name="a question is as old as the last sync that found it open",
        file="starter/views/open_questions.py",
        old="            since |= {key: _Since(earlier.closed or earlier.started) for key in looked_for & told}\n",
        new="",
        caught_by=f"{CONFLICTS}::test_since_when_is_told_by_the_sync_that_asked_and_not_by_the_last_one",
    ),
    Mutant(
        name="a sync under way hides what its party waits for",
        file="starter/views/open_questions.py",
        old="(run, True) if now.running and await _ended_last(client, run) else None",
        new="None",
        caught_by=f"{CONFLICTS}::test_a_sync_under_way_takes_nobody_s_question_away",
    ),
    Mutant(
        name="what was decided is taken for what would be decided today",
        file="starter/views/explaining.py",
        old="gist(field, decision) == gist(field, compared.decision)",
        new="True",
        caught_by=f"{EXPLAIN}::test_where_the_settings_of_today_would_decide_otherwise_it_is_said",
    ),
    Mutant(
        name="who made a sync start over is told to have got the next one",
        file="starter/views/recorded/syncs.py",
        old="        if self._inbox.urgent:\n",
        new="        if False:\n",
        caught_by=f"{RECORDED}::test_each_sync_is_told_with_what_it_was_asked_for_and_what_it_came_to",
    ),
    Mutant(
        name="what had landed is forgotten when a comparison is put together",
        file="starter/views/recorded/situations.py",
        old="owed=_in_force(espocrm, owed, observe=observe)",
        new="owed=Owed()",
        caught_by=f"{RECORDED}::test_each_comparison_is_put_together_as_the_workflow_made_it",
    ),
    Mutant(
        name="what a tried table reads elsewhere is judged by what was read",
        file="starter/what_if/as_read.py",
        old="if _places(row) != _places(before.get(row.name)))",
        new="if row.name not in before)",
        caught_by="tests/starter/test_what_if.py::test_what_another_table_reads_elsewhere_is_not_judged",
    ),
    Mutant(
        name="the file of what would differ is everybody's",
        file="starter/what_if/rows.py",
        old="part.touch(mode=0o600, exist_ok=False)",
        new="part.touch(mode=0o644, exist_ok=False)",
        caught_by="tests/starter/test_what_if.py::test_the_file_holds_a_row_a_party_and_field_and_is_its_owner_s",
    ),
)
