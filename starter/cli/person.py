"""Who gives a command."""

import getpass


def name(given: str = "") -> str:
    """As given, or the user of this process; an account without a name (a container's) has none."""
    try:
        return given or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
