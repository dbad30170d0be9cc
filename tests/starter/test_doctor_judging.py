"""What `doctor` says of workers and open runs, by what was seen of them; no server is needed."""

from datetime import UTC, datetime, timedelta

from contracts.worker_card import WorkerCard
from installation.check import Check, Verdict
from runtime.version import version
from starter.views.checks import runs, workers
from starter.views.checks.runs import OpenRun
from starter.views.checks.workers import Here
from starter.views.crew import AskedWorker, Standing

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HERE = Here(task_queue="beteiligte-sync", observe=False)


def card(
    identity: str = "1@one",
    *,
    runs_version: str = version(),
    keys: tuple[str, ...] = (),
    encrypts: str | None = None,
    observe: bool = False,
    marks: tuple[str, ...] = (),
) -> WorkerCard:
    of_keys = {"keys": keys, "encrypts": encrypts, "marks": marks}
    return WorkerCard(identity=identity, version=runs_version, said=NOW, observe=observe, **of_keys)


def seen(
    said: WorkerCard | None, *, standing: Standing = Standing.ANSWERS, late: float = 0, identity: str = "1@one"
) -> AskedWorker:
    """A worker whose card Temporal took so many seconds after it was said."""
    taken = NOW + timedelta(seconds=late)
    return AskedWorker(identity=said.identity if said else identity, standing=standing, card=said, taken=taken)


def judged(*found: AskedWorker, here: Here = HERE) -> dict[str, Check]:
    return {check.name: check for check in workers.judged(found, here)}


def test_one_worker_as_set_is_well() -> None:
    """Nothing else is said."""
    assert {check.verdict for check in judged(seen(card())).values()} == {Verdict.OK}


def test_more_or_fewer_workers_than_set_are_a_warning_with_the_line() -> None:
    """The calls of a second are divided by that number."""
    two = judged(seen(card("1@one")), seen(card("2@two")))["workers"]
    few = judged(seen(card()), here=HERE.but(processes=3))["workers"]

    assert (two.verdict, (two.remedy or "").split()[0]) == (Verdict.WARNING, "WORKER_PROCESSES=2")
    assert few.verdict is Verdict.WARNING
    assert "1 of WORKER_PROCESSES=3" in few.seen


def test_where_all_hang_nobody_is_sent_to_start_what_runs() -> None:
    """The remedy is that of the one above."""
    found = judged(seen(card(), standing=Standing.SILENT))

    assert found["worker 1@one"].verdict is Verdict.WRONG
    assert "kill -9 1" in (found["worker 1@one"].remedy or "")
    assert "make up" not in (found["workers"].remedy or "")


def test_versions_and_observe_mode_must_agree() -> None:
    """One program on all machines."""
    other = judged(seen(card()), seen(card("2@two", runs_version="0.0.9")), here=HERE.but(processes=2))
    observing = judged(seen(card(observe=True)))

    assert other["versions"].verdict is Verdict.WARNING
    assert "2@two 0.0.9" in other["versions"].seen
    assert observing["observe mode of the workers"].verdict is Verdict.WRONG


def test_this_machine_may_lack_a_key_as_well() -> None:
    """Then commands here cannot read what the workers write."""
    found = judged(seen(card(keys=("key-1",), encrypts="key-1")))

    assert found["keys of this machine"].verdict is Verdict.WRONG
    assert "key-1" in found["keys of this machine"].seen


def test_a_clock_that_is_wrong_is_named_with_how_much() -> None:
    """Temporal took the card at once; so the difference is that of the clocks."""
    assert "clock of 1@one" not in judged(seen(card(), late=5))
    assert "-600 s" in judged(seen(card(), late=600))["clock of 1@one"].seen


def test_a_worker_without_a_card_is_no_bad_news() -> None:
    """An older version, while one after the other is started anew."""
    found = judged(seen(None, standing=Standing.UNKNOWN))

    assert found["worker 1@one"].verdict is Verdict.UNKNOWN
    assert found["workers"].verdict is Verdict.OK


def test_a_run_that_stands_still_is_named_with_what_shows_why() -> None:
    """Temporal tries it again for ever, and nobody sees it."""
    party, sweep = OpenRun(id="beteiligte-6b04", task_attempt=7), OpenRun(id="sweep-1", task_attempt=3)
    well = OpenRun(id="beteiligte-9d55", task_attempt=2)

    [first] = runs.judged([party, well], 2)
    [other] = runs.judged([sweep], 1)
    [fine] = runs.judged([well], 1)

    assert (first.verdict, (first.remedy or "").split("   ")[0]) == (Verdict.WRONG, "beteiligte-sync replay 6b04")
    assert "9d55" not in first.seen
    assert "--workflow-id sweep-1" in (other.remedy or "")
    assert fine.verdict is Verdict.OK


def test_a_last_attempt_is_a_warning_before_people_are_told() -> None:
    """Five are named, the rest counted."""
    last = [OpenRun(id=f"beteiligte-{n}", last_attempts=("advoware.push",)) for n in range(7)]

    [found] = runs.judged(last, 7)

    assert found.verdict is Verdict.WARNING
    assert found.seen.endswith("and 2 more")


def test_another_secret_under_the_same_id_is_another_key() -> None:
    """Against this machine, and between two workers; of an earlier version, which tells none, nothing is said."""
    one = card(keys=("key-1",), encrypts="key-1", marks=("key-1:aa",))
    other = card("2@two", keys=("key-1",), encrypts="key-1", marks=("key-1:bb",))
    old = card("3@old", keys=("key-1",), encrypts="key-1")
    here = HERE.but(keys=("key-1",), encrypts="key-1", marks=("key-1:aa",), processes=3)

    found = judged(seen(one), seen(other), seen(old), here=here)
    alone = judged(seen(other), here=here)
    well = judged(seen(one), seen(old), here=here)

    assert {name for name in found if name.startswith("secrets of")} == {
        "secrets of worker 1@one",
        "secrets of worker 2@two",
    }
    assert alone["secrets of worker 2@two"].verdict is Verdict.WRONG
    assert "key-1" in alone["secrets of worker 2@two"].seen
    assert not [name for name in well if name.startswith("secrets of")]
