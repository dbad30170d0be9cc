"""Webhook records over HTTP: subscribe, list, read, change, delete (facts/espocrm.md §1.1; recordings wh-*)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.clock import Clock
from simulators.deliveries import Deliveries
from simulators.espocrm_answers import Refused, read_body
from simulators.espocrm_door import UserDoor
from simulators.espocrm_http import OTHER_TYPES
from simulators.espocrm_users import API, User
from simulators.espocrm_values import Attributes
from simulators.gate import Gate
from simulators.webhooks import Webhook

MOST = 50
EVENT = re.compile(r"(\w+)\.(create|update|delete|fieldUpdate\.\w+)")
IN_LISTS = ("id", "event", "url", "isActive", "skipOwn", "createdAt", "createdById")


@dataclass
class WebhookApi:
    """The handlers."""

    door: UserDoor
    deliveries: Deliveries
    clock: Clock

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
            event=self._checked(str(sent.get("event"))),
            url=str(sent.get("url")),
            owner=user,
            skip_own=sent.get("skipOwn") is True,
            active=sent.get("isActive") is not False,
            created_at=f"{self.clock.now():%Y-%m-%d %H:%M:%S}",
        )
        self.deliveries.webhooks.append(webhook)
        shown = _shown(webhook)
        del shown["modifiedById"]  # never set, so not in the answer to a create
        return JSONResponse(shown, 201)

    def _checked(self, event: str) -> str:
        match = EVENT.fullmatch(event)
        if match is None:
            raise Refused(403, "Not supported event.")
        if match[1] in OTHER_TYPES:
            raise Refused(403, "Entity type is forbidden.")
        if match[1] != self.door.entity_type:
            raise Refused(403, "Entity type is not available for Webhooks.")
        return event

    def _list(self, user: User, request: Request, _: bytes) -> Response:
        self._allowed(user, "read")
        names = parse_qs(request.url.query).get("select", [",".join(IN_LISTS)])[0].split(",")
        picked = {*names, "id", "createdAt", "createdById"}
        rows = [{k: v for k, v in _shown(webhook).items() if k in picked} for webhook in self._own(user)]
        return JSONResponse({"total": len(rows), "list": rows})

    def _read(self, user: User, request: Request, _: bytes) -> Response:
        return JSONResponse(_shown(self._one(user, request)))

    def _change(self, user: User, request: Request, raw: bytes) -> Response:
        """The event cannot be changed; such a wish is ignored (wh-16)."""
        webhook = self._one(user, request)
        sent = read_body(request, raw)
        webhook.url = str(sent.get("url", webhook.url))
        webhook.active = sent.get("isActive", webhook.active) is True
        webhook.skip_own = sent.get("skipOwn", webhook.skip_own) is True
        return JSONResponse(_shown(webhook))

    def _delete(self, user: User, request: Request, _: bytes) -> Response:
        self.deliveries.forget(self._one(user, request))
        return JSONResponse(True)


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
