"""EspoCRM's webhook queue: events become signed POSTs of up to 50 (facts/espocrm.md §1).

One URL per kind of event. Delivered when asked to (`flush`) or by `run` every so often. Not done: the ten-minute retry
and its limit (a failed batch stays queued and is sent again at the next flush), the portion size per run.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field

import httpx

BATCH = 50
DONE = range(200, 300)


@dataclass
class Webhook:
    """One subscription."""

    kind: str
    url: str
    skip_own: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(9)[:17])
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    waiting: list[dict[str, object]] = field(default_factory=list)

    def signed(self, body: bytes) -> dict[str, str]:
        """Both signatures, as recorded in whd-*."""
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256)
        new = base64.b64encode(f"{self.id}:{digest.hexdigest()}".encode()).decode()
        legacy = base64.b64encode(self.id.encode() + b":" + digest.digest()).decode()
        return {"Signature": new, "X-Signature": legacy}


def encode(batch: list[dict[str, object]]) -> bytes:
    """As PHP's json_encode writes it: no spaces, ASCII only, escaped slashes (recording whd-12)."""
    return json.dumps(batch, separators=(",", ":")).replace("/", "\\/").encode()


class Deliveries:
    """The queue and its webhooks."""

    def __init__(self) -> None:
        """Nobody has subscribed."""
        self.webhooks: list[Webhook] = []
        self.own_user = "integration"
        self.answers: list[int] = []

    def subscribe(self, url: str, *, skip_own: bool = False) -> dict[str, str]:
        """One webhook per kind at `url`/<kind>; their ids and secrets."""
        self.webhooks = [Webhook(kind, f"{url}/{kind}", skip_own) for kind in ("create", "update", "delete")]
        return {webhook.id: webhook.secret for webhook in self.webhooks}

    def queue(self, kind: str, user: str, event: dict[str, object]) -> None:
        """An event for the webhooks of that kind."""
        for webhook in self.webhooks:
            if webhook.kind == kind and not (webhook.skip_own and user == self.own_user):
                webhook.waiting.append(event)

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not any(webhook.waiting for webhook in self.webhooks)

    async def flush(self) -> list[int]:
        """Deliver what waits, one POST per webhook and 50 events; the statuses that came back."""
        statuses = []
        async with httpx.AsyncClient(timeout=10) as http:
            for webhook in self.webhooks:
                while batch := webhook.waiting[:BATCH]:
                    status = await self._post(http, webhook, batch)
                    statuses.append(status)
                    if status not in DONE:
                        break
                    del webhook.waiting[: len(batch)]
        self.answers += statuses
        return statuses

    async def _post(self, http: httpx.AsyncClient, webhook: Webhook, batch: list[dict[str, object]]) -> int:
        body = encode(batch)
        headers = {"Content-Type": "application/json", **webhook.signed(body)}
        try:
            return (await http.post(webhook.url, content=body, headers=headers)).status_code
        except httpx.TransportError:
            return 0

    async def run(self, every: float) -> None:
        """Deliver again and again until cancelled."""
        while True:
            await self.flush()
            await asyncio.sleep(every)
