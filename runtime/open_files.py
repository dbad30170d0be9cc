"""How many files, and so connections, this process may hold open; Windows has no such limit."""

import sys

if sys.platform != "win32":
    import resource

ENOUGH = 8_192
"""For thousands of connections that wait to be taken while a few hundred are held."""


def allowed_open_files() -> int:
    """As many as it may have, after having asked for enough."""
    if sys.platform == "win32":
        return ENOUGH
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < ENOUGH:
        soft = ENOUGH if hard == unlimited else min(hard, ENOUGH)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return ENOUGH if soft == unlimited else soft
