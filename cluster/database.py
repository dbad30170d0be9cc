"""PostgreSQL as a part: made anew in a folder, with a password, on the loopback; and Temporal's tables in it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster.binaries import Binaries
from runtime.engine import HOST, listens
from runtime.supervisor import Part, PartFailed

NAME = "PostgreSQL"
SCHEMA = Path(__file__).parents[1] / "deploy/temporal/schema.sh"
STORES = ("temporal", "temporal_visibility")
"""Temporal's databases, as that script names them."""
OWNER = "temporal"
PLUGIN = "postgres12"
TIMES_OUT = 60


@dataclass(frozen=True)
class Database:
    """Where it is and how it is reached."""

    directory: Path
    port: int
    password: str

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """By which the server reaches it."""
        return {
            **environment,
            "DB": PLUGIN,
            "DB_PORT": str(self.port),
            "POSTGRES_SEEDS": HOST,
            "POSTGRES_USER": OWNER,
            "POSTGRES_PWD": self.password,
            **dict(zip(("DBNAME", "VISIBILITY_DBNAME"), STORES, strict=True)),
        }

    async def make(self, binaries: Binaries) -> None:
        """Make its files, for whoever will run it. Raises PartFailed."""
        self.directory.mkdir()
        secret = self.directory.with_name("postgresql.password")
        secret.write_text(self.password)
        if binaries.owner:
            for file in (self.directory, secret):
                os.chown(file, *binaries.owner)
        options = ("--pgdata", str(self.directory), "--username", OWNER, "--pwfile", str(secret))
        how = ("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions")
        await said((*binaries.as_user, binaries.initdb, *options, *how), {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        secret.unlink()

    def part(self, binaries: Binaries, environment: Mapping[str, str]) -> Part:
        """The process, which ends a transaction by its own word only once the disk has it."""

        async def ready() -> bool:
            return await listens(HOST, self.port)

        options = ("-D", str(self.directory), "-p", str(self.port), "-k", str(self.directory), "-h", HOST)
        return Part(
            name=NAME,
            command=(*binaries.as_user, binaries.postgres, *options),
            environment={name: value for name, value in environment.items() if not name.startswith("PG")},
            ready=ready,
            aside=True,
        )

    async def fill(self, binaries: Binaries) -> None:
        """Make Temporal's databases and tables, by the script of a deployment. Raises PartFailed."""
        told = {"SQL_HOST": HOST, "SQL_PORT": str(self.port), "SQL_USER": OWNER, "SQL_PASSWORD": self.password}
        await said(("/bin/sh", str(SCHEMA)), {**told, "PATH": f"{binaries.temporal}{os.pathsep}{os.defpath}"})


async def said(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a command prints. Raises PartFailed with its last words."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), TIMES_OUT)
    if process.returncode != 0:
        last = " ".join(out.decode(errors="replace").split("\n")[-4:])
        raise PartFailed(f"{Path(command[0]).name} ended with exit code {process.returncode}: {last}")
    return out.decode()
