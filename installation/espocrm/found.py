"""What stands in EspoCRM now, of all that a sync needs: read by the administrator and, of his own, by the API user.

Everything is looked at before anything is made, so that a second run makes nothing twice (the same webhook twice
delivers everything twice, facts/espocrm.md §1.1).
"""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue, SecretStr

from beteiligte.faults import ConfigurationFault, OddAnswer, System
from beteiligte.frozen import Frozen
from clients.espocrm_admin import EspoCrmMaker, named, one
from installation.espocrm import wanted
from installation.espocrm.wanted import WantedField

ADMINISTRATORS = frozenset({"admin", "super-admin"})


class FoundWebhook(Frozen):
    """A webhook of the API user, or another one's that delivers to the same place."""

    id: str
    event: str
    url: str
    active: bool
    skip_own: bool | None
    """None: this version knows no such switch."""
    secret: SecretStr = SecretStr("")
    ours: bool = True


class FoundRole(Frozen):
    """A role of the name that is looked for."""

    id: str
    data: dict[str, JsonValue]
    messages: str


class FoundUser(Frozen):
    """The API user: him of ESPOCRM_API_KEY, else him of the name that is looked for."""

    id: str
    login: str
    type: str = "api"
    active: bool = True
    key: SecretStr
    secret_key: SecretStr | None = None
    """Set where his method is HMAC."""
    lacking: tuple[str, ...] = ()
    """Rights, by what EspoCRM itself says that he may."""


class Found(Frozen):
    """All of it."""

    version: tuple[int, ...] | None = None
    type_there: bool = False
    custom: bool = False
    """Made in the Entity Manager: only in such a type a field that is made is called as it was asked for."""
    stream: bool = True
    fields: dict[str, dict[str, JsonValue]] = {}
    versions: bool = False
    """Optimistic concurrency control."""
    role: FoundRole | None = None
    user: FoundUser | None = None
    webhooks: tuple[FoundWebhook, ...] = ()

    def has_all(self, fields: Iterable[WantedField]) -> bool:
        """Whether none of these fields has to be made; what is optional may be missing."""
        return all(field.name in self.fields or field.optional for field in fields)

    def webhooks_for(self, event: str) -> tuple[FoundWebhook, ...]:
        """The API user's own for an event."""
        return tuple(webhook for webhook in self.webhooks if webhook.ours and webhook.event == event)


class NoAdministrator(ConfigurationFault):
    """He may log in, and he may not do this."""

    def __init__(self, login: str, kind: str) -> None:
        """Say who."""
        super().__init__(
            f"{login} is no administrator of EspoCRM (his type is {kind}): give the login of one; nothing was made",
            system=System.ESPOCRM,
        )


async def version_as_administrator(admin: EspoCrmMaker) -> tuple[int, ...] | None:
    """The version, asked by one who must be an administrator. Raises NoAdministrator before anything is made."""
    me = _object(await admin.get("/App/user"))
    user = _object(me.get("user"))
    if user.get("type") not in ADMINISTRATORS:
        raise NoAdministrator(str(user.get("userName")), str(user.get("type")))
    return _version(me)


async def entity_type(reader: EspoCrmMaker, name: str) -> Found:
    """The entity type with its fields; of one that is not there, nothing. Raises OddAnswer: no list is no empty one."""
    scope = _object(await reader.get("/Metadata", ("key", f"scopes.{name}")))
    if not scope:
        return Found()
    defs = _object(await reader.get("/Metadata", ("key", f"entityDefs.{name}")))
    fields = _object(defs.get("fields"))
    if not fields:
        raise OddAnswer(f"EspoCRM tells no field of {name}, though it has the type", system=System.ESPOCRM)
    return Found(
        type_there=True,
        custom=scope.get("isCustom") is True,
        stream=scope.get("stream") is True,
        fields={name: dict(field) for name, field in fields.items() if isinstance(field, dict)},
        versions=defs.get("optimisticConcurrencyControl") is True,
    )


async def role(admin: EspoCrmMaker, name: str) -> FoundRole | None:
    """The role of that name."""
    for row in await admin.rows("/Role", *named(name)):
        if row.get("name") == name:
            whole = _object(await admin.get(one("/Role", str(row["id"]))))
            return FoundRole(
                id=str(row["id"]), data=_object(whole.get("data")), messages=str(whole.get(wanted.MESSAGES))
            )
    return None


async def user_of_key(maker: EspoCrmMaker, entity: str, key: SecretStr, secret_key: SecretStr | None) -> FoundUser:
    """The API user to whom these credentials belong, and what EspoCRM says that he may."""
    me = _object(await maker.get("/App/user"))
    user, acl = _object(me.get("user")), _object(me.get("acl"))
    return FoundUser(
        id=str(user.get("id")),
        login=str(user.get("userName")),
        type=str(user.get("type")),
        key=key,
        secret_key=secret_key,
        lacking=(*wanted.lacking(entity, _object(acl.get("table"))), *_untold(acl.get(wanted.MESSAGES))),
    )


async def user_of_name(admin: EspoCrmMaker, login: str) -> FoundUser | None:
    """The user of that login name with his key, which an administrator may see."""
    where = (("where[0][type]", "equals"), ("where[0][attribute]", "userName"), ("where[0][value]", login))
    for row in await admin.rows("/User", *where):
        if row.get("userName") == login:
            return shown(_object(await admin.get(one("/User", str(row["id"])))))
    return None


def shown(user: Mapping[str, JsonValue]) -> FoundUser:
    """A user as an administrator sees him."""
    hmac = user.get("authMethod") == "Hmac"
    return FoundUser(
        id=str(user.get("id")),
        login=str(user.get("userName")),
        type=str(user.get("type")),
        active=user.get("isActive") is not False,
        key=SecretStr(str(user.get("apiKey") or "")),
        secret_key=SecretStr(str(user.get("secretKey") or "")) if hmac else None,
    )


async def webhooks(maker: EspoCrmMaker) -> tuple[FoundWebhook, ...]:
    """The API user's own (recording wh-04), each with its secret, which its owner may read again (wh-03)."""
    rows = await maker.rows("/Webhook", ("select", "event,url,isActive,skipOwn"))
    return tuple([webhook(_object(await maker.get(one("/Webhook", str(row["id"]))))) for row in rows])


async def webhooks_of_others(
    admin: EspoCrmMaker, user: FoundUser | None, own: tuple[FoundWebhook, ...]
) -> tuple[FoundWebhook, ...]:
    """Those of anybody else, who may have been told to deliver to the same place."""
    rows = await admin.rows("/Webhook", ("select", "event,url,isActive,skipOwn"))
    known, made_by = {webhook.id for webhook in own}, user.id if user else None
    return tuple(
        webhook(row).but(ours=False) for row in rows if row["id"] not in known and row.get("createdById") != made_by
    )


def webhook(row: Mapping[str, JsonValue]) -> FoundWebhook:
    """One as it is shown."""
    skip_own = row.get("skipOwn")
    return FoundWebhook(
        id=str(row.get("id")),
        event=str(row.get("event")),
        url=str(row.get("url")),
        active=row.get("isActive") is True,
        skip_own=skip_own if isinstance(skip_own, bool) else None,
        secret=SecretStr(str(row.get("secretKey") or "")),
    )


def _untold(messages: JsonValue) -> tuple[str, ...]:
    return () if messages == "all" else (wanted.MESSAGES,)


def _version(me: Mapping[str, JsonValue]) -> tuple[int, ...] | None:
    """As EspoCRM tells everybody who logs in (recording auth-12)."""
    return wanted.version(str(_object(me.get("settings")).get("version", "")))


def _object(value: JsonValue) -> dict[str, JsonValue]:
    """What is no object says nothing: so does metadata at a name that it does not have."""
    return value if isinstance(value, dict) else {}
