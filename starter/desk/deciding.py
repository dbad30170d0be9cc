"""Carries out what a person decided, and says what came of it in words.

What he decided on an old picture is not done: a question that is settled or another one by now is answered by who
settled it, and a value that was edited since is declined by the sync itself (`Choice.only_while`).
"""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.client import Client, WorkflowUpdateFailedError

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import ASKED, HOLDING, FindingKind
from beteiligte.frozen import Frozen
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from starter import waits
from starter.desk import told
from starter.desk.texts import came, opens
from starter.desk.wording import Wording
from starter.requests import NotAnswered, Patience, Requests
from starter.views import histories, open_questions, queues, runs
from starter.views.histories import AskedBy
from starter.views.open_questions import OpenQuestion
from starter.views.parties import UnknownParty
from workflows.client import DecidedMeanwhile, NotTaken

PATIENCE = Patience(taken=waits.NO_WORKER_TAKES, answered=waits.DESK)
CLOSES_WITHIN = 1.0
LOOK_EVERY = 0.02
"""Seconds."""
SYNCS_LOOKED_AT = 5
"""For who settled a question: it was open when the page was shown."""


class Came(Frozen):
    """What came of one decision."""

    party_id: str
    good: bool
    """It was done as he said."""
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Deciding:
    """For one person's decisions."""

    requests: Requests
    wording: Wording

    @property
    def client(self) -> Client:
        """Temporal."""
        return self.requests.client

    async def ask(self, party_id: str, request: SyncRequest) -> Came:
        """Have it done, and wait a moment for the outcome. Raises RPCError."""
        say = self.wording.say
        if await queues.stuck(self.client, party_id, self.requests.task_queue):
            await self.requests.store(party_id, request)
            return Came(party_id=party_id, good=False, lines=(say(came.STORED),))
        try:
            outcome = await self.requests.sync_now(party_id, request, PATIENCE)
        except NotTaken:
            return Came(party_id=party_id, good=False, lines=(say(came.STORED),))
        except NotAnswered:
            return Came(party_id=party_id, good=True, lines=(say(came.UNDER_WAY),))
        except DecidedMeanwhile as meanwhile:
            return Came(
                party_id=party_id, good=False, lines=(say(came.MEANWHILE, **self.wording.word(meanwhile.word)),)
            )
        except WorkflowUpdateFailedError:
            return Came(party_id=party_id, good=False, lines=(say(came.CUT_OFF),))
        await self._closed(party_id)
        return self._of(outcome, request)

    async def _closed(self, party_id: str) -> None:
        """A run ends some milliseconds after its answer, and what it leaves open is known when it has ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSES_WITHIN):
                while (run := await runs.current(self.client, party_id)) and run.running:  # noqa: ASYNC110  (in a worker)
                    await asyncio.sleep(LOOK_EVERY)

    async def answer(self, party_id: str, request: SyncRequest, shown: str) -> Came:
        """The same where it answers the question that was shown, while that is open. Raises RPCError, Unreadable."""
        waiting = await open_questions.of_party(self.client, party_id)
        questions = waiting.questions if waiting else ()
        if shown not in {told.of_question(question) for question in questions}:
            return await self.overtaken(party_id, request, questions)
        return await self.ask(party_id, request)

    async def overtaken(self, party_id: str, request: SyncRequest, questions: Iterable[OpenQuestion]) -> Came:
        """Why it is not done: another question by now, or somebody answered it."""
        fields = {choice.field for choice in request.choices}
        if any(question.field in fields for question in questions):
            return Came(party_id=party_id, good=False, lines=(self.wording.say(came.ANOTHER_QUESTION),))
        asked = await self._who(party_id, fields)
        if asked is None:
            return Came(party_id=party_id, good=False, lines=(self.wording.say(came.SETTLED_MEANWHILE),))
        text = self.wording.say(
            came.OVERTAKEN,
            name=self.wording.person(asked.by),
            at=self.wording.moment(asked.at),
            what="; ".join(self.wording.decided(asked)),
        )
        return Came(party_id=party_id, good=False, lines=(text,))

    async def _who(self, party_id: str, fields: set[str]) -> AskedBy | None:
        """Who decided last about it."""
        try:
            seen = await histories.look(self.client, party_id, SYNCS_LOOKED_AT)
        except UnknownParty:
            return None
        for sync in seen.syncs:
            for asked in reversed(sync.asked):
                about = {choice.field for choice in asked.choices} - {*sync.declined}
                if asked.by and (about & fields if fields else about or asked.link or asked.create_anyway):
                    return asked
        return None

    # ------------------------------------------------------------------ what an outcome says

    def _of(self, outcome: SyncOutcome, request: SyncRequest) -> Came:
        lines = [*self._troubles(outcome, request)]
        if lines:
            return Came(party_id=outcome.party_id, good=False, lines=tuple(lines))
        return Came(party_id=outcome.party_id, good=True, lines=tuple(self._done(outcome, request)))

    def _troubles(self, outcome: SyncOutcome, request: SyncRequest) -> Iterable[str]:
        say, field = self.wording.say, self.wording.field
        if outcome.failure is not None:
            yield say(came.FAILED, why=self.wording.fault(outcome.failure))
            return
        if outcome.result == "deleted" and outcome.bet_nr is None:
            yield say(came.UNKNOWN)
        if outcome.observed:
            yield say(came.OBSERVED)
        if outcome.declined and outcome.earlier is not None:
            yield say(came.OVERTAKEN, **self.wording.word(outcome.earlier))
            return
        for name, why in outcome.declined.items():
            yield say(came.NOT_CHANGED, field=field(name), why=say(came.REFUSALS[why]))
        chosen = {choice.field for choice in request.choices}
        for found in outcome.findings:
            if found.kind in (FindingKind.NOT_TAKEN, FindingKind.REFUSED) and found.field in chosen and found.system:
                yield say(came.NOT_TAKEN, field=field(found.field), system=self.wording.system(found.system))
        yield from self._of_link(outcome, request)

    def _of_link(self, outcome: SyncOutcome, request: SyncRequest) -> Iterable[str]:
        say = self.wording.say
        if request.link is not None and outcome.unknown_link == request.link:
            yield say(came.UNKNOWN_LINK, number=request.link)
        elif request.link is not None and outcome.bet_nr != request.link:
            yield say(came.OTHER_LINK, number=request.link, held=outcome.bet_nr or "–")
        if request.create_anyway and outcome.result != "create" and not outcome.observed:
            yield say(came.NOTHING_CREATED, number=outcome.bet_nr or "–")

    def _done(self, outcome: SyncOutcome, request: SyncRequest) -> Iterable[str]:
        say = self.wording.say
        if request.link is not None:
            yield say(came.LINKED, number=request.link)
        if outcome.result == "create":
            yield say(came.CREATED, number=outcome.bet_nr)
        if request.choices:
            yield say(came.DONE_FIELD, field=_named(request.choices, self.wording))
        left = [found for found in (*outcome.findings, *outcome.still_open) if found.kind in ASKED | HOLDING]
        if left:
            yield say(came.STILL_OPEN, what=", ".join(dict.fromkeys(self._left(f.kind, f.field) for f in left)))
        elif not request.choices:
            yield say(came.DONE)

    def _left(self, kind: FindingKind, field: str) -> str:
        named = self.wording.say(opens.KINDS[kind])
        return f"{self.wording.field(field)} ({named})" if field and kind in ASKED else named


def _named(choices: Iterable[Choice], wording: Wording) -> str:
    return ", ".join(wording.field(choice.field) for choice in choices)
