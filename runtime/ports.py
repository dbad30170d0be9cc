"""Whether a port can be listened on, and one that can."""

import errno
import random
import socket
from contextlib import ExitStack

from runtime.system_errors import why

OURS = "give an address of this machine, 127.0.0.1 for itself alone or 0.0.0.0 for all"
WHY = {
    errno.EADDRINUSE: "it is taken; free it or set another",
    errno.EADDRNOTAVAIL: f"that is no address of this machine; {OURS}",
    errno.EACCES: "only the administrator may open it; set one from 1024 on",
}

NOBODY_S = range(20_000, 32_768)
"""Below those that systems lend to outgoing connections: one of those could be lent before it is used."""


class CannotListen(Exception):
    """By which setting, where, why and what to do.

    No wrong setting, after which nobody starts a part again: the port may be free, the address up, a moment later.
    """


def listenable(name: str, host: str, port: int) -> None:
    """Whether one can listen there, as this setting says. Raises CannotListen."""
    if why := trouble(host, port):
        raise CannotListen(f"{name}: {port} on {host}: {why}")


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


def free_port(host: str) -> int:
    """Any one."""
    [port] = free_ports(host, 0)
    return port


def _hold(host: str, wanted: int, held: ExitStack) -> int:
    trial = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    port = wanted
    while not (port and is_free(host, port)):
        port = random.choice(NOBODY_S)
    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    trial.bind((host, port))
    trial.listen()  # only then is it taken for who also sets SO_REUSEADDR
    return port
