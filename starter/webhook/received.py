"""What became of deliveries: when the last good one came, how many were refused since, and why.

EspoCRM repeats a refusal for half an hour at most and then gives up, telling nobody (facts/espocrm.md §1.6), so a wrong
secret would else be silent for ever.
Kept in a small file beside the engine's state, one for each webhook service, so that `status` sees it also after a
restart and while the service or Temporal is away. It holds kinds, reasons, numbers and times: nothing that was sent.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from opentelemetry import metrics
from pydantic import ValidationError

from beteiligte.frozen import Frozen
from runtime.state_file import PRIVATE
from runtime.system_errors import why

log = logging.getLogger(__name__)
_refused = metrics.get_meter("beteiligte").create_counter("beteiligte.webhook.refused", description="By reason")
_last = metrics.get_meter("beteiligte").create_gauge(
    "beteiligte.webhook.last_delivery_timestamp_seconds", description="When the last good delivery came"
)

OTHER = "other"
"""The kind of a delivery to an address that is none of ours."""
PREFIX = "deliveries-"
WRITE_EVERY = 1.0
"""Seconds: whoever floods the service costs one small file a second."""
SAY_EVERY = timedelta(minutes=1)
"""Between two lines of the log about one kind and reason."""
REMEMBER = timedelta(days=1)
"""What was refused before the last good delivery: of two webhooks of a kind the good one must not hide the other."""


class RefusalReason(StrEnum):
    """Reasons for a refusal."""

    UNSIGNED = "unsigned"
    UNKNOWN_WEBHOOK = "unknown_webhook"
    SIGNATURE = "signature"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    SLOW = "slow"
    NO_ROOM = "no_room"
    BROKE_OFF = "broke_off"
    BODY = "body"
    NO_PARTY = "no_party"
    ELEMENT = "element"
    """Of a delivery that was taken otherwise."""
    ADDRESS = "address"
    NOT_STORED = "not_stored"

    @property
    def remedy(self) -> str:
        """What it is, and what to do."""
        return REMEDIES[self]


REMEDIES: Mapping[RefusalReason, str] = {
    RefusalReason.UNSIGNED: "they carry no signature; who else sends there?",
    RefusalReason.UNKNOWN_WEBHOOK: "their webhook is none of WEBHOOK_SECRETS: was it made anew in EspoCRM?",
    RefusalReason.SIGNATURE: "the secret of their webhook in WEBHOOK_SECRETS is another one than EspoCRM's",
    RefusalReason.CONTENT_TYPE: "they are no JSON by their content type; who else sends there?",
    RefusalReason.TOO_LARGE: "they are larger than WEBHOOK_MAX_BODY, or of more elements than are read at once",
    RefusalReason.SLOW: "they took longer than WEBHOOK_BODY_WITHIN; look at the network or the proxy between",
    RefusalReason.NO_ROOM: "too many large ones came at once (WEBHOOK_MAX_IN_FLIGHT); EspoCRM sends them again",
    RefusalReason.BROKE_OFF: "they broke off; look at the network or the proxy between",
    RefusalReason.BODY: "their body is no JSON",
    RefusalReason.NO_PARTY: "no element of theirs names a record",
    RefusalReason.ELEMENT: "single elements named no record; the others were taken",
    RefusalReason.ADDRESS: "the address ends neither in create nor in update nor in delete",
    RefusalReason.NOT_STORED: "Temporal did not store them in time; EspoCRM sends them again",
}


class RefusalCount(Frozen):
    """Refusals for one reason."""

    number: int
    first: datetime
    last: datetime


class ReceivedOfKind(Frozen):
    """Deliveries of one kind of event."""

    last_good: datetime | None = None
    good: int = 0
    refused: dict[RefusalReason, RefusalCount] = {}
    """Since the last good one."""
    before: dict[RefusalReason, RefusalCount] = {}
    """Before it, and not long ago."""


class Received(Frozen):
    """All kinds."""

    since: datetime
    kinds: dict[str, ReceivedOfKind] = {}

    def of(self, kind: str) -> ReceivedOfKind:
        """Those of one kind."""
        return self.kinds.get(kind, ReceivedOfKind())

    def taken(self, kind: str, at: datetime) -> "Received":
        """After a good one."""
        was = self.of(kind)
        before = _joined([was.before, was.refused])
        recent = {why: refused for why, refused in before.items() if at - refused.last < REMEMBER}
        return self._with(kind, ReceivedOfKind(last_good=at, good=was.good + 1, before=recent))

    def refused(self, kind: str, why: RefusalReason, at: datetime, number: int = 1) -> "Received":
        """After one that was refused, or elements of one."""
        before = self.of(kind)
        known = before.refused.get(why, RefusalCount(number=0, first=at, last=at))
        counted = RefusalCount(number=known.number + number, first=known.first, last=at)
        return self._with(kind, before.but(refused={**before.refused, why: counted}))

    def _with(self, kind: str, now: ReceivedOfKind) -> "Received":
        return self.but(kinds={**self.kinds, kind: now})


def path(folder: Path, port: int) -> Path:
    """Where the service at this port keeps it."""
    return folder / f"{PREFIX}{port}.json"


def known(folder: Path) -> Received | None:
    """What the webhook services of this machine kept, together; None: there was none yet."""
    found = [one for file in sorted(folder.glob(f"{PREFIX}*.json")) if (one := _read(file))]
    return _together(found) if found else None


def _read(file: Path) -> Received | None:
    try:
        return Received.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None


def _together(found: Iterable[Received]) -> Received:
    services = list(found)
    kinds = {kind: [one.of(kind) for one in services] for one in services for kind in one.kinds}
    return Received(since=min(one.since for one in services), kinds={kind: _sum(of) for kind, of in kinds.items()})


def _sum(services: list[ReceivedOfKind]) -> ReceivedOfKind:
    return ReceivedOfKind(
        last_good=max((one.last_good for one in services if one.last_good), default=None),
        good=sum(one.good for one in services),
        refused=_joined([one.refused for one in services]),
        before=_joined([one.before for one in services]),
    )


def _joined(counts: list[dict[RefusalReason, RefusalCount]]) -> dict[RefusalReason, RefusalCount]:
    """By reason, what was counted in several places."""
    reasons = {why: [one[why] for one in counts if why in one] for why in RefusalReason}
    return {why: _all(of_it) for why, of_it in reasons.items() if of_it}


def _all(counts: list[RefusalCount]) -> RefusalCount:
    return RefusalCount(
        number=sum(one.number for one in counts),
        first=min(one.first for one in counts),
        last=max(one.last for one in counts),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _measure_last(kind: str, of_it: ReceivedOfKind) -> None:
    """Also after a restart, which is no silence of EspoCRM."""
    if of_it.last_good:
        _last.set(of_it.last_good.timestamp(), {"action": kind})


class DeliveryTrail:
    """Keeps what comes, counts it, and says refusals in the log: each at once, a flood once a minute."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], datetime] = _now) -> None:
        """Go on with what the file holds; none: it is kept as long as this lives."""
        self._file = file
        self._clock = clock
        self._received = (_read(file) if file else None) or Received(since=clock())
        self._writing: asyncio.TimerHandle | None = None
        self._said: dict[tuple[str, RefusalReason], datetime] = {}
        self._unsaid: dict[tuple[str, RefusalReason], int] = {}
        self._unwritable = False
        for kind, of_it in self._received.kinds.items():
            _measure_last(kind, of_it)

    @property
    def received(self) -> Received:
        """As it stands."""
        return self._received

    def taken(self, kind: str, *, odd_elements: int = 0) -> None:
        """A good delivery came."""
        self._received = self._received.taken(kind, self._clock())
        _measure_last(kind, self._received.of(kind))
        if odd_elements:
            self.refused(kind, RefusalReason.ELEMENT, odd_elements)
        self._keep()

    def refused(self, kind: str, why: RefusalReason, number: int = 1) -> None:
        """One was refused."""
        self._received = self._received.refused(kind, why, self._clock(), number)
        _refused.add(number, {"action": kind, "reason": why.value})
        self._say(kind, why)
        self._keep()

    def _say(self, kind: str, why: RefusalReason) -> None:
        now, about = self._clock(), (kind, why)
        if about in self._said and now - self._said[about] < SAY_EVERY:
            self._unsaid[about] = self._unsaid.get(about, 0) + 1
            return
        more = self._unsaid.pop(about, 0)
        self._said[about] = now
        beside = f", and {more} since the last such line" if more else ""
        log.warning("%s: a delivery was refused (%s%s): %s", kind, why, beside, why.remedy)

    def _keep(self) -> None:
        """Write soon; a flood is written once a second."""
        if self._file is not None and self._writing is None:
            self._writing = asyncio.get_running_loop().call_later(WRITE_EVERY, self.write)

    def write(self) -> None:
        """Write now. A folder that cannot be written costs no delivery."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        if self._file is None:
            return
        beside = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.touch(mode=PRIVATE)
            beside.write_text(self._received.model_dump_json(), encoding="utf-8")
            beside.replace(self._file)
            self._unwritable = False
        except OSError as error:
            if not self._unwritable:
                log.warning("%s cannot be written (%s): `status` knows of no deliveries", self._file, why(error))
            self._unwritable = True
