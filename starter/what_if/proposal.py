"""The settings that are tried, beside those that are in force here: two sets of rules, and what lies between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from beteiligte.decide.policy import Rules
from runtime import env_file
from runtime.loading import SettingsError, load_all, names, unknown_names
from runtime.settings import AdvowareFieldSettings, AdvowareSettings, Settings, SyncSettings
from starter.what_if.as_read import AsRead

KnownOfAdvoware = type[AdvowareSettings] | type[AdvowareFieldSettings]
FIELDS_FILE = "SYNC_FIELDS_FILE"
TRIED: Mapping[type[Settings], tuple[str, ...]] = {
    SyncSettings: ("policy_stammdaten", "policy_kontaktdaten", "policy_adresse", "initial_sync", "fields_file"),
    AdvowareSettings: ("writable",),
}
"""What decides about fields. What a search in Advoware would find is on no record, so what SYNC_MATCH and
ADVOWARE_LOOKUP change is seen by `plan` alone."""
CAN_BE_TRIED = tuple(names(kind)[field] for kind, fields in TRIED.items() for field in fields)


@dataclass(frozen=True)
class Proposal:
    """Settings that are tried: what is not among them stays as it is here."""

    settings: Mapping[str, str]
    now: Rules
    then: Rules

    @cached_property
    def as_read(self) -> AsRead:
        """What of a recorded reading the tried table can go by."""
        return AsRead(self.now.table, self.then.table)


def proposed(settings: Mapping[str, str], advoware: KnownOfAdvoware = AdvowareSettings) -> Proposal:
    """These settings, by their names in the environment; an empty one stands for its default.

    `advoware`: by default all of its settings have to be here, so that nothing is judged where they were forgotten;
    AdvowareFieldSettings where `up` hands over those alone. Raises SettingsError.
    """
    if others := sorted(settings.keys() - {*CAN_BE_TRIED}):
        can = ", ".join(CAN_BE_TRIED)
        raise SettingsError("\n".join(f"{name}: cannot be tried; can be: {can}" for name in others))
    return Proposal(settings=settings, now=_rules({}, advoware), then=_rules(settings, advoware))


def _rules(but: Mapping[str, str], advoware: KnownOfAdvoware) -> Rules:
    loaded = load_all(SyncSettings, advoware, but=but)
    return loaded[SyncSettings].rules(loaded[advoware])


def of_file(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """What of a file like `.env` is tried, and the names of the rest. Raises SettingsError, if a name is misspelt."""
    if problems := [*map(str, unknown_names(path))]:
        raise SettingsError("\n".join(problems))
    written = {name.upper(): value or "" for name, value in env_file.read(path).items()}
    tried = {name: value for name, value in written.items() if name in CAN_BE_TRIED}
    if file := tried.get(FIELDS_FILE):
        tried[FIELDS_FILE] = str(path.absolute().parent / file)  # as the processes that are started with it read it
    return tried, tuple(sorted(written.keys() - tried.keys()))
