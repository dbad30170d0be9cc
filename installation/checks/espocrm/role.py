"""What the API user's role lets it do: on the parties, on single fields, on webhooks, on people who are told."""

from collections.abc import Collection, Sequence

from beteiligte.record.field_table import FieldTable
from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import ESPOCRM
from installation.checks.espocrm.seen import ApiUserSeen, EspoCrmSeen, PartiesListed, TypeStanding, Unread
from installation.espocrm import wanted

TYPE = "entity type"
FIELDS = "role: fields"
MESSAGES = "role: messages"
RECIPIENTS = "recipients"


def checks(seen: EspoCrmSeen, table: FieldTable, opt_out: str, recipients: Sequence[str]) -> list[Check]:
    """Where the entity type is not there, or closed as a whole, no single right on it is spoken of."""
    there = _entity_type(seen.entity_type, seen.listed)
    if isinstance(seen.listed, PartiesListed) and seen.listed.parties is not TypeStanding.THERE:
        return [there, *_scopes(seen, besides=seen.entity_type), _messages(seen.me), _people(seen, recipients)]
    names = [field.name for field in wanted.fields(table, opt_out=opt_out)]
    return [there, *_scopes(seen), _fields(seen.me, names), _messages(seen.me), _people(seen, recipients)]


def _entity_type(name: str, listed: PartiesListed | Unread) -> Check:
    """Whether the parties can be listed."""
    if isinstance(listed, Unread):
        return ESPOCRM.unknown(TYPE, listed.why, listed.remedy)
    match listed.parties:
        case TypeStanding.NO_SUCH_TYPE:
            remedy = f"ESPOCRM_ENTITY_TYPE=… in .env, as Administration → Entity Manager lists it; or {screens.SETUP}"
            return ESPOCRM.wrong(TYPE, f"EspoCRM has no entity type {name}", remedy)
        case TypeStanding.NO_RIGHT:
            remedy = screens.role(f"{name}: {_as_wanted(name, name)}")
            return ESPOCRM.wrong(TYPE, f"{name} is there, and the role has no right on it", remedy)
        case TypeStanding.THERE:
            return ESPOCRM.ok(TYPE, f"{name} is there and can be listed")


def _scopes(seen: EspoCrmSeen, *, besides: str = "") -> list[Check]:
    """One line for each scope of the role."""
    scopes = [scope for scope in wanted.rights(seen.entity_type) if scope != besides]
    return [_scope(scope, seen) for scope in scopes]


def _scope(scope: str, seen: EspoCrmSeen) -> Check:
    lacking = _of(scope, wanted.lacking(seen.entity_type, seen.me.rights))
    name = f"role: {scope}"
    if lacking:
        remedy = screens.role(f"{scope}: {_as_wanted(scope, seen.entity_type)}")
        return ESPOCRM.wrong(name, f"lacks {', '.join(lacking)}", remedy)
    beyond = _of(scope, wanted.beyond(seen.entity_type, seen.me.rights))
    more = f"; {', '.join(beyond)} too, which is not needed" if beyond else ""
    return ESPOCRM.ok(name, f"{_as_wanted(scope, seen.entity_type)}{more}")


def _of(scope: str, rights: Sequence[str]) -> list[str]:
    return [right.removeprefix(scope).strip() or scope for right in rights if right.split()[0] == scope]


def _as_wanted(scope: str, entity_type: str) -> str:
    """The line of the role, in the words of its screen."""
    levels = wanted.rights(entity_type)[scope]
    if not isinstance(levels, dict):
        return "enabled"
    return ", ".join(f"{name} {level}" for name, level in levels.items() if level != "no")


def _fields(me: ApiUserSeen, names: Collection[str]) -> Check:
    hidden, fixed = sorted(me.hidden & set(names)), sorted((me.fixed - me.hidden) & set(names))
    books = {field.name for field in wanted.BOOKKEEPING}
    told = [f"may not read {', '.join(hidden)}"] if hidden else []
    told += [f"may not edit {', '.join(fixed)}"] if fixed else []
    if not told:
        return ESPOCRM.ok(FIELDS, "no field of the sync is restricted")
    remedy = screens.role("Field Level: no restriction on these fields")
    if books & {*hidden, *fixed}:
        return ESPOCRM.wrong(
            FIELDS, f"{'; '.join(told)}: the sync keeps its books there, and nothing is written", remedy
        )
    return ESPOCRM.warning(FIELDS, f"{'; '.join(told)}: these are not synced to EspoCRM, and never cleared", remedy)


def _messages(me: ApiUserSeen) -> Check:
    if me.messages == "all":
        return ESPOCRM.ok(MESSAGES, "all: users can be told")
    remedy = screens.role("Message Permission all")
    return ESPOCRM.wrong(MESSAGES, f"{me.messages}: nobody is told of what needs a person", remedy)


def _people(seen: EspoCrmSeen, recipients: Sequence[str]) -> Check:
    """Where the role may not see users, the line about it says so."""
    find = "a user's id stands at the end of the address of the user's page"
    if not recipients:
        told = "none: outages and stopped sweeps are told to nobody, parties to their assigned users only"
        return ESPOCRM.warning(RECIPIENTS, told, f"ESPOCRM_RECIPIENTS=<id>,<id> in .env; {find}")
    if isinstance(seen.people, Unread):
        return ESPOCRM.unknown(RECIPIENTS, seen.people.why, seen.people.remedy)
    if gone := [user for user in recipients if user not in seen.people]:
        left = ",".join(user for user in recipients if user in seen.people) or "<id>"
        return ESPOCRM.wrong(
            RECIPIENTS,
            f"no active user {', '.join(gone)}",
            f"ESPOCRM_RECIPIENTS={left} in .env, or another user's id in place; {find}",
        )
    return ESPOCRM.ok(RECIPIENTS, f"{len(recipients)} active users: {', '.join(recipients)}")
