"""A file of settings as a firm fills it in, for tests of what reads it."""

from pathlib import Path

import pytest

from runtime.loading import known_names

GOOD = {
    "ESPOCRM_URL": "https://crm.kanzlei.example/",
    "ESPOCRM_API_KEY": "k-e-y",
    "ADVOWARE_URL": "https://advoware.example:90",
    "ADVOWARE_SECURITY_GATEWAY": "https://security.example/",
    "ADVOWARE_APP_ID": "app",
    "ADVOWARE_API_KEY": "c2VjcmV0",
    "ADVOWARE_KANZLEI": "4711",
    "ADVOWARE_DATABASE": "kanzlei",
    "ADVOWARE_USER": "SYN",
    "ADVOWARE_PASSWORD": "p-a-s-s",
}


def write(path: Path, **changed: str | None) -> None:
    """The good settings with some of them changed, or left out (None)."""
    whole = {**GOOD, **changed}
    path.write_text("".join(f"{name}={value}\n" for name, value in whole.items() if value is not None), "utf-8")


def good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of good settings, and an environment without any."""
    for name in known_names():
        monkeypatch.delenv(name, raising=False)
    path = folder / ".env"
    write(path)
    return path
