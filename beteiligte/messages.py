"""What the firm's people read, in German: the notes in EspoCRM and the text in `syncErrorMessage`.

Each says what happened, to whom, both values where there are two, and what to do. `summary` holds no values and is
stable, since it is compared with what stands in EspoCRM.
"""

from collections.abc import Callable, Iterable

from beteiligte.faults import System
from beteiligte.fields import BY_NAME
from beteiligte.findings import Finding, Matter, Open
from beteiligte.kinds import Value

MAX_SUMMARY = 2_000
MAX_NOTE = 8_000

_SYSTEM = {System.ESPOCRM: "EspoCRM", System.ADVOWARE: "Advoware"}

_SUMMARY = {
    Matter.NOT_TAKEN: "{field}: der Wert wurde nicht übernommen. Bitte beide Seiten von Hand angleichen.",
    Matter.NOT_WRITABLE: "{field}: wird von Advoware nicht übernommen. Bitte dort von Hand eintragen.",
    Matter.REFUSED: "{field}: EspoCRM lehnt den Wert aus Advoware ab. Bitte den Wert berichtigen.",
    Matter.UNREADABLE: "{field}: ist nicht lesbar und wird nicht abgeglichen. Bitte die Rechte prüfen lassen.",
    Matter.UNMAPPABLE: "{field}: der Wert hat auf der anderen Seite keine Entsprechung. Bitte berichtigen.",
    Matter.GUARD: "Der Abgleich hätte den Namen oder den größten Teil der Angaben geleert und wurde angehalten.",
    Matter.LINK: "Die betNr ist zweifelhaft: sie gehört einem anderen Datensatz oder einem anderen Namen.",
    Matter.LINK_LOST: "Die betNr wurde geleert. Bitte wieder eintragen; es wurde nichts neu angelegt.",
    Matter.NO_NAME: "Ohne Namen wird in Advoware nichts angelegt. Bitte den Namen eintragen.",
    Matter.CREATE_UNANSWERED: "Advoware hat auf das Anlegen nicht geantwortet. Bitte dort nachsehen und die betNr "
    "eintragen; bis dahin wird nichts angelegt.",
    Matter.DELETED_IN_ADVOWARE: "In Advoware gelöscht. Zum Neuanlegen bitte die betNr leeren.",
}


def summary(open_now: Iterable[Open]) -> str | None:
    """The text for `syncErrorMessage`; None when nothing is open."""
    lines = [_SUMMARY[item.matter].format(field=_label(item.field)) for item in open_now if item.matter in _SUMMARY]
    return "\n".join(lines)[:MAX_SUMMARY].strip() or None


def note(findings: Iterable[Finding]) -> str:
    """The text of a note about one party."""
    lines = ["Abgleich EspoCRM–Advoware:"]
    lines += [f"• {_TEXTS[finding.matter](finding)}" for finding in findings]
    return "\n".join(lines)[:MAX_NOTE]


def _label(field: str) -> str:
    return BY_NAME[field].label if field in BY_NAME else field


def _shown(value: Value) -> str:
    return "leer" if value is None else f"„{value}“"


def _both(finding: Finding) -> str:
    return f"EspoCRM {_shown(finding.espocrm)}, Advoware {_shown(finding.advoware)}"


def _system(system: System | None) -> str:
    return _SYSTEM[system] if system else "unbekannt"


def _conflict(finding: Finding) -> str:
    return (
        f"{_label(finding.field)} wurde auf beiden Seiten verschieden geändert: {_both(finding)}. "
        f"Übernommen wurde der Wert aus {_system(finding.winner)}. Ist der andere richtig, tragen Sie ihn bitte "
        "erneut ein."
    )


def _not_taken(finding: Finding) -> str:
    return (
        f"{_label(finding.field)}: {_system(finding.system)} hat den Wert nicht übernommen ({_both(finding)}). "
        "Bitte beide Seiten von Hand angleichen. Ein neuer Versuch folgt, sobald sich ein Wert ändert."
    )


def _not_writable(finding: Finding) -> str:
    return (
        f"{_label(finding.field)} wird von Advoware nicht über die Schnittstelle übernommen ({_both(finding)}). "
        "Bitte dort von Hand eintragen."
    )


def _refused(finding: Finding) -> str:
    return (
        f"{_label(finding.field)}: EspoCRM lehnt den Wert aus Advoware ab ({_both(finding)}). Alle anderen Angaben "
        "wurden übernommen. Bitte den Wert in Advoware berichtigen."
    )


def _unreadable(finding: Finding) -> str:
    return (
        f"{_label(finding.field)} ist in {_system(finding.system)} nicht lesbar und wird nicht abgeglichen. Es wurde "
        "nichts geleert. Bitte die Leserechte der Schnittstelle prüfen lassen."
    )


def _unmappable(finding: Finding) -> str:
    return (
        f"{_label(finding.field)}: der Wert in {_system(finding.system)} hat auf der anderen Seite keine Entsprechung "
        "und wird nicht abgeglichen. Bitte den Wert berichtigen."
    )


def _guard(finding: Finding) -> str:
    emptied = ", ".join(_label(name) for name in finding.others)
    return (
        f"Der Abgleich hätte in {_system(finding.system)} den Namen oder den größten Teil der Angaben geleert "
        f"({emptied}) und wurde angehalten. Es wurde nichts geschrieben. Name: {_both(finding)}. Bitte die Angaben "
        "auf der leeren Seite wieder eintragen."
    )


def _link(finding: Finding) -> str:
    if finding.field == "name":
        return (
            f"Die betNr {finding.bet_nr} gehört in Advoware einem anderen Namen: {_both(finding)}. Es wurde nichts "
            "geschrieben. Bitte die betNr berichtigen oder die Namen angleichen."
        )
    return (
        f"Die betNr {finding.bet_nr} ist zweifelhaft (vergeben an: {', '.join(finding.others)}). Es wurde nichts "
        "geschrieben. Bitte die richtige betNr nur an einem Datensatz eintragen."
    )


def _link_lost(finding: Finding) -> str:
    return (
        f"Die betNr wurde geleert; zuletzt war es {finding.bet_nr}. Damit kein Beteiligter doppelt entsteht, wurde "
        "nichts angelegt. Bitte die betNr wieder eintragen."
    )


def _no_name(_: Finding) -> str:
    return "Der Datensatz hat weder Nach- noch Firmennamen und wird daher in Advoware nicht angelegt."


def _create_unanswered(_: Finding) -> str:
    return (
        "Advoware hat auf das Anlegen nicht geantwortet; ob der Beteiligte dort entstanden ist, ist nicht bekannt. "
        "Damit er nicht doppelt entsteht, wird nichts mehr angelegt. Bitte in Advoware nachsehen und die betNr hier "
        "eintragen."
    )


def _deleted_in_advoware(finding: Finding) -> str:
    return (
        f"Der Beteiligte {finding.bet_nr} ist in Advoware gelöscht. In EspoCRM wurde nichts gelöscht. Soll er neu "
        "angelegt werden, leeren Sie bitte die betNr."
    )


def _deleted_in_espocrm(finding: Finding) -> str:
    named = f"betNr {finding.bet_nr}" if finding.bet_nr else "betNr nicht bekannt"
    return f"Ein Beteiligter wurde in EspoCRM gelöscht ({named}). In Advoware wurde nichts gelöscht."


def _status_overridden(_: Finding) -> str:
    return (
        "EspoCRM ändert den Sync-Status selbst (Formel oder Workflow). Er gilt bei diesem Datensatz nicht mehr als "
        "Auftrag. Bitte die Formel so einschränken, dass sie nicht auf Änderungen der Schnittstelle anspringt."
    )


def _failed(finding: Finding) -> str:
    named = f", Feld {_label(finding.field)}" if finding.field else ""
    return (
        f"Der Abgleich ist fehlgeschlagen ({finding.reason}{named}). {fault_text(finding.reason, finding.system)} "
        "Es ist nichts verloren; jede weitere Änderung stößt einen neuen Versuch an."
    )


def _not_written_back(finding: Finding) -> str:
    return (
        f"In Advoware ist der Stand angekommen (betNr {finding.bet_nr}), EspoCRM nimmt den Vermerk darüber aber nicht "
        "an. Er wird stündlich erneut versucht."
    )


_TEXTS: dict[Matter, Callable[[Finding], str]] = {
    Matter.CONFLICT: _conflict,
    Matter.NOT_TAKEN: _not_taken,
    Matter.NOT_WRITABLE: _not_writable,
    Matter.REFUSED: _refused,
    Matter.UNREADABLE: _unreadable,
    Matter.UNMAPPABLE: _unmappable,
    Matter.GUARD: _guard,
    Matter.LINK: _link,
    Matter.LINK_LOST: _link_lost,
    Matter.NO_NAME: _no_name,
    Matter.CREATE_UNANSWERED: _create_unanswered,
    Matter.DELETED_IN_ADVOWARE: _deleted_in_advoware,
    Matter.DELETED_IN_ESPOCRM: _deleted_in_espocrm,
    Matter.STATUS_OVERRIDDEN: _status_overridden,
    Matter.FAILED: _failed,
    Matter.NOT_WRITTEN_BACK: _not_written_back,
}

_FAULTS = {
    "Rejected": "{system} lehnt den Inhalt ab. Bitte die Angabe berichtigen.",
    "NoRight": "{system} verweigert der Schnittstelle das Recht dazu. Bitte die Rolle prüfen lassen.",
    "MissingAttribute": "In {system} fehlt ein Feld der Schnittstelle, oder sie darf es nicht lesen.",
    "ConfigurationFault": "{system} ist falsch eingerichtet. Bitte die Einrichtung prüfen lassen.",
    "CredentialsRefused": "{system} lehnt die Zugangsdaten der Schnittstelle ab.",
    "Throttled": "{system} bat wiederholt um Geduld.",
    "Transient": "{system} war nicht zu erreichen.",
    "OddAnswer": "{system} gab wiederholt eine unverständliche Antwort.",
    "Stale": "Der Datensatz änderte sich während des Abgleichs immer wieder.",
}


def fault_text(code: str, system: System | None) -> str:
    """One sentence about a fault's code."""
    return _FAULTS.get(code, "Ein unerwarteter Fehler ist aufgetreten.").format(system=_system(system))


def failure_summary(code: str, system: System | None, field: str) -> str:
    """The text for `syncErrorMessage` after the last attempt."""
    named = f" Feld: {_label(field)}." if field else ""
    return f"{code}: {fault_text(code, system)}{named}"
