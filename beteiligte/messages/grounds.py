"""By what a conflict was settled, one row per `Ground` that settles one, both languages side by side."""

from beteiligte.evidence import Ground
from beteiligte.messages.language import Phrase

GROUNDS = {
    Ground.POLICY: Phrase(
        de="so ist es für diese Angaben eingestellt",
        en="that is the setting for this kind of field",
    ),
    Ground.LATER_IN_ESPOCRM: Phrase(
        de="der Datensatz wurde laut Zeitstempel in EspoCRM später geändert",
        en="by the time stamps the record was changed later in EspoCRM",
    ),
    Ground.LATER_IN_ADVOWARE: Phrase(
        de="der Datensatz wurde laut Zeitstempel in Advoware später geändert",
        en="by the time stamps the record was changed later in Advoware",
    ),
    Ground.TOO_CLOSE: Phrase(
        de="welche Seite neuer ist, war nicht festzustellen (die Zeitstempel liegen zu nah beieinander); dann gilt "
        "EspoCRM",
        en="which side is newer could not be established (the time stamps are too close); EspoCRM wins then",
    ),
    Ground.NO_TIMES: Phrase(
        de="welche Seite neuer ist, war nicht festzustellen (ein Zeitstempel fehlt); dann gilt EspoCRM",
        en="which side is newer could not be established (a time stamp is missing); EspoCRM wins then",
    ),
    Ground.ROW_ID_UNCHANGED: Phrase(
        de="in Advoware hat sich seit dem letzten Abgleich nichts geändert",
        en="nothing changed in Advoware since the last sync",
    ),
    Ground.NEVER_SYNCED: Phrase(
        de="der Datensatz wurde noch nie abgeglichen; beim ersten Mal gilt EspoCRM",
        en="the record was never synced before; EspoCRM wins the first time",
    ),
    Ground.ONLY_ESPOCRM_MOVED: Phrase(
        de="seit dem letzten Abgleich wurde der Datensatz nur in EspoCRM geändert",
        en="since the last sync the record was changed in EspoCRM only",
    ),
    Ground.ONLY_ADVOWARE_MOVED: Phrase(
        de="seit dem letzten Abgleich wurde der Datensatz nur in Advoware geändert",
        en="since the last sync the record was changed in Advoware only",
    ),
}

UNSAID = Phrase(de="nicht vermerkt", en="not noted")
"""A conflict that an earlier version settled."""
