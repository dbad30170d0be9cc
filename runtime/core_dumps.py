"""No core dump: a process that crashes would write its memory, with passwords and clients' values, into a file.

The soft limit alone, so that whoever has to look at a crash can raise it for one process (`prlimit --core`). What takes
dumps in the kernel's stead (systemd-coredump, apport) goes by the same limit.
"""

import sys

if sys.platform != "win32":
    import resource


def leave_none() -> None:
    """Of this process, and of those that it starts."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
