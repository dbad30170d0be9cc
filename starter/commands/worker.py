"""`worker`: the process that syncs; any number of them may run."""

import os
import sys

EXAMPLE = "beteiligte-sync worker"


def command() -> None:
    """Run one worker until SIGTERM, which drains it. Exit: 0 drained, 2 settings, 3 no Temporal."""
    # Becomes the worker instead of importing it: what asks for syncs never holds what does them.
    os.execv(sys.executable, [sys.executable, "-m", "worker"])
