"""The workers: somebody works, each answers, and all of them agree about keys, version and whether anything is written.

A worker that hangs takes work from the queue and does nothing with it; one without a key that another encrypts with
stands still at the first run that the other wrote. Neither shows anywhere else before parties wait.
"""

from collections.abc import Iterable, Iterator, Sequence

from temporalio.client import Client

from beteiligte.frozen import Frozen
from contracts.worker_card import WorkerCard
from installation.check import Area, Check, Verdict
from runtime import settings as s
from runtime.key_file import KeyRing, others
from runtime.loading import Loaded
from runtime.version import version
from starter.views import crew
from starter.views.checks.check import fine, found, warning, wrong
from starter.views.crew import AskedWorker, Standing

SKEW = 60
"""Seconds by which a machine's clock may differ from Temporal's: freshness of reads goes by both."""


async def checks(client: Client, loaded: Loaded, ring: KeyRing | None) -> Sequence[Check]:
    """Judge those that Temporal lists, and those of this machine. Raises RPCError."""
    temporal = loaded[s.TemporalSettings]
    here = Here(
        task_queue=temporal.task_queue,
        processes=loaded[s.WorkerSettings].processes if s.WorkerSettings in loaded else 1,
        observe=loaded[s.SyncSettings].observe if s.SyncSettings in loaded else None,
        encrypts=ring.encrypts if ring else None,
        keys=ring.ids if ring else (),
        marks=ring.marks if ring else (),
    )
    return judged(await crew.look(client, temporal.task_queue), here)


class Here(Frozen):
    """What the settings of this machine say."""

    task_queue: str
    processes: int = 1
    observe: bool | None = None
    """None: that setting is wrong."""
    encrypts: str | None = None
    keys: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def judged(seen: Sequence[AskedWorker], here: Here) -> list[Check]:
    """One check each, then what is wrong between them."""
    cards = [worker.card for worker in seen if worker.card]
    return [*_each(seen), *_number(seen, here), *_keys(cards, here), *_alike(cards, here)]


def _each(seen: Iterable[AskedWorker]) -> Iterator[Check]:
    for worker in seen:
        yield _standing(worker)
        if worker.card and worker.taken and abs((worker.card.said - worker.taken).total_seconds()) > SKEW:
            late = (worker.card.said - worker.taken).total_seconds()
            clock = f"its clock differs from Temporal's by {late:+.0f} s"
            yield warning(f"clock of {worker.identity}", clock, "set both clocks by NTP (timedatectl set-ntp true)")


def _standing(worker: AskedWorker) -> Check:
    name = f"worker {worker.identity}"
    match worker.standing:
        case Standing.ANSWERS:
            assert worker.card is not None
            return fine(name, f"answers; version {worker.card.version}, since {_since(worker)}")
        case Standing.STOPPED:
            return wrong(name, "its process is stopped by a signal", f"kill -CONT {worker.here}")
        case Standing.SILENT if worker.here is not None:
            seen = f"it hangs: the process lives, and gives no answer within {crew.ANSWERS_WITHIN.total_seconds():g} s"
            return wrong(name, seen, f"kill -9 {worker.here}   # `up` starts another; nothing is lost")
        case Standing.SILENT:
            seen = f"no answer within {crew.ANSWERS_WITHIN.total_seconds():g} s: it hangs, or was killed a moment ago"
            return wrong(name, seen, f"on its machine: kill -9 {worker.identity.partition('@')[0]}, and start it again")
        case _:
            return found(name, Verdict.UNKNOWN, "it is an older version, which cannot be asked alone", "start it again")


def _since(worker: AskedWorker) -> str:
    return f"{worker.taken.astimezone():%Y-%m-%d %H:%M}" if worker.taken else "?"


def _number(seen: Sequence[AskedWorker], here: Here) -> Iterator[Check]:
    """None: nothing is synced. More or fewer than set: the calls of a second are divided wrongly."""
    working = [worker for worker in seen if worker.standing in (Standing.ANSWERS, Standing.UNKNOWN)]
    name, queue = "workers", f"on task queue {here.task_queue}"
    if not working:
        start = "make up   # or: beteiligte-sync worker; is TEMPORAL_TASK_QUEUE right?"
        yield wrong(name, f"none answers {queue}", "mend the one above, or start another" if seen else start)
    elif len(working) > here.processes:
        remedy = f"WORKER_PROCESSES={len(working)}   # for all of them, if they are to stay"
        yield warning(name, f"{len(working)} work {queue}, and WORKER_PROCESSES is {here.processes}", remedy)
    elif len(working) < here.processes:
        seen_text = f"{len(working)} of WORKER_PROCESSES={here.processes} {queue}: calls of a second stay unused"
        yield warning(name, seen_text, f"start the others, or WORKER_PROCESSES={len(working)}")
    else:
        yield fine(name, f"{len(working)} {queue}")


def _keys(cards: Sequence[WorkerCard], here: Here) -> Iterator[Check]:
    """Whatever one encrypts with, all must be able to read; what is only distributed is on its way."""
    in_use = {card.encrypts for card in cards if card.encrypts} | ({here.encrypts} if here.encrypts else set())
    everywhere = in_use | set(here.keys) | {key for card in cards for key in card.keys}
    lacking = [(card.identity, in_use - set(card.keys), everywhere - set(card.keys)) for card in cards]
    of_another: set[str] = set()
    yield from _lacks("this machine", in_use - set(here.keys), everywhere - set(here.keys))
    for identity, of_use, of_all in lacking:
        yield from _lacks(f"worker {identity}", of_use, of_all)
    for card in cards:
        against = {
            key for marks in (here.marks, *(other.marks for other in cards)) for key in others(marks, card.marks)
        }
        yield from _another(f"worker {card.identity}", against)
        of_another |= against
    if cards and not of_another and not any(of_all for _, _, of_all in lacking):
        yield _key("keys of the workers", Verdict.OK, ", ".join(sorted(everywhere)) or "nothing is encrypted")


def _lacks(who: str, of_use: set[str], of_all: set[str]) -> Iterator[Check]:
    if of_use:
        seen = f"lacks {', '.join(sorted(of_use))}, with which others encrypt: it cannot read what they write"
        yield _key(
            f"keys of {who}", Verdict.WRONG, seen, "copy the key file (TEMPORAL_KEYS) there; it is looked into again"
        )
    elif of_all:
        seen = f"lacks {', '.join(sorted(of_all))}, which others know: a key is on its way"
        yield _key(f"keys of {who}", Verdict.WARNING, seen, "copy the key file (TEMPORAL_KEYS) there before `keys use`")


def _another(who: str, ids: set[str]) -> Iterator[Check]:
    if ids:
        seen = f"has another key under the id {', '.join(sorted(ids))} than others have: neither reads what it writes"
        remedy = "copy one key file (TEMPORAL_KEYS) to all, the one that opens what Temporal keeps"
        yield _key(f"secrets of {who}", Verdict.WRONG, seen, remedy)


def _key(name: str, verdict: Verdict, seen: str, remedy: str | None = None) -> Check:
    return found(name, verdict, seen, remedy, area=Area.KEYS)


def _alike(cards: Sequence[WorkerCard], here: Here) -> Iterator[Check]:
    """One program on all machines: the same version, and all of them write or none does."""
    versions = {card.version for card in cards} | {version()}
    if cards and len(versions) > 1:
        seen = "; ".join((*(f"{card.identity} {card.version}" for card in cards), f"this command {version()}"))
        yield warning("versions", seen, "install the same version on every machine, and start it again")
    other = [card.identity for card in cards if here.observe is not None and card.observe is not here.observe]
    if other:
        seen = f"{', '.join(other)}: started with SYNC_OBSERVE={str(not here.observe).lower()}, otherwise than set here"
        yield wrong("observe mode of the workers", seen, "start the workers again with the settings of today")
