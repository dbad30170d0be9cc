"""What people read when a whole system is down, and when it works again: one message each (design §3)."""

from datetime import datetime

from beteiligte.faults import System
from beteiligte.messages.causes import SAID
from beteiligte.messages.counting import Counted
from beteiligte.messages.failures import fault_text
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.naming import SYSTEM_NAMES, moment
from beteiligte.messages.shown import InNote

DOWN = Phrase(
    de="Abgleich EspoCRM–Advoware: {system} steht seit {since} nicht zur Verfügung. {waiting}; es ist nichts verloren. "
    "Sobald {system} wieder antwortet, läuft der Abgleich von selbst weiter; dann folgt eine zweite Nachricht. {why}",
    en="Sync EspoCRM–Advoware: {system} has been unavailable since {since}. {waiting}; nothing is lost. As soon as "
    "{system} answers again, the sync goes on by itself; a second message will say so. {why}",
)
OVER = Phrase(
    de="Abgleich EspoCRM–Advoware: {system} steht seit {over} wieder zur Verfügung (gestört seit {since}). "
    "{resumed}; es ist nichts zu tun.",
    en="Sync EspoCRM–Advoware: {system} has been available again since {over} (unavailable since {since}). "
    "{resumed}; nothing needs doing.",
)
WAITING = Counted(
    one=Phrase(de="Es wartet 1 Beteiligter", en="1 party waits"),
    many=Phrase(de="Es warten {number} Beteiligte", en="{number} parties wait"),
)
RESUMED = Counted(
    one=Phrase(de="Jetzt wird 1 Beteiligter abgeglichen", en="1 party is synced now"),
    many=Phrase(de="Jetzt werden {number} Beteiligte abgeglichen", en="{number} parties are synced now"),
)


def outage_note(
    system: System,
    *,
    codes: tuple[str, ...],
    waiting: int,
    since: datetime,
    over: datetime | None = None,
    said: tuple[str, ...] = (),
    language: Language = Language.GERMAN,
) -> str:
    """The text. `waiting`: how many parties wait or waited; the times are aware moments; `said`: by the system."""
    name = SYSTEM_NAMES[system]
    if over is not None:
        resumed = RESUMED.told(waiting, language)
        return OVER.told(
            language, system=name, resumed=resumed, since=moment(since, language), over=moment(over, language)
        )
    why = " ".join(fault_text(code, system, language) for code in codes)
    why += "".join(SAID.told(language, system=name, said=InNote().value(words)) for words in said)
    return DOWN.told(
        language, system=name, waiting=WAITING.told(waiting, language), since=moment(since, language), why=why
    ).rstrip()
