"""EspoCRM's answers as what was seen: whatever is missing or odd in one is not seen, and never breaks a check."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from beteiligte.faults import OddAnswer, System
from beteiligte.settle.bookkeeping import moment
from clients.http_call import HttpAnswer
from installation.checks.espocrm.seen import (
    AdministrationSeen,
    ApiUserSeen,
    EntityDefs,
    PartiesListed,
    TypeStanding,
    WebhookSeen,
)

Object = Mapping[str, JsonValue]


def of(answer: HttpAnswer) -> Object:
    """The object in an answer, empty where it is null. Raises OddAnswer where it is another thing."""
    parsed = answer.json(System.ESPOCRM)
    if not isinstance(parsed, dict | None):
        raise OddAnswer("EspoCRM's answer is no object", system=System.ESPOCRM)
    return parsed or {}


def rows(answer: HttpAnswer) -> list[Object]:
    """The rows of a list that have an id."""
    found = of(answer).get("list")
    return [row for row in found if isinstance(row, dict) and "id" in row] if isinstance(found, list) else []


def me(body: Object, entity_type: str) -> ApiUserSeen:
    """Of App/user (recording auth-12). Raises OddAnswer where it names nobody."""
    who, acl, settings = _inner(body, "user"), _inner(body, "acl"), _inner(body, "settings")
    if not isinstance(who.get("id"), str):
        raise OddAnswer("EspoCRM's answer to App/user names no user", system=System.ESPOCRM)
    levels = _inner(acl, "fieldTableQuickAccess", entity_type, "attributes")
    receivers = settings.get("webhookAllowedAddressList")
    return ApiUserSeen(
        id=str(who["id"]),
        login=_text(who, "userName"),
        type=_text(who, "type"),
        rights=_inner(acl, "table"),
        hidden=_names(_inner(levels, "read").get("no")),
        fixed=_names(_inner(levels, "edit").get("no")),
        messages=_text(acl, "messagePermission") or "no",
        version=_text(settings, "version"),
        most_rows=_number(settings, "recordListMaxSizeLimit"),
        events_at_once=_number(settings, "webhookQueueEventPortionSize"),
        allowed_receivers=tuple(sorted(_names(receivers))) if isinstance(receivers, list) else None,
    )


def listed(edited: Sequence[Object], created: Sequence[Object], me: ApiUserSeen) -> PartiesListed:
    """The newest edit and the newest record of others, of the newest of all."""
    edits = [row for row in edited if row.get("modifiedById") not in (None, me.id)]
    creates = [row for row in created if row.get("createdById") not in (None, me.id)]
    last_edit, last_create = _newest(edits, "modifiedAt"), _newest(creates, "createdAt")
    return PartiesListed(parties=TypeStanding.THERE, edited=last_edit, created=last_create)


def entity_defs(entity: Object, scope: Object) -> EntityDefs:
    """Of Metadata (recording meta-01)."""
    fields = _inner(entity, "fields")
    return EntityDefs(
        fields={name: field for name, field in fields.items() if isinstance(field, dict)},
        versions=entity.get("optimisticConcurrencyControl") is True,
        stream=scope.get("stream") is not False,
        lockable=scope.get("lockable") is True,
    )


def webhook(row: Object) -> WebhookSeen:
    """Of a list of webhooks (recording wh-04)."""
    skips = row.get("skipOwn")
    return WebhookSeen(
        id=_text(row, "id"),
        event=_text(row, "event"),
        url=_text(row, "url"),
        active=row.get("isActive") is True,
        skips_own=skips if isinstance(skips, bool) else None,
    )


def administration(record: Object, jobs: Sequence[Object], waiting: Sequence[Object]) -> AdministrationSeen:
    """Of `recordDefs`, the scheduled job and the events that wait."""
    job = jobs[0] if jobs else {}
    return AdministrationSeen(
        update_duplicate_check=record.get("updateDuplicateCheck") is True,
        job_active=job.get("status") == "Active" if jobs else None,
        job_schedule=_text(job, "scheduling"),
        job_ran=moment(_text(job, "lastRun") or None),
        waiting_since=_newest(waiting, "createdAt"),
    )


def _inner(body: Object, *path: str) -> Object:
    """The object at a path; empty where there is none. PHP writes an empty one as a list."""
    for name in path:
        inner = body.get(name)
        body = inner if isinstance(inner, dict) else {}
    return body


def _text(body: Object, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _number(body: Object, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _names(value: JsonValue) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()


def _newest(found: Iterable[Object], name: str) -> datetime | None:
    return max((at for row in found if (at := moment(_text(row, name) or None))), default=None)
