"""Reads of EspoCRM what its API user is shown, and an administrator where one is given: GET alone, nothing is written.

The first call goes alone: of a key that is refused there is never a second one, since more than ten refusals a minute
lock out everybody behind the address (facts/espocrm.md §2.1). What cannot be read later costs only its own checks.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import SecretStr

from beteiligte import selftest
from beteiligte.faults import CredentialsRefused, NoRight, SyncFault
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery
from installation.checks.espocrm import answers, entry, receivers, screens
from installation.checks.espocrm.answers import Object
from installation.checks.espocrm.seen import (
    AdministrationSeen,
    ApiUserSeen,
    EntityDefs,
    EspoCrmSeen,
    Narrowed,
    PartiesListed,
    SecretStanding,
    TypeStanding,
    Unread,
    WebhookSeen,
)
from installation.espocrm import wanted
from runtime.values import KnownSecrets

T = TypeVar("T")

WITHIN = timedelta(seconds=7)
"""Longest time of all calls together."""
NEWEST = 20
"""Edits that are looked at for one that is not the program's own."""
MOST_WEBHOOKS = 50
"""EspoCRM allows one API user no more (facts/espocrm.md §1.1)."""
JOB = "ProcessWebhookQueue"


@dataclass(frozen=True)
class EspoCrmLook:
    """One look at an EspoCRM."""

    client: EspoCrmClient
    url: str
    recipients: Sequence[str] = ()
    secrets: KnownSecrets = field(default_factory=dict)
    """What we know of webhooks' secrets, by their ids."""
    administrator: EspoCrmClient | None = None
    """With the login of one."""
    narrowed: bool = False
    """Not all parties are the program's business (ESPOCRM_SCOPE, ESPOCRM_OPT_OUT)."""

    async def seen(self) -> EspoCrmSeen:
        """All that can be seen. Raises SyncFault where the first call says that nothing can."""
        until = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        me, ahead = await self._me()
        listed, narrowed, defs, people, webhooks, administration = await asyncio.gather(
            _tried(self._listed(me), until),
            _tried(self._narrowed(), until),
            _tried(self._defs(), until),
            _tried(self._people(), until),
            _tried(self._webhooks(), until),
            _tried(self._administration(), until),
        )
        urls = [] if isinstance(webhooks, Unread) else [one.url for one in webhooks]
        return EspoCrmSeen(
            entity_type=self.client.entity_type,
            url=self.url,
            me=me,
            ahead=ahead,
            listed=listed,
            narrowed=narrowed,
            defs=defs,
            people=people,
            webhooks=webhooks,
            receivers=await receivers.look(urls, until=until),
            administration=administration,
        )

    async def _me(self) -> tuple[ApiUserSeen, timedelta | None]:
        """Who one is; and by how much EspoCRM's clock is ahead, which tells whole seconds (recording sw-07)."""
        before = datetime.now(UTC)
        answer = await self.client.look("/App/user")
        between = before + (datetime.now(UTC) - before) / 2
        return answers.me(answers.of(answer), self.client.entity_type), answer.at - between if answer.at else None

    async def _listed(self, me: ApiUserSeen) -> PartiesListed:
        """Whether the parties can be listed, and what others did to them lately (recordings rest-24, rest-25)."""
        shown = ("createdAt", "createdById", "modifiedAt", "modifiedById")
        newest = ListQuery(select=shown, order_by="modifiedAt", order="desc", max_size=NEWEST)
        try:
            edited, created = await asyncio.gather(
                self.client.find(newest), self.client.find(newest.but(order_by="createdAt"))
            )
        except SyncFault as fault:
            if fault.status not in (403, 404) or fault.retry:
                raise
            return PartiesListed(parties=TypeStanding.NO_RIGHT if fault.status == 403 else TypeStanding.NO_SUCH_TYPE)
        return answers.listed(edited.rows, created.rows, me)

    async def _narrowed(self) -> Narrowed | None:
        """An attribute or a kind of condition that it does not know is 400 (recordings list-10, list-11, err-15)."""
        if not self.narrowed:
            return None
        try:
            found = await self.client.find(ListQuery(select=("id",), max_size=1, counted=True, scoped=True))
        except SyncFault as fault:
            if fault.status != 400:
                raise
            return Narrowed(refused=True)
        return Narrowed(total=found.total)

    async def _defs(self) -> EntityDefs | Unread:
        name = self.client.entity_type
        entity, scope = await asyncio.gather(self._metadata(f"entityDefs.{name}"), self._metadata(f"scopes.{name}"))
        if not entity:
            return Unread(why=f"EspoCRM shows nothing of {name} to this API user", remedy=screens.RIGHT_FIRST)
        return answers.entity_defs(entity, scope)

    async def _metadata(self, key: str) -> Object:
        """Null, and so empty, where the user has no right or nothing stands (recording meta-01)."""
        return answers.of(await self.client.look("/Metadata", ("key", key)))

    async def _people(self) -> frozenset[str]:
        """Of the recipients those who are active; only such are shown (recording meta-04)."""
        if not self.recipients:
            return frozenset()
        asked = [("where[0][type]", "in"), ("where[0][attribute]", "id")]
        asked += [("where[0][value][]", user) for user in self.recipients]
        found = await self.client.look("/User", ("select", "userName,type,isActive"), *asked)
        return frozenset(str(row["id"]) for row in answers.rows(found) if row.get("isActive") is True)

    async def _webhooks(self) -> tuple[WebhookSeen, ...]:
        """Those of the parties: an API user is shown its own alone (recording wh-04)."""
        asked = (("select", "event,url,isActive,skipOwn"), ("maxSize", str(MOST_WEBHOOKS)))
        rows = answers.rows(await self.client.look("/Webhook", *asked))
        ours = {wanted.event(self.client.entity_type, kind) for kind in wanted.KINDS}
        found = [answers.webhook(row) for row in rows if row.get("event") in ours]
        return tuple(await asyncio.gather(*(self._with_secret(one) for one in found)))

    async def _with_secret(self, webhook: WebhookSeen) -> WebhookSeen:
        """Its owner is shown the secret again (recording wh-03); it is compared here and goes no further."""
        if webhook.id not in self.secrets:
            return webhook.but(secret=SecretStanding.NOT_SET)
        try:
            shown = answers.of(await self.client.look(f"/Webhook/{webhook.id}")).get("secretKey")
        except SyncFault:
            return webhook
        if not isinstance(shown, str):
            return webhook
        return webhook.but(secret=_standing(shown, self.secrets[webhook.id]))

    async def _administration(self) -> AdministrationSeen | Unread:
        """Only an administrator is shown these (facts/espocrm.md §1.4, §1.6; `recordDefs` by EspoCRM's source)."""
        if self.administrator is None:
            return Unread(why="only an administrator is shown it, and none was given", remedy=screens.AS_ADMINISTRATOR)
        try:
            return await self._administered(self.administrator)
        except CredentialsRefused:
            return Unread(why="EspoCRM refused the administrator's login; it was tried once", remedy=screens.LOGIN)
        except NoRight:
            return Unread(why="the login that was given is no administrator's", remedy=screens.LOGIN)

    async def _administered(self, admin: EspoCrmClient) -> AdministrationSeen:
        """Of a login that is refused there is no second call, either."""
        oldest = (*_where("isFalse", "isProcessed"), ("orderBy", "number"), ("order", "asc"), ("maxSize", "1"))
        job = await admin.look("/ScheduledJob", *_where("equals", "job", JOB), ("maxSize", "1"))
        record, waiting = await asyncio.gather(
            admin.look("/Metadata", ("key", f"recordDefs.{self.client.entity_type}")),
            admin.look("/WebhookEventQueueItem", *oldest),
        )
        return answers.administration(answers.of(record), answers.rows(job), answers.rows(waiting))


def _where(kind: str, attribute: str, value: str = "") -> tuple[tuple[str, str], ...]:
    named = (("where[0][type]", kind), ("where[0][attribute]", attribute))
    return (*named, ("where[0][value]", value)) if value else named


async def _tried(reading: Awaitable[T], until: float) -> T | Unread:
    """What a part of it says, or why that is not known."""
    try:
        async with asyncio.timeout_at(until):
            return await reading
    except SyncFault as fault:
        return Unread(why=selftest.what(fault), remedy=entry.mending(fault))
    except TimeoutError:
        return Unread(why=f"EspoCRM did not answer within {WITHIN.seconds} s", remedy=screens.AGAIN)


def _standing(shown: str, known: tuple[SecretStr, ...]) -> SecretStanding:
    if shown not in [secret.get_secret_value() for secret in known]:
        return SecretStanding.OTHER
    return SecretStanding.KNOWN if len(known) == 1 else SecretStanding.AMONG
