"""What `status` says in its first line: nothing broken reads as well, and nothing harmless cries wolf."""

from tests.mutants.mutant import Mutant

HEALTH = "starter/views/health.py"
JUDGED = "tests/starter/test_health.py"
SEEN = "tests/starter/test_status_verdict.py"

VERDICTS = (
    Mutant(
        name="what needs a person hides that something is broken",
        file=HEALTH,
        old="    return StatusVerdict.BROKEN if any(broken) else StatusVerdict.NEEDS_YOU\n",
        new="    return StatusVerdict.BROKEN if all(broken) else StatusVerdict.NEEDS_YOU\n",
        caught_by=f"{SEEN}::test_the_verdict_goes_from_well_to_needs_you_to_broken_and_back",
    ),
    Mutant(
        name="a worker that hangs beside one that works is not seen",
        file=HEALTH,
        old="        worker for worker in seen.crew if worker.hangs or (",
        new="        worker for worker in seen.crew if (",
        caught_by=f"{JUDGED}::test_what_keeps_edits_from_getting_through_is_broken",
    ),
    Mutant(
        name="a good delivery hides that another webhook is refused",
        file=HEALTH,
        old="    for broken, count in ((True, _lost), (False, _lost_before)):\n",
        new="    for broken, count in ((True, _lost),):\n",
        caught_by=f"{JUDGED}::test_a_good_delivery_of_another_webhook_hides_no_wrong_secret",
    ),
    Mutant(
        name="a schedule that stays paused behind a pause that ended counts as paused with all writing",
        file=HEALTH,
        old="    return row.paused and not (row.with_writing and seen.paused)\n",
        new="    return row.paused and not row.with_writing\n",
        caught_by=f"{JUDGED}::test_a_schedule_that_was_paused_with_all_writing_and_not_resumed_with_it_is_broken",
    ),
    Mutant(
        name="a run that is under way for the first time counts as overdue",
        file="starter/views/timetable.py",
        old="    if info.running_actions or longest is None:\n",
        new="    if longest is None:\n",
        caught_by="tests/starter/test_timetable.py::test_a_run_that_never_went_well_is_as_old_as_the_schedule",
    ),
    Mutant(
        name="a record that stays due accuses the webhooks of silence",
        file="starter/views/untold.py",
        old="    always = min(found.values(), default=0)\n",
        new="    always = 0\n",
        caught_by="tests/starter/test_timetable.py::test_what_every_sweep_finds_says_nothing_of_deliveries",
    ),
    Mutant(
        name="looking at a thousand failed parties ends with the last one",
        file="starter/views/runs.py",
        old="        if len(found) > limit and len(portion) == PORTION:\n            break\n",
        new="",
        caught_by=f"{SEEN}::test_hundreds_of_failed_parties_are_counted_as_far_as_they_were_looked_at",
    ),
    Mutant(
        name="the file of settings that is named is looked for beside whoever asks",
        file="runtime/env_file.py",
        old="    return in_force().parent / path if os.environ.get(NAMED_BY) else path\n",
        new="    return path\n",
        caught_by="tests/starter/test_command_line.py::test_the_file_of_the_settings_can_be_named",
    ),
    Mutant(
        name="a party that waits for the end of a pause counts as failed",
        file="starter/views/overview.py",
        old="but=lambda run: run.outage in watched)",
        new="but=lambda run: run.outage in ())",
        caught_by=f"{SEEN}::test_a_pause_needs_somebody_and_breaks_nothing",
    ),
    Mutant(
        name="what a pause makes wait is an outage",
        file="starter/views/outages.py",
        old="return OutageKind.PAUSE if self.codes else OutageKind.DOWN",
        new="return OutageKind.DOWN",
        caught_by=JUDGED,
    ),
    Mutant(
        name="a missing right is a system that is down",
        file="starter/views/outages.py",
        old="if met - LACKING - REFUSING:",
        new="if met:",
        caught_by=JUDGED,
    ),
)
