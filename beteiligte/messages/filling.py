"""What stands in the place of each placeholder of a finding's text; words.py says what they are."""

import re
from dataclasses import dataclass

from beteiligte.decide.findings import RIVALS, Finding
from beteiligte.decide.last_word import VALUE, LastWord
from beteiligte.faults import System
from beteiligte.messages.counting import Counted
from beteiligte.messages.failures import after, fault_text
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.naming import SYSTEM_NAMES, label, moment, number, other, system_name
from beteiligte.messages.resolutions import why
from beteiligte.messages.shown import Plain
from beteiligte.messages.word_labels import LABELS, label_of
from beteiligte.record.field_table import FieldTable
from beteiligte.record.value_kinds import DATE, Value

_EMPTY = Phrase(de="leer", en="empty")
_QUOTED = Phrase(de="„{value}“", en='"{value}"')
_CHOSEN_BY = Phrase(de=" (gewählt von: {by})", en=" (chosen by: {by})")
_USER = Phrase(de="Benutzer", en="user")
_SOMEBODY = Phrase(de="jemand", en="somebody")
_OWN_VALUE = Phrase(de="ein eigener Wert", en="a value of its own")
_EARLIER = Phrase(
    de=" Entschieden hat es am {at}: {by} ({what}).",
    en=" It was decided on {at} by: {by} ({what}).",
)
_OTHERS = Counted(
    one=Phrase(de="einem anderen Datensatz: {others}", en="another record: {others}"),
    many=Phrase(de="{number} anderen Datensätzen: {others}", en="{number} other records: {others}"),
)
_OTHERS_AFTER = Counted(
    one=Phrase(de=" Der andere Datensatz: {others}.", en=" The other record: {others}."),
    many=Phrase(de=" Die anderen Datensätze: {others}.", en=" The other records: {others}."),
)
_RECORD = re.compile(r"(?:(?<=, )|^)[\w-]+")


@dataclass(frozen=True, slots=True)
class Filling:
    """One finding, as it is told."""

    finding: Finding
    table: FieldTable
    language: Language
    look: Plain
    """How values and records are shown."""

    def placeholders(self) -> dict[str, str]:
        """By name."""
        return {**self._values(), **self._systems(), **self._records(), **self._cause(), **self._said()}

    def _said(self) -> dict[str, str]:
        found, fields = self.finding, ", ".join(label(name, self.table) for name in self.finding.fields)
        return {
            "word": self._option(found.chosen or ""),
            "words": ", ".join(map(self._option, LABELS)),
            "who": _CHOSEN_BY.told(self.language, by=self._person(found.by)) if found.by else "",
            "about": f" ({fields})" if fields else "",
            "earlier": self._earlier(found.earlier) if found.earlier else "",
        }

    def _option(self, word: str) -> str:
        return _QUOTED.told(self.language, value=self.look.value(label_of(word, self.language)))

    def _person(self, by: str) -> str:
        return self.look.person(by, _USER.told(self.language))

    def _earlier(self, word: LastWord) -> str:
        taken = label_of(word.take, self.language) if word.take != VALUE else _OWN_VALUE.told(self.language)
        fields = ", ".join(label(name, self.table) for name in word.fields)
        about = f"{fields}: {taken}" if fields else taken
        by = self._person(word.by) if word.by else _SOMEBODY.told(self.language)
        return _EARLIER.told(self.language, at=moment(word.at, self.language), by=by, what=about)

    def _values(self) -> dict[str, str]:
        found = self.finding
        fields = ", ".join(label(name, self.table) for name in found.fields)
        return {
            "field": label(found.field, self.table),
            "fields": fields,
            "compared": f" ({fields})" if fields else "",
            "both": ", ".join(map(self._side, System)),
            "other": self._side(other(found.system)),
            "chosen": self._shown(found.chosen),
        }

    def _systems(self) -> dict[str, str]:
        found, winner = self.finding, system_name(self.finding.winner, self.language)
        return {
            "system": system_name(found.system, self.language),
            "elsewhere": system_name(other(found.system), self.language),
            "winner": winner,
            "loser": system_name(other(found.winner), self.language),
            "why": why(found.reason).told(self.language, winner=winner),
        }

    def _records(self) -> dict[str, str]:
        found, others = self.finding, self._others()
        return {
            "bet_nr": number(found.bet_nr, self.language),
            "other_bet_nr": number(found.other_bet_nr, self.language),
            "others": others,
            "at_others": _OTHERS.told(len(found.others), self.language, others=others),
            "several": self._several(),
        }

    def _cause(self) -> dict[str, str]:
        found, others, said = self.finding, self._others(), self.look.value(self.finding.said)
        named = _OTHERS_AFTER.told(len(found.others), self.language, others=others) if others else ""
        return {
            "cause": fault_text(found.reason, found.system, self.language, said=said, own=True),
            "code": named + after(found.reason, found.field, self.table, self.language),
        }

    def _others(self) -> str:
        return ", ".join(map(self.look.record, self.finding.others))

    def _several(self) -> str:
        """What matches, its records as they are shown."""
        parties, between, rivals = self.finding.named.partition(RIVALS)
        return parties + between + _RECORD.sub(lambda rival: self.look.record(rival[0]), rivals)

    def _side(self, system: System) -> str:
        value = self.finding.espocrm if system is System.ESPOCRM else self.finding.advoware
        return f"{SYSTEM_NAMES[system]} {self._shown(value)}"

    def _shown(self, value: Value) -> str:
        if value is None:
            return _EMPTY.told(self.language)
        row = self.table.by_name.get(self.finding.field)
        if self.language is Language.GERMAN and row and row.kind is DATE:
            value = ".".join(reversed(value.split("-")))
        return _QUOTED.told(self.language, value=self.look.value(value))
