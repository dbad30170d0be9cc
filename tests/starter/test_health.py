"""The verdict of `status`, by what is seen alone: each thing that may be wrong turns it, and says how many."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from beteiligte.faults import System
from beteiligte.selftest import Kind, Problem
from contracts.fault_report import FaultReport
from contracts.outage import OutageState
from contracts.party import PartyState
from contracts.pause import PauseOrder
from contracts.reconciliation import Counts, Phase, ReconciliationState, RunKind
from contracts.worker_card import WorkerCard
from runtime.workers import WorkerSeen
from starter.cli import verdict_lines
from starter.views.crew import AskedWorker, Standing
from starter.views.detection import Detection
from starter.views.detection_lag import DetectionLag, DetectionMode
from starter.views.health import StatusCause, StatusHealth, StatusVerdict, health, judged
from starter.views.inspection import Inspection, PendingStep
from starter.views.outages import Outage
from starter.views.overview import InspectedRuns, Overview
from starter.views.queues import Queue
from starter.views.runs import Run
from starter.views.sweeps import Sweep
from starter.views.timetable import TimetableRow
from starter.views.undecided import UndecidedParties
from starter.views.untold import UntoldEdits
from starter.webhook.received import OTHER, Received, RefusalReason

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
WORKER = WorkerSeen(identity="1@vm", last_seen=NOW)
PARTY = Run(party_id="6b04cd6d623bec762", run_id="r", state="running", started=NOW)
WELL = Overview(
    task_queue="beteiligte-sync",
    workers=(WORKER,),
    paused=False,
    schedules=(TimetableRow(id="sweep"), TimetableRow(id="nightly")),
    advoware=Detection(detection_lag=DetectionLag(how=DetectionMode.LISTED)),
    counts={},
    outages=(),
    reconciliations=(),
    running=InspectedRuns(),
    failed=InspectedRuns(),
    undecided=UndecidedParties(),
)
PAUSE = PauseOrder(by="anna", at=NOW, note="move of the CRM server")
LANDED = PartyState(party_id=PARTY.party_id, asked=1, answered=0, untold=1)


def worker(identity: str, standing: Standing = Standing.ANSWERS, **card: Any) -> AskedWorker:
    said = WorkerCard(identity=identity, version="0.1.0", said=NOW, **card)
    return AskedWorker(identity=identity, standing=standing, card=said)


def sweep(**what: Any) -> dict[str, Any]:
    return {"reconciliations": (Sweep(workflow_id="nightly-2026-11-28", started=NOW, **what),)}


def asking() -> ReconciliationState:
    return ReconciliationState(
        kind=RunKind.NIGHTLY, began=NOW, phase=Phase.ASKING, counts=Counts(), due=3, alarm="3 parties were changed."
    )


def step(attempt: int) -> PendingStep:
    return PendingStep(activity="sweep.links", attempt=attempt, attempts=9, failure="Transient: no answer")


def running(**what: Any) -> dict[str, Any]:
    return {"running": InspectedRuns(shown=(Inspection(run=PARTY, **what),), number=1)}


def row(name: str = "nightly", **what: Any) -> dict[str, Any]:
    return {"schedules": (TimetableRow(id=name, **what),)}


def refused(kind: str, why: RefusalReason, *, then_good: bool = False, number: int = 3) -> dict[str, Any]:
    seen = Received(since=NOW).refused(kind, why, NOW, number)
    return {"deliveries": seen.taken(kind, NOW) if then_good else seen}


BROKEN: dict[StatusCause, dict[str, Any]] = {
    StatusCause.NO_WORKER: {"workers": ()},
    StatusCause.SILENT_WORKER: {"crew": (worker("1@vm", Standing.SILENT), worker("2@vm"))},
    StatusCause.KEYS: {
        "crew": (worker("1@vm", keys=("key-1",)), worker("2@vm", keys=("key-1", "key-2"), encrypts="key-2"))
    },
    StatusCause.DISK: {"space": "only 3 MB are free where /srv/state/temporal.db is: free some space"},
    StatusCause.OUTAGE: {
        "outages": (
            Outage(workflow_id="", started=NOW, state=OutageState(system=System.ADVOWARE, since=NOW, waiting=2)),
        )
    },
    StatusCause.SYSTEM_REFUSES: {
        "outages": (Outage(workflow_id="outage-espocrm", started=NOW, codes=("CredentialsRefused",)),)
    },
    StatusCause.SYSTEM_LACKS: {"outages": (Outage(workflow_id="outage-espocrm", started=NOW, codes=("NoRight",)),)},
    StatusCause.SELF_TEST: {"self_test": (Problem(system=System.ESPOCRM, kind=Kind.REFUSED, detail="a key"),)},
    StatusCause.STANDSTILL: running(stumbled=2),
    StatusCause.OTHER_QUEUE: {"elsewhere": (Queue(name="old", runs=4),)},
    StatusCause.REFUSED: refused("update", RefusalReason.SIGNATURE),
    StatusCause.SILENT_WEBHOOKS: {"untold": UntoldEdits(sweeps=2, edits=5, since=NOW)},
    StatusCause.NO_SCHEDULE: row(there=False),
    StatusCause.SCHEDULE_PAUSED: row(paused=True, note="import"),
    StatusCause.OVERDUE: row(overdue=True),
    StatusCause.SWEEP_FAILED: sweep(failure=FaultReport(code="MissingAttribute", message="x")),
    StatusCause.SWEEP_WAITS: sweep(pending=(step(3),)),
}
NEEDS_YOU: dict[StatusCause, dict[str, Any]] = {
    StatusCause.PAUSED: {"paused": True, "pause": PAUSE},
    StatusCause.SWEEP_ASKS: sweep(state=asking()),
    StatusCause.UNDECIDED: {"undecided": UndecidedParties(number=4)},
    StatusCause.FAILED: {"failed": InspectedRuns(number=100, at_least=True, more=True)},
    StatusCause.UNFINISHED: running(state=LANDED, pending=(step(2),)),
}


def of(**what: Any) -> StatusHealth:
    return health(WELL.model_copy(update=what))


def causes(**what: Any) -> list[StatusCause]:
    return causes_of(of(**what))


def causes_of(seen: StatusHealth) -> list[StatusCause]:
    return [reason.cause for reason in seen.reasons]


def test_where_nothing_is_wrong_all_is_well() -> None:
    """In two words."""
    assert of() == StatusHealth(verdict=StatusVerdict.ALL_WELL)
    assert verdict_lines.headline(of()) == "All well"


@pytest.mark.parametrize("cause", BROKEN)
def test_what_keeps_edits_from_getting_through_is_broken(cause: StatusCause) -> None:
    """And nothing else is seen in it."""
    seen = of(**BROKEN[cause])

    assert (seen.verdict, [reason.cause for reason in seen.reasons]) == (StatusVerdict.BROKEN, [cause])


@pytest.mark.parametrize("cause", NEEDS_YOU)
def test_what_waits_for_a_person_needs_one(cause: StatusCause) -> None:
    """The program works."""
    seen = of(**NEEDS_YOU[cause])

    assert (seen.verdict, [reason.cause for reason in seen.reasons]) == (StatusVerdict.NEEDS_YOU, [cause])


def test_every_cause_is_tried() -> None:
    """A new one is held here, too."""
    assert {*BROKEN} | {*NEEDS_YOU} == {*StatusCause}


@pytest.mark.parametrize(("cause", "what"), [*BROKEN.items(), *NEEDS_YOU.items()])
def test_each_cause_is_counted_in_the_headline_and_explained_below(cause: StatusCause, what: dict[str, Any]) -> None:
    """With something to do about it: a command, a setting, a place to look at."""
    seen = judged(WELL.model_copy(update=what))
    words, text = verdict_lines.headline(seen.health), " ".join(verdict_lines.lines(seen))

    assert words.startswith("Broken: " if cause in BROKEN else "Needs you: ")
    assert "\n" not in words
    remedies = ("`", "TEMPORAL_KEYS", "below", "by themselves", "by itself", "TEMPORAL_", "Self-test")
    assert any(remedy in text for remedy in remedies)


def test_the_headline_counts_what_is_broken_before_what_waits() -> None:
    """Whoever reads three words reads the worst."""
    seen = of(workers=(), **NEEDS_YOU[StatusCause.FAILED], **NEEDS_YOU[StatusCause.UNDECIDED])

    assert (
        verdict_lines.headline(seen)
        == "Broken: no worker. Needs you: 4 parties to decide about, at least 100 failed parties"
    )


@pytest.mark.parametrize(
    "harmless",
    [
        running(stumbled=1),
        running(pending=(step(3),)),
        running(state=LANDED),
        row(running=("nightly-1",)),
        {**row(paused=True, with_writing=True), "paused": True, "pause": PAUSE},
        sweep(pending=(step(2),)),
        {"crew": (worker("1@vm", keys=("key-1",), encrypts="key-1"), worker("2@vm", keys=("key-1", "key-2")))},
        {"crew": (AskedWorker(identity="1@vm", standing=Standing.UNKNOWN),), "encrypts": "key-2"},
        {"elsewhere": (Queue(name="old", runs=4, workers=(WORKER,)),)},
        refused("update", RefusalReason.BODY, then_good=True),
        refused("update", RefusalReason.ELEMENT),
        refused(OTHER, RefusalReason.ADDRESS),
        {"deliveries": Received(since=NOW).taken("update", NOW)},
    ],
)
def test_what_mends_itself_or_is_nobody_s_fault_is_no_cause(harmless: dict[str, Any]) -> None:
    """A worker that was ended at its work, a second attempt, a note of a sync under way, who else sends there."""
    assert [cause for cause in causes(**harmless) if cause is not StatusCause.PAUSED] == []


def test_a_good_delivery_of_another_webhook_hides_no_wrong_secret() -> None:
    """What the other one tells never arrives; it may be a stranger's, too, so it is a question."""
    seen = of(**refused("update", RefusalReason.SIGNATURE, then_good=True))

    assert (seen.verdict, causes_of(seen)) == (StatusVerdict.NEEDS_YOU, [StatusCause.REFUSED])


def test_a_schedule_that_was_paused_with_all_writing_and_not_resumed_with_it_is_broken() -> None:
    """Somebody ended the pause in the Web UI."""
    assert causes(**row(paused=True, with_writing=True)) == [StatusCause.SCHEDULE_PAUSED]


def test_a_key_that_commands_here_encrypt_with_must_be_known_to_workers() -> None:
    """What they are asked is written with it."""
    assert causes(crew=(worker("1@vm", keys=("key-1",)),), encrypts="key-2") == [StatusCause.KEYS]
    assert causes(crew=(worker("1@vm", keys=("key-1", "key-2")),), encrypts="key-2") == []


def test_a_worker_that_has_another_key_of_the_same_id_is_broken() -> None:
    """The ids agree, the secrets do not."""
    other = (worker("1@vm", keys=("key-1",), marks=("key-1:bb",)),)
    assert causes(crew=other, encrypts="key-1", marks=("key-1:aa",)) == [StatusCause.KEYS]
    assert causes(crew=other, encrypts="key-1", marks=("key-1:bb",)) == []


def test_a_failed_nightly_comparison_is_not_overdue_as_well() -> None:
    """One cause, one line."""
    assert causes(**sweep(failure=FaultReport(code="x", message="")), **row(overdue=True)) == [StatusCause.SWEEP_FAILED]


def test_edits_that_one_sweep_found_are_a_question_only() -> None:
    """An import, or the program was away: nobody has to be called at night for it."""
    seen = of(untold=UntoldEdits(sweeps=1, edits=7, since=NOW - timedelta(hours=1)))

    assert seen.verdict is StatusVerdict.NEEDS_YOU
    assert verdict_lines.headline(seen) == "Needs you: 7 edits that no delivery told of"


@pytest.mark.parametrize(
    ("codes", "line"),
    [
        (("Transient",), "Broken: Advoware is down"),
        (("CredentialsRefused", "NoRight"), "Broken: Advoware refuses us"),
        (("NoRight", "Paused"), "Broken: a right or a field is missing in Advoware"),
        (("MissingAttribute", "Throttled"), "Broken: Advoware is down"),
        ((), "Broken: Advoware is down"),
        (("Paused",), "All well"),
    ],
)
def test_an_outage_is_named_by_what_parties_met_also_where_no_worker_says_so(codes: tuple[str, ...], line: str) -> None:
    """Who is down needs patience, who refuses needs a person, and a pause is told as a pause."""
    outage = Outage(workflow_id="outage-advoware", started=NOW, codes=codes)

    assert verdict_lines.headline(of(outages=(outage,))) == line
