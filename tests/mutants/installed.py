"""An installation and its workers: what `doctor` would no longer name."""

from tests.mutants.mutant import Mutant

ANSWERING = "tests/worker/test_answering.py"
DOCTOR = "tests/starter/test_doctor.py"

INSTALLED = (
    Mutant(
        name="a worker that hangs counts as one that answers",
        file="starter/views/crew.py",
        old="        return Standing.SILENT\n",
        new="        return Standing.ANSWERS\n",
        caught_by=f"{DOCTOR}::test_a_worker_that_hangs_is_named_beside_one_that_works",
    ),
    Mutant(
        name="a worker that has ended counts as one that hangs",
        file="starter/views/crew.py",
        old="    if card.ended or (",
        new="    if (",
        caught_by=f"{ANSWERING}::test_who_ended_decently_is_no_worker_that_hangs",
    ),
    Mutant(
        name="a worker that lacks a key in use is not named",
        file="starter/views/checks/workers.py",
        old="    for identity, of_use, of_all in lacking:\n",
        new="    for identity, of_use, of_all in lacking[:0]:\n",
        caught_by=f"{DOCTOR}::test_a_key_that_one_worker_alone_has_is_named",
    ),
    Mutant(
        name="one wrong setting hides all other checks",
        file="starter/cli/checkup.py",
        old="    if s.TemporalSettings in loaded:\n",
        new="    if all(kind in loaded for kind in s.ALL):\n",
        caught_by=f"{DOCTOR}::test_wrong_settings_hide_nothing_else_and_are_shown_to_people",
    ),
    Mutant(
        name="deliveries are turned away while a system refuses the key",
        file="starter/webhook/readiness.py",
        old="            return selftests.checks((await selftests.look(client, within=within)).problems)\n",
        new="            if problems := (await selftests.look(client, within=within)).problems:\n"
        "                raise Unready(problems[0].detail)\n"
        "            return []\n",
        caught_by="tests/starter/test_selftest.py::"
        "test_readiness_says_what_is_wrong_beside_that_deliveries_are_taken_all_the_same",
    ),
)
