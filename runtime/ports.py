"""Whether a port can be listened on, and one that can."""

import socket
from contextlib import ExitStack


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there. 0, which lets the machine choose, always is."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(host: str, *wanted: int) -> list[int]:
    """The wanted ports, each replaced by another one where it is taken; 0: any. All differ."""
    with ExitStack() as held:
        return [_hold(host, port, held) for port in wanted]


def _hold(host: str, wanted: int, held: ExitStack) -> int:
    trial = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    trial.bind((host, wanted if is_free(host, wanted) else 0))
    port: int = trial.getsockname()[1]
    return port
