"""What is said where other rules are tried."""

from beteiligte.decide.policy import Policy
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase
from beteiligte.record.field_table import Group

TITLE = Phrase(de="Was wäre, wenn?", en="What if?")
WHAT = Phrase(
    de="Andere Regeln ausprobieren, bevor sie gelten: Was entschieden wurde, wird damit noch einmal entschieden. "
    "Geschrieben wird nichts.",
    en="Try other rules before they count: what was decided is decided once more by them. Nothing is written.",
)
WHO_WINS = Phrase(
    de="Wer gilt, wenn ein Feld auf beiden Seiten geändert wurde", en="Who wins where a field was changed on both sides"
)
GROUPS = {
    Group.STAMMDATEN: Phrase(de="Stammdaten", en="Master data"),
    Group.KONTAKTDATEN: Phrase(de="Kontaktdaten", en="Contact data"),
    Group.ADRESSE: Phrase(de="Adresse", en="Address"),
}
POLICIES = {
    Policy.ESPOCRM: Phrase(de="EspoCRM gilt", en="EspoCRM wins"),
    Policy.ADVOWARE: Phrase(de="Advoware gilt", en="Advoware wins"),
    Policy.NEWEST: Phrase(de="die neuere Änderung gilt", en="the newer edit wins"),
    Policy.MANUAL: Phrase(de="es wird gefragt", en="a person is asked"),
}
AS_NOW = Phrase(de="wie jetzt", en="as now")
DAYS = Phrase(de="Entscheidungen der letzten Tage", en="Decisions of the last days")
TRY = Phrase(de="Ausprobieren", en="Try")

LOOKED_AT = Counted(
    one=Phrase(de="1 Entscheidung angesehen.", en="1 decision looked at."),
    many=Phrase(de="{number} Entscheidungen angesehen.", en="{number} decisions looked at."),
    none=Phrase(de="In dieser Zeit wurde nichts entschieden.", en="Nothing was decided in that time."),
)
DIFFERING = Counted(
    one=Phrase(de="Bei 1 Beteiligten käme etwas anderes heraus", en="1 party would come out otherwise"),
    many=Phrase(
        de="Bei {number} Beteiligten käme etwas anderes heraus", en="{number} parties would come out otherwise"
    ),
    none=Phrase(de="Es käme überall dasselbe heraus", en="Everything would come out the same"),
)
EACH_BY_ITSELF = Phrase(
    de="Jede Entscheidung für sich; von jedem Beteiligten die neueste, die anders ausfiele.",
    en="Each decision by itself; of each party the newest that would differ.",
)
MORE = Phrase(
    de="Angesehen wurden nur die {most} neuesten Läufe. Alle: „beteiligte-sync what-if“.",
    en='Only the {most} newest runs were looked at. All: "beteiligte-sync what-if".',
)
SHOWN = Phrase(de="{shown} davon stehen hier.", en="{shown} of them stand here.")
HERE = Phrase(de="Jetzt", en="Now")
TRIED = Phrase(de="Ausprobiert", en="Tried")
GETS = Phrase(de="{system} bekommt „{value}“", en='{system} gets "{value}"')
EMPTIED = Phrase(de="{system}: das Feld wird geleert", en="{system}: the field is emptied")
ASKED = Phrase(de="es wird gefragt, beide bleiben", en="a person is asked, both stay")
STAYS = Phrase(de="beide Seiten bleiben, wie sie sind", en="both sides stay as they are")
HOW = Phrase(
    de="Einschalten kann es der Betreuer, in den Einstellungen der Worker:",
    en="The administrator can switch it on, in the settings of the workers:",
)
NO_SETTINGS = Phrase(de="Das lässt sich hier nicht ausprobieren", en="That cannot be tried here")
NO_SETTINGS_HOW = Phrase(
    de="Die Einstellungen des Desks sind falsch oder unvollständig. Für den Betreuer: „beteiligte-sync what-if“ sagt, "
    "welche.",
    en='The settings of the desk are wrong or incomplete. For the administrator: "beteiligte-sync what-if" says which.',
)
