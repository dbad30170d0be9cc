"""EspoCRM's subscriptions, and one delivery: how it is written, signed and sent (facts/espocrm.md §1.1 to §1.3)."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from simulators.calls import Calls
from simulators.clock import Clock
from simulators.espocrm_users import User, new_id

NO_ANSWER = 0
"""Instead of a status: no connection, or none within the time."""
PUT_OFF = -1
"""Instead of a status: not sent in this run."""


@dataclass(kw_only=True)
class Webhook:
    """One subscription; `event` is `<Type>.create`, `.update`, `.delete` or `.fieldUpdate.<field>`."""

    event: str
    url: str
    owner: User
    skip_own: bool = False
    active: bool = True
    id: str = field(default_factory=new_id)
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    created_at: str = ""

    @property
    def kind(self) -> str:
        """create, update, delete or fieldUpdate."""
        return self.event.split(".")[1]

    @property
    def watched(self) -> str | None:
        """The field of a fieldUpdate."""
        return self.event.split(".")[2] if self.kind == "fieldUpdate" else None

    def signed(self, body: bytes) -> dict[str, str]:
        """Both signatures, as recorded in whd-*."""
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256)
        new = base64.b64encode(f"{self.id}:{digest.hexdigest()}".encode()).decode()
        legacy = base64.b64encode(self.id.encode() + b":" + digest.digest()).decode()
        return {"Signature": new, "X-Signature": legacy}


def encode(batch: Sequence[dict[str, object]]) -> bytes:
    """As PHP's json_encode writes it: no spaces, ASCII only, escaped slashes (recording whd-12)."""
    return json.dumps(list(batch), separators=(",", ":")).replace("/", "\\/").encode()


@dataclass(kw_only=True)
class SentDelivery:
    """One POST on its way. A fault may change it, send it twice, or not at all."""

    webhook: Webhook
    events: list[dict[str, object]]
    http: httpx.AsyncClient
    calls: Calls
    clock: Clock
    fault: str | None = None

    @property
    def name(self) -> str:
        """How it stands in the log of calls, e.g. delivery.update."""
        return f"delivery.{self.webhook.kind}"

    @property
    def party(self) -> str:
        """The first record in it."""
        return str(self.events[0]["id"])

    async def send(self) -> int:
        """POST it; the receiver's status."""
        body = encode(self.events)
        headers = {"Content-Type": "application/json", **self.webhook.signed(body)}
        call = self.calls.open(self.name, "POST", self.webhook.url, self.clock.now(), self.party)
        call.fault = self.fault
        status = NO_ANSWER
        try:
            status = (await self.http.post(self.webhook.url, content=body, headers=headers)).status_code
        except (httpx.TransportError, httpx.InvalidURL):
            pass  # also an address that is none is tried again (recording whd-30)
        finally:
            self.calls.close(call, status or None)
        return status
