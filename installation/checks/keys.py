"""The key file: it is there, its owner's alone, loads, and what it encrypts can be read back."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from temporalio.api.common.v1 import Payload

from installation.check import Area, Check, Verdict
from runtime import first_key
from runtime.codec import EncryptingCodec, Unreadable
from runtime.key_file import BadKeys, KeyRing, load
from runtime.settings import TemporalSettings

FILE = "key file"
SOMETHING = Payload(data=b"something to read back")


async def checks(settings: TemporalSettings) -> list[Check]:
    """Look at the file alone; what Temporal holds is asked of Temporal (starter/views/)."""
    path = settings.keys.absolute()
    if not settings.encrypt:
        seen = "TEMPORAL_ENCRYPT=false: what Temporal keeps of clients is in clear"
        return [_check("encryption", Verdict.WARNING, seen, "TEMPORAL_ENCRYPT=true")]
    if lost := await asyncio.to_thread(first_key.refusal, settings):
        return [_check(FILE, Verdict.WRONG, lost.partition(". ")[0], first_key.remedy(settings))]
    if not path.exists():
        seen = f"there is none at {path}: what Temporal keeps of clients is in clear"
        remedy = "make up   # makes one; elsewhere: beteiligte-sync keys add, then keys use"
        return [_check(FILE, Verdict.WARNING, seen, remedy)]
    try:
        ring = load(path)
    except BadKeys as bad:
        return [_check(FILE, Verdict.WRONG, str(bad), f"put the copy of {path.name} back that was kept"), *_mode(path)]
    assert ring is not None
    return [_check(FILE, Verdict.OK, f"{path}: {', '.join(ring.ids)}"), *_mode(path), await _works(ring)]


def _check(name: str, verdict: Verdict, seen: str, remedy: str | None = None) -> Check:
    return Check(area=Area.KEYS, name=name, verdict=verdict, seen=seen, remedy=remedy)


def _mode(path: Path) -> Iterator[Check]:
    held = path.stat()
    mode = stat.S_IMODE(held.st_mode)
    name = "access to the key file"
    if read_by_others(mode, owner=held.st_uid, me=os.geteuid()):
        yield _check(name, Verdict.WRONG, f"mode {mode:o}: others on this machine can read it", f"chmod 600 {path}")
    else:
        yield _check(name, Verdict.OK, f"mode {mode:o}")


def read_by_others(mode: int, *, owner: int, me: int) -> bool:
    """Whether more can read it than must; of a file that was handed over, as by Kubernetes, the group is our way in."""
    return bool(mode & (0o077 if owner == me else 0o007))


async def _works(ring: KeyRing) -> Check:
    if ring.encrypts is None:
        remedy = f"beteiligte-sync keys use {ring.ids[0]}   # once every machine has the file"
        return _check(
            "key that encrypts", Verdict.WARNING, "all keys are only known: what is written is in clear", remedy
        )
    codec = EncryptingCodec(ring)
    try:
        async with asyncio.timeout(1):
            opened = await codec.decode(await codec.encode([SOMETHING]))
    except (Unreadable, TimeoutError) as error:
        opened, why = [], str(error)
    else:
        why = "what it encrypts is read back otherwise"
    if opened == [SOMETHING]:
        return _check("key that encrypts", Verdict.OK, ring.encrypts)
    return _check("key that encrypts", Verdict.WRONG, why, "put the copy of the key file back that was kept")
