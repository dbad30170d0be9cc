"""Whose login an administrator's work in EspoCRM is done with; never an argument, which every user of the machine sees.

From a file, else from the environment, else asked for on the terminal. It is no setting: whoever runs the program does
not need it, so it has no place in `.env`.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from clients.espocrm_admin import Administrator
from runtime.loading import SettingsError
from runtime.system_errors import not_read

LOGIN, PASSWORD = "ESPOCRM_ADMIN_USER", "ESPOCRM_ADMIN_PASSWORD"
HOW = (
    f"an administrator's login is needed: {LOGIN} and {PASSWORD} in the environment, or --admin-file with a file that "
    "holds login:password in its first line (EspoCRM gives administrators no API key)"
)


def given(file: Path | None, asked: Callable[[], tuple[str, str] | None]) -> Administrator:
    """Who does it. Raises SettingsError where nobody is named."""
    if file is not None:
        return _from(file)
    login, password = os.environ.get(LOGIN, ""), os.environ.get(PASSWORD, "")
    if login and password:
        return Administrator(login=login, password=SecretStr(password))
    if login or password:
        raise SettingsError(f"{PASSWORD if login else LOGIN}: is not set; {HOW}")
    if (person := asked()) is None:
        raise SettingsError(HOW)
    return Administrator(login=person[0], password=SecretStr(person[1]))


def offered() -> Administrator | None:
    """Whom the environment names, for a look that does without; None: nobody, or only half of a login."""
    login, password = os.environ.get(LOGIN, ""), os.environ.get(PASSWORD, "")
    return Administrator(login=login, password=SecretStr(password)) if login and password else None


def _from(file: Path) -> Administrator:
    try:
        first = file.read_text("utf-8").splitlines()[:1]
    except (OSError, ValueError) as error:
        raise SettingsError(f"--admin-file {file}: cannot be read as UTF-8 text ({not_read(error)})") from None
    login, colon, password = (first or [""])[0].partition(":")
    if not (login and colon and password):
        raise SettingsError(f"--admin-file {file}: its first line is not login:password")
    return Administrator(login=login.strip(), password=SecretStr(password))


def readable_by_others(file: Path) -> bool:
    """Whether the file's rights show the password to other users of the machine; one that is not there shows none."""
    return file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH))
