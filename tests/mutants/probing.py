"""A probe of Advoware: what a test party's owner, and everybody else's party, relies on."""

from tests.mutants.mutant import Mutant

RESTORING = "tests/installation/test_probe_restoring.py"
COMMAND = "tests/installation/test_probe_command.py"

PROBING = (
    Mutant(
        name="a probe writes a party that EspoCRM holds",
        file="installation/probe/running.py",
        old="        if holders:\n",
        new="        if False:\n",
        caught_by=f"{COMMAND}::test_a_party_that_is_linked_is_refused",
    ),
    Mutant(
        name="a probe takes an EspoCRM that does not answer for one that holds nothing",
        file="installation/probe/running.py",
        old='        except SyncFault as fault:\n            raise Unsuitable(f"whether',
        new="        except SyncFault as fault:\n            holders = ()\n"
        '        if False:\n            fault = None\n            raise Unsuitable(f"whether',
        caught_by=f"{COMMAND}::test_where_espocrm_does_not_say_nothing_is_written",
    ),
    Mutant(
        name="a probe notes what it sends only once it landed",
        file="installation/probe/trial_party.py",
        old="        self._note(record)\n        path = ",
        new="        path = ",
        caught_by=RESTORING,
    ),
    Mutant(
        name="a probe takes back what somebody else wrote meanwhile",
        file="installation/probe/trial_party.py",
        old="if wanted := journal.to_restore(before.record):",
        new="if wanted := journal.differing(before.record):",
        caught_by=f"{RESTORING}::test_an_edit_by_somebody_else_meanwhile_is_left_and_named",
    ),
    Mutant(
        name="a probe puts back into whichever database the settings lead to",
        file="installation/probe/running.py",
        old="        if open_one.firm != self.firm:\n",
        new="        if False:\n",
        caught_by=f"{RESTORING}::test_nothing_is_put_back_into_another_database",
    ),
    Mutant(
        name="a probe forgets what it could not put back",
        file="installation/probe/running.py",
        old="            return report.but(restored=False,",
        new="            self.journal.remove()\n            return report.but(restored=False,",
        caught_by=RESTORING,
    ),
    Mutant(
        name="a probe repeats a create whose answer was lost",
        file="installation/probe/creating.py",
        old="        if fault.surely_refused:\n            journal.remove()\n",
        new="        journal.remove()\n",
        caught_by=f"{COMMAND}::test_a_create_without_an_answer_is_never_repeated",
    ),
    Mutant(
        name="a search that answers everybody counts as a search",
        file="installation/probe/looking.py",
        old="    if bench.party.bet_nr in _numbers(by_nonsense):\n",
        new="    if False:\n",
        caught_by="tests/installation/test_probe.py::test_what_advoware_does_settles_it",
    ),
    Mutant(
        name="doctor asks again with credentials that were refused",
        file="installation/checks/advoware.py",
        old="            return check.verdict is not Verdict.OK\n",
        new="            return False\n",
        caught_by="tests/installation/test_advoware_checks.py::test_refused_credentials_are_asked_about_once",
    ),
)
