"""What would be done in EspoCRM to have there what a sync needs, step by step; pure, so it is shown before it is done.

Only what is missing is made. What is there and otherwise than wanted is left and said, with the way through EspoCRM's
screens: somebody made it so, and other programs may go by it.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from beteiligte.frozen import Frozen
from installation.espocrm import receiver, wanted
from installation.espocrm.found import Found, FoundRole, FoundUser, FoundWebhook
from installation.espocrm.wanted import WantedField, WantedWebhook
from runtime.values import KnownSecrets

_MADE_TYPE = re.compile(r"C[A-Z]\w*")
"""EspoCRM puts a C before the name of a type that is made (recording setup-01)."""


class StepPart(StrEnum):
    """What a step is about."""

    TYPE = "entity type"
    FIELD = "field"
    VERSIONS = "optimistic concurrency"
    ROLE = "role"
    USER = "API user"
    WEBHOOK = "webhook"


class StepAction(StrEnum):
    """What a step does."""

    NOTHING = "nothing"
    MAKE = "make"
    SWITCH_ON = "switch on"
    LEAVE = "left as it is"
    """Otherwise than wanted: a person mends it."""
    ADVISE = "recommended"
    LATER = "later"
    """Once what is left as it is has been mended."""


class Step(Frozen):
    """One step; `there` and `wanted` hold ids and names only."""

    part: StepPart
    name: str
    there: str
    wanted: str
    action: StepAction
    remedy: str | None = None

    @property
    def acts(self) -> bool:
        """Whether it would write."""
        return self.action in (StepAction.MAKE, StepAction.SWITCH_ON)

    @property
    def open(self) -> bool:
        """Whether a sync lacks something that this run does not bring."""
        return self.action in (StepAction.LEAVE, StepAction.LATER)


class Wish(Frozen):
    """What shall stand there."""

    entity_type: str
    fields: tuple[WantedField, ...]
    role: str = wanted.ROLE
    user: str = wanted.USER
    receiver: str = ""
    """Where EspoCRM delivers to, before the kind; empty: not known."""
    versions: bool = False
    """Switch optimistic concurrency on in a type that is there."""

    @property
    def webhooks(self) -> tuple[WantedWebhook, ...]:
        """The three."""
        return wanted.webhooks(self.entity_type, self.receiver)


def to_make(found: Found, wish: Wish) -> tuple[Step, ...]:
    """Every step, in the order in which they are done: each rests on those before it."""
    kind = _type(found, wish)
    people = tuple(_role_and_user(found, wish))
    ready = not any(step.open for step in people)
    steps = (
        *(_field(found, wish, field, made=kind.acts) for field in wish.fields),
        _versions(found, wish, made=kind.acts),
        *people,
        *(_webhook(found, wish, hook, ready=ready) for hook in wish.webhooks),
    )
    usable = kind.acts or (found.type_there and (found.custom or found.has_all(wish.fields)))
    return (kind, *(steps if usable else map(_put_off, steps)))


def _put_off(step: Step) -> Step:
    """Nothing is made for an entity type that cannot be used."""
    if step.action is StepAction.NOTHING:
        return step
    return step.but(action=StepAction.LATER, remedy="the entity type comes first")


def _type(found: Found, wish: Wish) -> Step:
    name = wish.entity_type
    step = Step(part=StepPart.TYPE, name=name, there="", wanted="Person, stream on", action=StepAction.MAKE)
    if not found.type_there and not _MADE_TYPE.fullmatch(name):
        remedy = f"ESPOCRM_ENTITY_TYPE: a type that is made is called C…, for instance C{name[:1].upper()}{name[1:]}"
        return step.but(action=StepAction.LEAVE, there="none", remedy=remedy)
    if not found.type_there:
        return step.but(there="none")
    if not found.custom and not found.has_all(wish.fields):
        remedy = (
            "a field that is made in a built-in type gets a c before its name, so that the sync would not find it: "
            "use an entity type of your own (ESPOCRM_ENTITY_TYPE)"
        )
        return step.but(there="a built-in type", action=StepAction.LEAVE, remedy=remedy)
    if not found.stream:
        remedy = f"Administration → Entity Manager → {name} → Edit → Stream: notes on a record tell people what is open"
        return step.but(there="stream off", action=StepAction.LEAVE, remedy=remedy)
    return step.but(there="there", action=StepAction.NOTHING)


def _field(found: Found, wish: Wish, field: WantedField, *, made: bool) -> Step:
    step = Step(part=StepPart.FIELD, name=field.name, there="none", wanted=_as_made(field), action=StepAction.MAKE)
    screen = f"Administration → Entity Manager → {wish.entity_type} → Fields"
    if (defs := found.fields.get(field.name)) is not None:
        if unlike := field.unlike(defs):
            left = step.but(wanted=_as_needed(field), there="; ".join(unlike), action=StepAction.LEAVE)
            return left.but(remedy=f"{screen} → {field.name}")
        return step.but(wanted=_as_needed(field), there=str(defs.get("type")), action=StepAction.NOTHING)
    if field.made_with_type:
        if made:
            return step.but(wanted=_as_needed(field), there="comes with the type", action=StepAction.NOTHING)
        remedy = f"a type made as Person has it: {screen} → Add Field, or name another attribute in SYNC_FIELDS_FILE"
        return step.but(action=StepAction.LEAVE, remedy=remedy)
    if field.optional and not (made or found.custom):
        remedy = "people could decide in the record; it takes an entity type of your own (ESPOCRM_ENTITY_TYPE)"
        return step.but(action=StepAction.ADVISE, remedy=remedy)
    return step


def _as_made(field: WantedField) -> str:
    length = f" {field.max_length}" if field.max_length else ""
    options = f", {len(field.options)} options" if field.options else ""
    return f"{field.type}{length}{options}"


def _as_needed(field: WantedField) -> str:
    """Of a field that is there: what must fit in, of whatever type that does."""
    options = f", {len(field.options)} options" if field.options else ""
    length = f", {field.least_length} or more" if field.least_length and not field.options else ""
    return f"{field.type}{options}{length}"


def _versions(found: Found, wish: Wish, *, made: bool) -> Step:
    step = Step(part=StepPart.VERSIONS, name=wish.entity_type, there="on", wanted="on", action=StepAction.NOTHING)
    if found.versions:
        return step
    if made or wish.versions:
        return step.but(there="off", action=StepAction.SWITCH_ON)
    remedy = (
        "an edit that a person saves in the moment of a write would be lost: repeat with --optimistic-concurrency, "
        f"or Administration → Entity Manager → {wish.entity_type} → Edit"
    )
    return step.but(there="off", action=StepAction.ADVISE, remedy=remedy)


# ---------------------------------------------------------------------------- role and API user


def _role_and_user(found: Found, wish: Wish) -> Iterator[Step]:
    if found.user is not None:
        yield _user(found.user, wish)
        return
    role = _role(found.role, wish)
    yield role
    step = Step(part=StepPart.USER, name=wish.user, there="none", wanted=f"role {wish.role}", action=StepAction.MAKE)
    yield step.but(action=StepAction.LATER, remedy="the role comes first") if role.open else step


def _role(role: FoundRole | None, wish: Wish) -> Step:
    rights = _in_words(wish.entity_type)
    step = Step(part=StepPart.ROLE, name=wish.role, there="none", wanted=rights, action=StepAction.MAKE)
    if role is None:
        return step
    lacking = (
        *wanted.lacking(wish.entity_type, role.data),
        *(() if role.messages == "all" else (wanted.MESSAGES,)),
    )
    if lacking:
        remedy = f"Administration → Roles → {wish.role}: give these rights, or name another role with --role"
        return step.but(there=f"lacks {', '.join(lacking)}", action=StepAction.LEAVE, remedy=remedy)
    return step.but(there="there", action=StepAction.NOTHING)


def _in_words(entity_type: str) -> str:
    """What the role allows; what it does not is not said."""
    allowed = (
        " ".join((scope, *(action for action, level in levels.items() if level != "no")))
        if isinstance(levels, dict)
        else scope
        for scope, levels in wanted.rights(entity_type).items()
    )
    return ", ".join((*allowed, "messages"))


def _user(user: FoundUser, wish: Wish) -> Step:
    step = Step(
        part=StepPart.USER, name=user.login, there="there", wanted="active, all rights", action=StepAction.LEAVE
    )
    screen = f"Administration → API Users → {user.login}"
    if user.type != "api":
        remedy = "another login name: --user; else EspoCRM would sync as this person"
        return step.but(there=f"a user of type {user.type}", remedy=remedy)
    if not user.active:
        return step.but(there="not active", remedy=f"{screen}: Is Active")
    if not user.key.get_secret_value():
        remedy = f"{screen}: copy the API key into ESPOCRM_API_KEY, and repeat"
        return step.but(there="its API key is not shown", remedy=remedy)
    if user.lacking:
        remedy = (
            f"Administration → Roles, the role of {user.login}: give these rights ({wish.entity_type}, User, Webhook)"
        )
        return step.but(there=f"lacks {', '.join(user.lacking)}", remedy=remedy)
    return step.but(action=StepAction.NOTHING)


# ---------------------------------------------------------------------------- webhooks


def _webhook(found: Found, wish: Wish, hook: WantedWebhook, *, ready: bool) -> Step:
    step = Step(part=StepPart.WEBHOOK, name=hook.event, there="none", wanted=hook.url, action=StepAction.MAKE)
    own = found.webhooks_for(hook.event)
    if own:
        return _webhook_there(found, wish, step, own)
    if not wish.receiver:
        remedy = "say where EspoCRM shall deliver to: --receiver https://sync.kanzlei.example"
        return step.but(wanted="an address", action=StepAction.LEAVE, remedy=remedy)
    if other := next((w for w in found.webhooks if not w.ours and (w.event, w.url) == (hook.event, hook.url)), None):
        remedy = f"Administration → Webhooks → {other.id}: delete it; skipOwn needs one that the API user owns"
        return step.but(there=f"another user's, {other.id}", action=StepAction.LEAVE, remedy=remedy)
    if not ready:
        return step.but(action=StepAction.LATER, remedy="what is left above comes first")
    return step.but(remedy=_allow(hook.url)) if receiver.refused(hook.url, found.version) else step


def _allow(url: str) -> str:
    return (
        f"before: a private address must stand in EspoCRM's data/config.php, "
        f"'webhookAllowedAddressList' => ['{receiver.host_and_port(url)}']"
    )


def _webhook_there(found: Found, wish: Wish, step: Step, own: tuple[FoundWebhook, ...]) -> Step:
    ids = ", ".join(webhook.id for webhook in own)
    first = own[0]
    left = step.but(there=ids, action=StepAction.LEAVE)
    screen = "Administration → Webhooks"
    if len(own) > 1:
        return left.but(there=f"{len(own)} of them: {ids}", remedy=f"{screen}: delete all but one; each delivers all")
    if wish.receiver and first.url != step.wanted:
        remedy = f"{screen} → {first.id}: another program's, or its URL is to be changed; two would deliver twice"
        return left.but(there=f"{ids}, to {first.url}", remedy=remedy)
    if first.skip_own is False and _knows_skip_own(found):
        remedy = f"{screen} → {first.id}: Skip Own, else the sync's own writes come back"
        return left.but(there=f"{ids}, without skipOwn", remedy=remedy)
    active = "active" if first.active else "not active yet"
    return step.but(there=f"{ids}, {active}", wanted=first.url, action=StepAction.NOTHING)


def _knows_skip_own(found: Found) -> bool:
    return found.version is None or found.version >= wanted.SKIP_OWN_SINCE


def to_activate(webhooks: tuple[FoundWebhook, ...], entity_type: str, secrets: KnownSecrets) -> tuple[Step, ...]:
    """Switching on what is there; never one whose deliveries would be refused for want of its secret."""
    return tuple(_activate(webhooks, wanted.event(entity_type, kind), secrets) for kind in wanted.KINDS)


def _activate(webhooks: tuple[FoundWebhook, ...], event: str, secrets: KnownSecrets) -> Step:
    step = Step(part=StepPart.WEBHOOK, name=event, there="none", wanted="active", action=StepAction.LEAVE)
    own = [webhook for webhook in webhooks if webhook.event == event]
    if len(own) != 1:
        there = "none" if not own else f"{len(own)} of them"
        return step.but(there=there, remedy="beteiligte-sync espocrm-setup makes it, or says what is too many")
    webhook = own[0]
    there = f"{webhook.id}, {'active' if webhook.active else 'not active'}"
    if webhook.secret not in secrets.get(webhook.id, ()):
        remedy = "WEBHOOK_SECRETS lacks its secret: beteiligte-sync espocrm-setup --write-env"
        return step.but(there=there, remedy=remedy)
    return step.but(there=there, action=StepAction.NOTHING if webhook.active else StepAction.SWITCH_ON)
