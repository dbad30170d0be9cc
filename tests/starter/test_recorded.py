"""What is read from a history is what the run did: every stored one can be read, and is read right.

The workflow itself is the judge: it is replayed, and what it compared and answered is listened to.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from beteiligte.decide.situation import Situation
from beteiligte.record.party_fields import PARTY_TABLE
from contracts import activity_names
from contracts.party import SyncOutcome
from runtime.payloads import BOUNDED
from starter.views import explaining, histories
from starter.views.recorded import reading
from starter.views.recorded.record import RecordedRun
from starter.views.recorded.syncs import RecordedSync, syncs_of
from tests.replay.record import HISTORIES
from tests.rules import party_rules
from workflows import web_ui
from workflows.party.workflow import PartyWorkflow

STORED = sorted(HISTORIES.glob("*.json"))
PARTIES = [path for path in STORED if '"name":"Beteiligter"' in path.read_text(encoding="utf-8")]
each_party = pytest.mark.parametrize("path", PARTIES, ids=lambda path: path.stem)


def history(path: Path) -> WorkflowHistory:
    """A stored history."""
    text = path.read_text(encoding="utf-8")
    return WorkflowHistory.from_json(json.loads(text)["workflowId"], text)


async def record(path: Path) -> RecordedRun:
    """As it is read."""
    return await reading.record_of(history(path).events, "a-run", BOUNDED)


async def syncs(path: Path) -> list[RecordedSync]:
    """Its syncs."""
    return await syncs_of(await record(path))


@each_party
async def test_every_stored_history_can_be_told_and_each_of_its_fields_explained(path: Path) -> None:
    """Whatever a run met: nobody who asks gets a trace instead of an answer."""
    found = await syncs(path)

    assert found
    for sync in found:
        seen = histories.shown(sync)
        assert seen.model_dump_json()
        assert seen.ended is None or seen.ended >= seen.began
        for field in PARTY_TABLE.by_name:
            told = explaining.of_sync(sync, "a-party", field, PARTY_TABLE, party_rules())
            assert told.model_dump_json()


@each_party
async def test_each_comparison_is_put_together_as_the_workflow_made_it(path: Path) -> None:
    """Where it says that nothing is missing; else today's settings would be judged by something that never was."""
    heard = await listened(path)
    compared = [one for sync in await syncs(path) for one in sync.comparisons]

    assert len(compared) == len(heard.compared)
    for one, situation in zip(compared, heard.compared, strict=True):
        if one.exact:
            assert one.situation is not None
            assert _as_decided(one.situation) == _as_decided(situation)


def _as_decided(situation: Situation) -> Situation:
    """Our own `syncing`, written meanwhile, decides nothing, nor how often a write-back was tried."""
    owed = situation.owed.but(attempts_used_up=False, causes_told=())
    return situation.but(espocrm=situation.espocrm.but(status=None, version=None), owed=owed)


async def test_hardly_any_comparison_lacks_anything() -> None:
    """Deleted records and doubtful creates aside, all can be decided once more."""
    compared = [one for path in PARTIES for sync in await syncs(path) for one in sync.comparisons]
    lacking = [one for one in compared if not one.exact]

    assert len(lacking) < len(compared) / 4


@each_party
async def test_each_sync_is_told_with_what_it_was_asked_for_and_what_it_came_to(path: Path) -> None:
    """One for each outcome, with the reasons of the requests that it answered."""
    heard = await listened(path)
    ended = [sync for sync in await syncs(path) if sync.end]

    assert [(sync.reasons, sync.end.decision) for sync in ended if sync.end] == heard.answered


# ---------------------------------------------------------------------- listening to a replay


class Heard:
    """What a replayed workflow compared, and what it answered to whom."""

    def __init__(self) -> None:
        self.compared: list[Situation] = []
        self.answered: list[tuple[tuple[str, ...], str]] = []
        self.reasons: tuple[str, ...] = ()


_KNOWN: dict[Path, Heard] = {}


async def listened(path: Path) -> Heard:
    """The history replayed through the workflow's code, once."""
    if path not in _KNOWN:
        _KNOWN[path] = await _replayed(path)
    return _KNOWN[path]


async def _replayed(path: Path) -> Heard:
    heard = Heard()
    replayer = Replayer(
        workflows=[PartyWorkflow],
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[_Listening(heard)],
        data_converter=BOUNDED,
    )
    begin, outcome = web_ui.show_begin, web_ui.show_outcome
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_ui, "show_begin", _heard_reasons(begin, heard))
        patch.setattr(web_ui, "show_outcome", _heard_outcome(outcome, heard))
        await replayer.replay_workflow(history(path))
    return heard


def _heard_reasons(show: Callable[..., None], heard: Heard) -> Callable[..., None]:
    def listening(reasons: Any, owed: Any) -> None:
        heard.reasons = tuple(reasons)
        show(reasons, owed)

    return listening


def _heard_outcome(show: Callable[..., None], heard: Heard) -> Callable[..., None]:
    def listening(outcome: SyncOutcome, *rest: Any, **more: Any) -> None:
        heard.answered.append((heard.reasons, outcome.shown))
        show(outcome, *rest, **more)

    return listening


class _Listening(Interceptor):
    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,
    ) -> type[WorkflowInboundInterceptor] | None:
        heard = self._heard

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, heard))

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, heard: Heard) -> None:
        super().__init__(next)
        self._heard = heard

    def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
        if input.activity == activity_names.COMPARISON_DECIDE:
            self._heard.compared.append(input.args[0])
        return super().start_local_activity(input)
