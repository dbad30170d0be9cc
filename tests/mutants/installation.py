"""What is said of an installation: green only where it is."""

from tests.mutants.mutant import Mutant

JUDGED = "tests/installation/test_espocrm_judging_webhooks.py"
LOOKED = "tests/installation/test_espocrm_checks_webhooks.py"

INSTALLATION = (
    Mutant(
        name="a webhook that is switched off is green",
        file="installation/checks/espocrm/webhooks.py",
        old="    if not one.active:\n",
        new="    if False:\n",
        caught_by=f"{JUDGED} {LOOKED}",
    ),
    Mutant(
        name="any secret of a webhook is the right one",
        file="installation/checks/espocrm/look.py",
        old="    if shown not in [secret.get_secret_value() for secret in known]:\n",
        new="    if not shown:\n",
        caught_by=LOOKED,
    ),
    Mutant(
        name="the same webhook twice is green",
        file="installation/checks/espocrm/webhooks.py",
        old="    if twins := [",
        new="    if twins := [][:0] and [",
        caught_by=JUDGED,
    ),
    Mutant(
        name="a job of EspoCRM is judged by our clock",
        file="installation/checks/espocrm/queue.py",
        old="    theirs = now + (seen.ahead or timedelta(0))\n",
        new="    theirs = now\n",
        caught_by=JUDGED,
    ),
    Mutant(
        name="a part that could not be read breaks the whole look",
        file="installation/checks/espocrm/look.py",
        old="    except SyncFault as fault:\n        return Unread(",
        new="    except KeyError as fault:\n        return Unread(",
        caught_by="tests/installation/test_espocrm_checks.py",
    ),
    Mutant(
        name="each part of doctor tries a wrong key by itself",
        file="installation/checks/systems.py",
        old="        self._client = client = self._client or EspoCrmClient(impatient(self._access))\n",
        new="        client = EspoCrmClient(impatient(self._access))\n",
        caught_by="tests/installation/test_both_systems.py",
    ),
)
