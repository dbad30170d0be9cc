"""CPU and memory of processes, from /proc; CPU in ticks of 10 ms."""

import os
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """All descendants."""
    parents: dict[int, list[int]] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and (stat := _stat(int(each.name))):
            parents.setdefault(int(stat[1]), []).append(int(each.name))
    found, todo = list[int](), [pid]
    while todo:
        more = parents.get(todo.pop(), [])
        found += more
        todo += more
    return found


def command(pid: int) -> str:
    """Its command line; empty where it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def cpu(pid: int) -> float:
    """Seconds so far, of the process and of children it has waited for; 0 where it has gone."""
    return sum(map(int, _stat(pid)[11:15])) / TICK


def rss(pid: int) -> float:
    """Resident size, MB; 0 where it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True)
class Parts:
    """The processes of a system, by what they are."""

    pids: dict[str, int] = field(default_factory=dict)

    def cpu(self) -> dict[str, float]:
        """Seconds so far, by name."""
        return {name: cpu(pid) for name, pid in self.pids.items()}

    def rss(self) -> dict[str, float]:
        """MB, by name."""
        return {name: rss(pid) for name, pid in self.pids.items()}
