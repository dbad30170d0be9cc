"""The table of fields in force, as a command shows, chooses and undoes by it, and the rules that are set."""

from beteiligte.decide.policy import Rules
from beteiligte.record.field_table import FieldTable
from runtime.loading import SettingsError, load
from runtime.settings import AdvowareSettings, SyncSettings


def table() -> FieldTable:
    """The parties' fields as the settings have them. Raises SettingsError."""
    return load(SyncSettings).table()


def rules() -> Rules | None:
    """What would be decided by, as the settings here have it; None where those of Advoware are not set here.

    Raises SettingsError.
    """
    sync = load(SyncSettings)
    try:
        return sync.rules(load(AdvowareSettings))
    except SettingsError:
        return None
