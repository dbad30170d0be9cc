"""Whether a port can be listened on, and one that can."""

import errno
import socket
from contextlib import ExitStack

from runtime.system_errors import why

OURS = "give an address of this machine, 127.0.0.1 for itself alone or 0.0.0.0 for all"
WHY = {
    errno.EADDRINUSE: "it is taken; free it or set another",
    errno.EADDRNOTAVAIL: f"that is no address of this machine; {OURS}",
    errno.EACCES: "only the administrator may open it; set one from 1024 on",
}


def trouble(host: str, port: int) -> str:
    """Why nobody can listen there, and what to do; nothing where one can. 0 lets the machine choose."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except socket.gaierror:
            return f"no such name is known here; {OURS}"
        except OSError as error:
            return WHY.get(error.errno or 0, f"it cannot be opened ({why(error)})")
        return ""


def is_free(host: str, port: int) -> bool:
    """Whether one can listen there."""
    return not trouble(host, port)


def free_ports(host: str, *wanted: int) -> list[int]:
    """The wanted ports, each replaced by another one where it is taken; 0: any. All differ."""
    with ExitStack() as held:
        return [_hold(host, port, held) for port in wanted]


def _hold(host: str, wanted: int, held: ExitStack) -> int:
    trial = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    trial.bind((host, wanted if is_free(host, wanted) else 0))
    port: int = trial.getsockname()[1]
    return port
