"""Webhook records over HTTP: subscribe, list, read, change, delete (facts/espocrm.md §1.1; recordings wh-*)."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.clock import Clock
from simulators.deliveries import Deliveries
from simulators.espocrm_answers import Refused, invalid, read_body
from simulators.espocrm_door import UserDoor
from simulators.espocrm_http import OTHER_TYPES
from simulators.espocrm_records import Records
from simulators.espocrm_types import Installation
from simulators.espocrm_users import API, User
from simulators.espocrm_values import Attributes, Invalid
from simulators.gate import Gate
from simulators.webhooks import Webhook

MOST = 50
SKIP_OWN_SINCE = (9, 2)
PRIVATE_REFUSED_SINCE = (9, 3, 2)
EVENT = re.compile(r"(\w+)\.(create|update|delete|fieldUpdate\.\w+)")
IN_LISTS = ("id", "event", "url", "isActive", "skipOwn", "createdAt", "createdById")


@dataclass
class WebhookApi:
    """The handlers."""

    door: UserDoor
    deliveries: Deliveries
    clock: Clock
    records: Records
    installation: Installation

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """Both paths."""
        opens = self.door.opens
        return [
            gate.route(
                f"{API}/Webhook",
                {"GET": ("espocrm.webhook", opens(self._list)), "POST": ("espocrm.webhook", opens(self._subscribe))},
            ),
            gate.route(
                f"{API}/Webhook/{{id}}",
                {
                    "GET": ("espocrm.webhook", opens(self._read)),
                    "PUT": ("espocrm.webhook", opens(self._change)),
                    "DELETE": ("espocrm.webhook", opens(self._delete)),
                },
            ),
        ]

    def _allowed(self, user: User, access: str) -> None:
        if user.kind == "regular":
            raise Refused(403, "No access to 'Webhook'.")
        if not user.role.webhooks:
            raise Refused(403, f"No {access} access.")

    def _own(self, user: User) -> list[Webhook]:
        """Newest first; an administrator sees all."""
        return [w for w in reversed(self.deliveries.webhooks) if w.owner is user or user.kind == "admin"]

    def _one(self, user: User, request: Request) -> Webhook:
        self._allowed(user, "read")
        wanted = request.path_params["id"]
        found = next((webhook for webhook in self._own(user) if webhook.id == wanted), None)
        if found is None:
            raise Refused(404, f"Record {wanted} does not exist.")
        return found

    def _subscribe(self, user: User, request: Request, raw: bytes) -> Response:
        """201, the exception among the creates; the same event and address may be subscribed again (wh-05)."""
        self._allowed(user, "create")
        sent = read_body(request, raw)
        if len(self._own(user)) >= MOST and user.kind == "api":
            raise Refused(403, f"Webhook max count exceeded ({MOST}).")
        webhook = Webhook(
            event=self._checked(user, str(sent.get("event"))),
            url=self._delivered(str(sent.get("url"))),
            owner=user,
            skip_own=self._skips_own and sent.get("skipOwn") is True,
            active=sent.get("isActive") is not False,
            created_at=f"{self.clock.now():%Y-%m-%d %H:%M:%S}",
        )
        self.deliveries.webhooks.append(webhook)
        shown = self._shown(webhook)
        del shown["modifiedById"]  # never set, so not in the answer to a create
        return JSONResponse(shown, 201)

    def _checked(self, user: User, event: str) -> str:
        """What may be subscribed to (wh-08, wh-09); an administrator may read everything."""
        match = EVENT.fullmatch(event)
        if match is None:
            raise Refused(403, "Not supported event.")
        ours = match[1] == self.door.entity_type and self.records.type.made
        if match[1] in OTHER_TYPES or (ours and not user.role.scope and user.kind != "admin"):
            raise Refused(403, "Entity type is forbidden.")
        if not ours:
            raise Refused(403, "Entity type is not available for Webhooks.")
        return event

    def _delivered(self, url: str) -> str:
        """From 9.3.2 on no private address that is not allowed; a name counts as public here (facts §1.1)."""
        parts = urlsplit(url)
        allowed = self.installation.config.get("webhookAllowedAddressList")
        listed = isinstance(allowed, list) and parts.netloc in allowed
        if self.installation.numbers >= PRIVATE_REFUSED_SINCE and _is_private(parts.hostname or "") and not listed:
            raise invalid("Webhook", Invalid("url", "notInternal"))
        return url

    @property
    def _skips_own(self) -> bool:
        """Older versions ignore the wish and show no such attribute."""
        return self.installation.numbers >= SKIP_OWN_SINCE

    def _shown(self, webhook: Webhook) -> Attributes:
        shown = _shown(webhook)
        return shown if self._skips_own else {name: value for name, value in shown.items() if name != "skipOwn"}

    def _list(self, user: User, request: Request, _: bytes) -> Response:
        self._allowed(user, "read")
        names = parse_qs(request.url.query).get("select", [",".join(IN_LISTS)])[0].split(",")
        picked = {*names, "id", "createdAt", "createdById"}
        rows = [{k: v for k, v in self._shown(webhook).items() if k in picked} for webhook in self._own(user)]
        return JSONResponse({"total": len(rows), "list": rows})

    def _read(self, user: User, request: Request, _: bytes) -> Response:
        return JSONResponse(self._shown(self._one(user, request)))

    def _change(self, user: User, request: Request, raw: bytes) -> Response:
        """The event cannot be changed; such a wish is ignored (wh-16)."""
        webhook = self._one(user, request)
        sent = read_body(request, raw)
        webhook.url = self._delivered(str(sent["url"])) if "url" in sent else webhook.url
        webhook.active = sent.get("isActive", webhook.active) is True
        webhook.skip_own = self._skips_own and sent.get("skipOwn", webhook.skip_own) is True
        return JSONResponse(self._shown(webhook))

    def _delete(self, user: User, request: Request, _: bytes) -> Response:
        self.deliveries.forget(self._one(user, request))
        return JSONResponse(True)


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def _shown(webhook: Webhook) -> Attributes:
    """As the owner reads it: the secret, too (recording wh-03)."""
    return {
        "id": webhook.id,
        "deleted": False,
        "event": webhook.event,
        "url": webhook.url,
        "isActive": webhook.active,
        "entityType": webhook.event.split(".")[0],
        "type": webhook.kind,
        "field": webhook.watched,
        "secretKey": webhook.secret,
        "skipOwn": webhook.skip_own,
        "createdAt": webhook.created_at,
        "modifiedAt": webhook.created_at,
        "createdById": webhook.owner.id,
        "createdByName": webhook.owner.name,
        "modifiedById": None,
        "modifiedByName": None,
    }
