"""The table of fields in force, as a command shows, chooses and undoes by it."""

from beteiligte.record.field_table import FieldTable
from runtime.loading import load
from runtime.settings import SyncSettings


def table() -> FieldTable:
    """The parties' fields as the settings have them. Raises SettingsError."""
    return load(SyncSettings).table()
