"""Does the steps in EspoCRM, one after the other, and stops at the first that fails: what was made is then known.

Nothing has to be taken back. A repetition looks first, finds what was made, also where the answer to it was lost, and
goes on from there.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from pydantic import JsonValue, SecretStr

from beteiligte.faults import OddAnswer, SyncFault, System
from beteiligte.settle import bookkeeping
from clients.access import EspoCrmAccess
from clients.espocrm_admin import EspoCrmMaker, one
from installation.espocrm import found as looking
from installation.espocrm import wanted
from installation.espocrm.found import Found, FoundUser, FoundWebhook
from installation.espocrm.setup_steps import Step, StepAction, StepPart, Wish

DECISION_FIELD = "SYNC_DECISION_FIELD"
OPEN_LINES = frozenset({DECISION_FIELD})
"""Lines of `.env` that are no secret."""


class Stopped(Exception):
    """A step failed: those before it are done, those after it are not."""

    def __init__(self, made: Sequence[Step], at: Step, fault: SyncFault) -> None:
        """Say how far it came."""
        super().__init__(str(fault))
        self.made, self.at, self.fault = tuple(made), at, fault


@dataclass
class Making:
    """One run. What later steps need of earlier ones is kept here."""

    admin: EspoCrmMaker
    access: EspoCrmAccess
    wish: Wish
    found: Found
    made: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with what is there."""
        self._role_id = self.found.role.id if self.found.role else ""
        self.user: FoundUser | None = self.found.user
        self._connections = AsyncExitStack()
        self._maker: EspoCrmMaker | None = None
        self.webhooks: list[FoundWebhook] = [webhook for webhook in self.found.webhooks if webhook.ours]

    async def all(self, steps: Sequence[Step], done: Callable[[], None]) -> None:
        """Those that act. Raises Stopped."""
        how: Mapping[StepPart, Callable[[Step], Awaitable[None]]] = {
            StepPart.TYPE: self._type,
            StepPart.FIELD: self._field,
            StepPart.VERSIONS: self._versions,
            StepPart.ROLE: self._role,
            StepPart.USER: self._user,
            StepPart.WEBHOOK: self._webhook,
        }
        async with self._connections:
            for step in filter(lambda step: step.acts, steps):
                try:
                    await how[step.part](step)
                except SyncFault as fault:
                    raise Stopped(self.made, step, fault) from fault
                self.made.append(step)
                done()

    async def _type(self, step: Step) -> None:
        answer = await self.admin.post("/EntityManager/action/createEntity", wanted.type_body(step.name))
        if answer.get("name") != step.name:
            raise OddAnswer(f"EspoCRM made an entity type, but does not call it {step.name}", system=System.ESPOCRM)

    async def _field(self, step: Step) -> None:
        wish = next(field for field in self.wish.fields if field.name == step.name)
        await self.admin.post(f"/Admin/fieldManager/{self.wish.entity_type}", wish.body())

    async def _versions(self, step: Step) -> None:
        """Only updateEntity takes it; createEntity ignores it (facts/espocrm.md §2.4)."""
        body: dict[str, JsonValue] = {"name": step.name, "optimisticConcurrencyControl": True}
        await self.admin.post("/EntityManager/action/updateEntity", body)

    async def _role(self, step: Step) -> None:
        answer = await self.admin.post("/Role", wanted.role_body(self.wish.entity_type, step.name))
        self._role_id = _id(answer, "role")

    async def _user(self, step: Step) -> None:
        """The answer holds the API key; where it does not, an administrator is shown it."""
        answer = await self.admin.post("/User", wanted.user_body(self._role_id, step.name))
        made = looking.shown({"userName": step.name, "type": "api", **answer, "id": _id(answer, "API user")})
        if not made.key.get_secret_value():
            whole = await self.admin.get(one("/User", made.id))
            made = looking.shown(whole if isinstance(whole, dict) else {})
        self.user = made

    async def _webhook(self, step: Step) -> None:
        """With the key of the API user, who then owns it (facts/espocrm.md §1.7)."""
        maker = await self._as_user()
        if step.action is StepAction.SWITCH_ON:
            own = next(webhook for webhook in self.webhooks if webhook.event == step.name)
            await maker.put(one("/Webhook", own.id), {"isActive": True})
            return
        wish = next(hook for hook in self.wish.webhooks if hook.event == step.name)
        answer = await maker.post("/Webhook", wish.body())
        _id(answer, "webhook")
        self.webhooks.append(looking.webhook(answer))

    async def _as_user(self) -> EspoCrmMaker:
        """EspoCRM as the API user reaches it, over one client for all three."""
        if self.user is None or not self.user.key.get_secret_value():
            raise OddAnswer("EspoCRM shows no API key of the API user", system=System.ESPOCRM)
        if self._maker is None:
            access = self.access.but(api_key=self.user.key, secret_key=self.user.secret_key)
            self._maker = await self._connections.enter_async_context(EspoCrmMaker(access))
        return self._maker

    def settings(self) -> dict[str, SecretStr]:
        """The lines of `.env` that follow; WEBHOOK_SECRETS is written by whoever knows what stands there already."""
        if self.user is None or not self.user.key.get_secret_value():
            return {}
        lines = {"ESPOCRM_API_KEY": self.user.key, **self._decision()}
        return lines | ({"ESPOCRM_SECRET_KEY": self.user.secret_key} if self.user.secret_key else {})

    def _decision(self) -> dict[str, SecretStr]:
        """By which the sync knows of the field in which people decide, and what they call it."""
        made = {step.name for step in self.made if step.part is StepPart.FIELD}
        known = (field for field in self.wish.fields if field.name in {*self.found.fields, *made})
        label = next((field.label for field in known if field.name == bookkeeping.DECISION), None)
        return {DECISION_FIELD: SecretStr(label)} if label else {}

    def secrets(self) -> dict[str, str]:
        """The secret keys of the three webhooks by their ids."""
        events = {wanted.event(self.wish.entity_type, kind) for kind in wanted.KINDS}
        return {hook.id: hook.secret.get_secret_value() for hook in self.webhooks if hook.event in events}


def _id(answer: Mapping[str, JsonValue], what: str) -> str:
    """Raises OddAnswer: without an id nobody knows whether anything was made."""
    made = answer.get("id")
    if not isinstance(made, str) or not made:
        raise OddAnswer(f"EspoCRM's answer to making a {what} holds no id", system=System.ESPOCRM)
    return made
