"""Every setting, its default, its reason and when a change takes effect; read at start from the environment or `.env`.

What the worker alone or the starter alone needs stands in a class of its own, so that neither asks for the other's. A
new setting is a field of one of these classes; a new class also stands in ALL. Reading, and the one message for all
that is missing or wrong: runtime/loading.py. `.env.example` and docs/settings.md are written from these classes by
docs_generator/settings.py. How values are written: runtime/values.py.
"""

from runtime.settings.base import Settings, TakesEffect
from runtime.settings.desk import DeskSettings, OidcSettings
from runtime.settings.processes import OtelSettings, TelemetrySettings, WebhookSettings, WorkerSettings
from runtime.settings.sweep import SweepSettings
from runtime.settings.sync import NotifySettings, OutageSettings, SyncSettings
from runtime.settings.systems import AdvowareFieldSettings, AdvowareSettings, EspoCrmSettings, SystemSettings
from runtime.settings.temporal import TemporalSettings

ALL: tuple[type[Settings], ...] = (
    EspoCrmSettings,
    AdvowareSettings,
    SyncSettings,
    NotifySettings,
    OutageSettings,
    SweepSettings,
    TemporalSettings,
    WorkerSettings,
    WebhookSettings,
    DeskSettings,
    OidcSettings,
    TelemetrySettings,
    OtelSettings,
)
"""Every class, in the order of `.env.example`."""

__all__ = [
    "ALL",
    "AdvowareFieldSettings",
    "AdvowareSettings",
    "DeskSettings",
    "EspoCrmSettings",
    "NotifySettings",
    "OidcSettings",
    "OtelSettings",
    "OutageSettings",
    "Settings",
    "SweepSettings",
    "SyncSettings",
    "SystemSettings",
    "TakesEffect",
    "TelemetrySettings",
    "TemporalSettings",
    "WebhookSettings",
    "WorkerSettings",
]
