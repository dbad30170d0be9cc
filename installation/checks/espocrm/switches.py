"""Switches of the entity type and of the installation, and what each of them means for a sync (facts §2.4, §2.10)."""

from contracts.timing import PAGE
from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import ESPOCRM
from installation.checks.espocrm.seen import EntityDefs, EspoCrmSeen, Narrowed, Unread

CONCURRENCY = "optimistic concurrency control"
STREAM = "stream"
LOCKING = "record locking"
DUPLICATES = "duplicate check on update"
PAGES = "rows of a list"
SCOPE = "ESPOCRM_SCOPE, ESPOCRM_OPT_OUT"


def checks(seen: EspoCrmSeen) -> list[Check]:
    """A line each."""
    defs, name = seen.defs, seen.entity_type
    of_type = [] if isinstance(defs, Unread) else [_concurrency(defs, name), _stream(defs, name), _locking(defs)]
    return [*of_type, _duplicates(seen), _pages(seen.me.most_rows), *_narrowed(seen.narrowed)]


def _concurrency(defs: EntityDefs, name: str) -> Check:
    if defs.versions:
        return ESPOCRM.ok(CONCURRENCY, "on: an edit in the moment of a write is noticed and kept")
    told = "off: what a person saves in the very moment of a write is lost"
    return ESPOCRM.warning(CONCURRENCY, told, screens.switch(name, "Optimistic concurrency control"))


def _stream(defs: EntityDefs, name: str) -> Check:
    if defs.stream:
        return ESPOCRM.ok(STREAM, "on: what happened to a party can be told on its page")
    return ESPOCRM.warning(STREAM, "off: nothing can be told on a party's page", screens.switch(name, "Stream"))


def _locking(defs: EntityDefs) -> Check:
    if defs.lockable:
        return ESPOCRM.ok(LOCKING, "on: a locked party is left alone until it is unlocked, and people are told")
    return ESPOCRM.ok(LOCKING, "off")


def _duplicates(seen: EspoCrmSeen) -> Check:
    if isinstance(seen.administration, Unread):
        where = screens.switch(seen.entity_type, "Duplicate check on update")
        return ESPOCRM.unknown(DUPLICATES, seen.administration.why, f"{where}; on or off, the sync goes on")
    if seen.administration.update_duplicate_check:
        return ESPOCRM.ok(DUPLICATES, "on: the program asks EspoCRM to skip it (X-Skip-Duplicate-Check)")
    return ESPOCRM.ok(DUPLICATES, "off")


def _pages(most: int | None) -> Check:
    if most is not None and most < PAGE:
        return ESPOCRM.ok(PAGES, f"{most} at once (recordListMaxSizeLimit): a sweep makes more calls")
    return ESPOCRM.ok(PAGES, "as many at once as a sweep asks for")


def _narrowed(narrowed: Narrowed | Unread | None) -> list[Check]:
    """Whether the conditions of the settings mean something to EspoCRM."""
    look = "compare ESPOCRM_SCOPE and ESPOCRM_OPT_OUT in .env with the attributes of the entity type (docs/settings.md)"
    match narrowed:
        case None:
            return []
        case Unread():
            return [ESPOCRM.unknown(SCOPE, narrowed.why, narrowed.remedy)]
        case Narrowed(refused=True):
            told = "EspoCRM knows an attribute or a condition of it not, or the role may not read it: nothing is synced"
            return [ESPOCRM.wrong(SCOPE, told, look)]
        case Narrowed(total=0):
            return [ESPOCRM.warning(SCOPE, "no party fits: nothing is synced", look)]
        case _:
            return [ESPOCRM.ok(SCOPE, f"{narrowed.total} parties are the program's business")]
