"""Runs a command that never outlives its starter: `python -I -S die_with_parent.py <pid of the starter> <command> …`.

On Linux the kernel sends the command SIGTERM when the starter dies, however it dies; without that a Temporal server
whose starter was killed keeps its port and its file (temporal.md §1). Set here, between fork and exec, and not by
subprocess' preexec_fn, since that would run Python in a fork of a process with foreign threads. Elsewhere it only runs
the command. Nor does it leave a core dump of the command (core_dumps.py, which cannot be imported here). Standard
library only: this file is started as a script.
"""

import ctypes
import os
import signal
import sys

if sys.platform == "linux":
    import resource

PR_SET_PDEATHSIG = 1


def main(starter: int, command: list[str]) -> None:
    """Become the command. Exit code 143 when the starter is already gone."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != starter:
            sys.exit(128 + signal.SIGTERM)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
