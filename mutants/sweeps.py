"""Reconciliation: finding everything, cheaply, and stopping where an accident shows (rule 5)."""

from mutants.mutant import Mutant

RECONCILIATION = "tests/scenarios/test_reconciliation.py"
READS = "tests/scenarios/test_sweep_reads.py"
GUARDS = "tests/scenarios/test_sweep_guards.py"
AMONG = "tests/scenarios/test_sweep_among_others.py"

SWEEPS = (
    Mutant(
        name="a sweep makes no way",
        file="activities/way.py",
        old="                await self._free.wait()\n",
        new="                pass\n",
        caught_by=f"{AMONG}::test_a_sweep_begins_nothing_while_somebody_s_sync_is_under_way",
    ),
    Mutant(
        name="a sweep waits for somebody's sync for ever",
        file="activities/way.py",
        old="asyncio.timeout(within.total_seconds())",
        new="asyncio.timeout(None)",
        caught_by=f"{AMONG}::test_a_sync_that_hangs_holds_a_sweep_up_only_for_a_while",
    ),
    Mutant(
        name="an empty list is believed",
        file="workflows/suspicion.py",
        old="        (Alarm.MOVED, counts.gone + counts.moved, of_links),\n",
        new="",
        caught_by=f"{GUARDS}::test_an_empty_list_changes_nothing_and_raises_an_alarm",
    ),
    Mutant(
        name="a mass change is synced like any other",
        file="workflows/suspicion.py",
        old="        (Alarm.OVERWRITTEN, counts.overwritten, limit),\n",
        new="",
        caught_by=f"{GUARDS}::test_a_refused_sweep_writes_nothing",
    ),
    Mutant(
        name="an open question is asked for at every sweep",
        file="beteiligte/sweep.py",
        old="base.seen == bases.fingerprint(values)",
        new="False",
        caught_by=f"{RECONCILIATION}::test_an_open_question_costs_nothing_and_is_not_told_again",
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
        caught_by=f"{READS}::test_parties_modified_last_are_read_by_every_sweep_within_its_budget",
    ),
    Mutant(
        name="every sweep reads from the beginning",
        file="workflows/reconciliation.py",
        old="after=before.position if before and self._order.kind is Kind.SWEEP else 0",
        new="after=0",
        caught_by="tests/starter/test_sight.py::test_what_is_promised_is_kept",
    ),
    Mutant(
        name="a sweep waits for whoever waits",
        file="workflows/asking.py",
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
)
