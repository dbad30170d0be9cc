"""By what a conflict was settled, one row per `Basis` that settles one, both languages side by side."""

from beteiligte.decide.evidence import Basis
from beteiligte.messages.language import Phrase

BY_BASIS = {
    Basis.POLICY: Phrase(
        de="Für diese Angaben gilt bei Ihnen {winner}.",
        en="For this kind of field {winner} has the last word with you.",
    ),
    Basis.LATER_IN_ESPOCRM: Phrase(
        de="Der Datensatz wurde laut Zeitstempel in EspoCRM später geändert.",
        en="By the time stamps the record was changed later in EspoCRM.",
    ),
    Basis.LATER_IN_ADVOWARE: Phrase(
        de="Der Datensatz wurde laut Zeitstempel in Advoware später geändert.",
        en="By the time stamps the record was changed later in Advoware.",
    ),
    Basis.TOO_CLOSE: Phrase(
        de="Welche Seite neuer ist, war nicht festzustellen (die Zeitstempel liegen zu nah beieinander); dann gilt "
        "EspoCRM.",
        en="Which side is newer could not be established (the time stamps are too close); EspoCRM wins then.",
    ),
    Basis.NO_TIMES: Phrase(
        de="Welche Seite neuer ist, war nicht festzustellen (ein Zeitstempel fehlt); dann gilt EspoCRM.",
        en="Which side is newer could not be established (a time stamp is missing); EspoCRM wins then.",
    ),
    Basis.ROW_ID_UNCHANGED: Phrase(
        de="In Advoware hat sich seit dem letzten Abgleich nichts geändert.",
        en="Nothing changed in Advoware since the last sync.",
    ),
    Basis.NEVER_SYNCED: Phrase(
        de="Der Datensatz wurde noch nie abgeglichen; beim ersten Mal gilt EspoCRM.",
        en="The record was never synced before; EspoCRM wins the first time.",
    ),
    Basis.ONLY_ESPOCRM_MOVED: Phrase(
        de="Seit dem letzten Abgleich wurde der Datensatz nur in EspoCRM geändert.",
        en="Since the last sync the record was changed in EspoCRM only.",
    ),
    Basis.ONLY_ADVOWARE_MOVED: Phrase(
        de="Seit dem letzten Abgleich wurde der Datensatz nur in Advoware geändert.",
        en="Since the last sync the record was changed in Advoware only.",
    ),
}

UNSAID = Phrase(de="Weshalb diese Seite galt, ist nicht vermerkt.", en="Why that side won is not noted.")
"""A conflict that an earlier version settled."""

FOUND_DIFFERENT = frozenset(
    {Basis.ROW_ID_UNCHANGED, Basis.NEVER_SYNCED, Basis.ONLY_ESPOCRM_MOVED, Basis.ONLY_ADVOWARE_MOVED}
)
"""By these no two edits met: without anything agreed before, the two sides were found to differ."""


def why(reason: str) -> Phrase:
    """The sentence for a conflict's reason."""
    return BY_BASIS.get(Basis(reason), UNSAID) if reason in set(Basis) else UNSAID
