"""An error of the operating system in words: what it says, and its name and number, by which it can be looked up."""

import errno


def number(error: OSError) -> str:
    """Its name and number, as ENOSPC 28; nothing where it has none."""
    return "" if error.errno is None else f"{errno.errorcode.get(error.errno, 'errno')} {error.errno}"


def not_read(error: OSError | ValueError) -> str:
    """Why a file of text cannot be read."""
    return why(error) if isinstance(error, OSError) else "it is no UTF-8 text"


def why(error: OSError) -> str:
    """What it says, with its number; its type where it says nothing."""
    return ", ".join(filter(None, (error.strerror or type(error).__name__, number(error))))
