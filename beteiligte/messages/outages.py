"""What people read when a whole system is down, and when it works again: one message each (design §3)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from beteiligte.faults import System
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.notes import SYSTEM_NAMES, fault_text

BERLIN = ZoneInfo("Europe/Berlin")
"""The firm's people read their own time."""

DOWN = Phrase(
    de="Abgleich EspoCRM–Advoware: {system} steht seit {since} nicht zur Verfügung. {why} Es warten {parties}; es ist "
    "nichts verloren. Der Abgleich läuft von selbst weiter, sobald {system} wieder antwortet; dann folgt eine zweite "
    "Nachricht. Dauert es an, verständigen Sie bitte die Betreuung des Systems.",
    en="Sync EspoCRM–Advoware: {system} has been unavailable since {since}. {why} Waiting: {parties}; nothing is lost. "
    "The sync goes on by itself as soon as {system} answers again; a second message will say so. If it goes on, "
    "please tell whoever looks after that system.",
)
OVER = Phrase(
    de="Abgleich EspoCRM–Advoware: {system} steht seit {over} wieder zur Verfügung (gestört seit {since}). "
    "Jetzt abgeglichen werden {parties}; es ist nichts zu tun.",
    en="Sync EspoCRM–Advoware: {system} has been available again since {over} (unavailable since {since}). "
    "Being synced now: {parties}; nothing needs doing.",
)
PARTIES = Phrase(de="{number} Beteiligte", en="{number} parties")
PARTY = Phrase(de="1 Beteiligter", en="1 party")
MOMENT = Phrase(de="{moment:%d.%m.%Y %H:%M} Uhr", en="{moment:%Y-%m-%d %H:%M}")


def outage_note(
    system: System,
    *,
    codes: tuple[str, ...],
    waiting: int,
    since: datetime,
    over: datetime | None = None,
    language: Language = Language.GERMAN,
) -> str:
    """The text. `waiting`: how many parties wait or waited; the times are aware moments."""

    def moment(at: datetime) -> str:
        return MOMENT.told(language, moment=at.astimezone(BERLIN))

    parties = (PARTY if waiting == 1 else PARTIES).told(language, number=str(waiting))
    name = SYSTEM_NAMES[system]
    if over is not None:
        return OVER.told(language, system=name, parties=parties, since=moment(since), over=moment(over))
    why = " ".join(fault_text(code, system, language) for code in codes)
    return DOWN.told(language, system=name, parties=parties, since=moment(since), why=why)
