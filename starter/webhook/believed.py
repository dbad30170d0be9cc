"""Whose deliveries are believed: the secrets as they stand in the settings by now, without a restart.

A restart refuses connections for a moment, and EspoCRM 10 gives up for good what was refused (facts/espocrm.md §1.6).
So the files in which they stand are looked at, at most once a second; what cannot be read changes nothing.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runtime.env_file import in_force
from runtime.loading import SettingsError, load, nobody_believed
from runtime.secret_files import files_of
from runtime.settings import WebhookSettings
from runtime.values import KnownSecrets

log = logging.getLogger(__name__)
LOOK_EVERY = 1.0
"""Seconds."""
Seen = tuple[tuple[int, int, int] | None, ...]


@dataclass
class Believed:
    """The secrets in force."""

    settings: WebhookSettings
    clock: Callable[[], float] = time.monotonic
    _secrets: KnownSecrets = field(init=False)
    _looked: float = field(init=False)
    _files: Seen = field(init=False)

    def __post_init__(self) -> None:
        """As they were read at the start."""
        self._secrets = self.settings.secrets
        self._looked, self._files = self.clock(), _files()

    @property
    def secrets(self) -> KnownSecrets:
        """By webhook."""
        now = self.clock()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look()
        return self._secrets

    def _look(self) -> None:
        """Take what the files say by now, once for each change of them."""
        seen = _files()
        if seen == self._files:
            return
        self._files = seen
        try:
            new = load(WebhookSettings)
        except SettingsError:
            log.warning("the settings cannot be used as they are now; the webhooks' secrets from before stay in force")
            return
        if nobody_believed(new):
            log.warning("the settings hold no secret of a webhook any more; those from before stay in force")
        elif new.secrets != self._secrets:
            self._secrets = new.secrets
            numbers = (f"{len(secrets)} of {webhook}" for webhook, secrets in new.secrets.items())
            log.info("secrets of webhooks in force: %s", ", ".join(numbers))


def _files() -> Seen:
    """What shows that one was written anew."""
    return tuple(map(_mark, (in_force(), *files_of(WebhookSettings, in_force()))))


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
