"""What follows from a reconciliation's progress: where it begins, what it looks at, when it asks, where it goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from beteiligte.sweep.alarms import Alarm
from beteiligte.sweep.due import Due
from beteiligte.sweep.paging import Cursor
from contracts.reconciliation import (
    AlarmAnswer,
    Counts,
    Phase,
    Position,
    PreviousRun,
    Progress,
    ReconciliationOrder,
    Rounds,
    RunKind,
    RunSummary,
    Unseen,
)
from contracts.sweep import DueParty, LinksOrder, LinksSeen, PageSeen, Portion
from contracts.sweep_limits import FOREIGN_AGAIN, MOST_REMEMBERED, PORTION, REWINDS
from contracts.timing import SweepTiming
from workflows.sweep import beginning, judging, looking, reports, syncing

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=15)
OVERLAP = SweepTiming().overlap
SECOND = "2026-11-24 11:59:00"
RUN = "sweep-x"
SWEEP = ReconciliationOrder(kind=RunKind.SWEEP, timing=SweepTiming(guard_number=3))
NIGHTLY = SWEEP.but(kind=RunKind.NIGHTLY)


def before(**more: object) -> RunSummary:
    """What the sweep a quarter of an hour ago came to."""
    known = {"kind": RunKind.SWEEP, "began": EARLIER, "counts": Counts(), "until": "2026-11-24 11:45:00", "total": 9}
    return RunSummary.model_validate({**known, **more})


def run(phase: Phase = Phase.MODIFIED, **more: object) -> Progress:
    """A run in the middle."""
    return Progress.model_validate({"began": NOW, "phase": phase, **more})


def due(number: int, reason: Due = Due.EDITED) -> tuple[DueParty, ...]:
    """So many."""
    return tuple(DueParty(party_id=f"p{at}", due=reason) for at in range(number))


def answer(*, go_on: bool, alarm: str = "") -> AlarmAnswer:
    """A person's."""
    return AlarmAnswer(go_on=go_on, by="anna", at=NOW, alarm=alarm)


# ---------------------------------------------------------------- where it begins


def test_the_first_run_of_all_looks_at_everything() -> None:
    """It knows nothing of one before."""
    first = beginning.begun(SWEEP, NOW, None, ())

    assert (first.phase, first.position.since, first.before) == (Phase.STATUSES, None, PreviousRun())
    assert first.rounds == Rounds(began=NOW)


def test_a_sweep_goes_on_where_the_one_before_ended_less_the_overlap() -> None:
    """By EspoCRM's clock, which the answer told."""
    assert beginning.begun(SWEEP, NOW, before(), ()).position.since == "2026-11-24 11:40:00"


def test_a_sweep_never_goes_on_behind_the_newest_record_seen() -> None:
    """What tells the time of an answer may be another machine's clock."""
    seen = before(newest="2026-11-24 10:00:00")

    assert beginning.begun(SWEEP, NOW, seen, ()).position.since == "2026-11-24 09:59:50"


def test_what_a_person_refused_is_looked_at_from_where_that_began() -> None:
    """It is still there."""
    refused = before(since="2026-11-24 08:00:00", answer=answer(go_on=False))

    assert beginning.begun(SWEEP, NOW, refused, ()).position.since == "2026-11-24 08:00:00"


@pytest.mark.parametrize("order", [NIGHTLY, SWEEP])
def test_what_was_only_reported_is_still_to_be_done(order: ReconciliationOrder) -> None:
    """Nobody was told of it either."""
    reported = before(dry_run=True, foreign_told=EARLIER)

    begun = beginning.begun(order, NOW, reported, ())

    assert (begun.position.since, begun.foreign_told) == (None, None)


def test_a_nightly_run_compares_every_record() -> None:
    """By their bases alone: what asks by its status is among them."""
    begun = beginning.begun(NIGHTLY, NOW, before(position=7), ())

    assert (begun.phase, begun.position.since, begun.position.links_after) == (Phase.MODIFIED, None, 0)


def test_a_round_begins_where_the_one_before_came_to_the_end() -> None:
    """Else it goes on in the middle."""
    rounds = Rounds(began=EARLIER)

    assert beginning.begun(SWEEP, NOW, before(rounds=rounds), ()).rounds == Rounds(began=NOW, before=EARLIER)
    assert beginning.begun(SWEEP, NOW, before(rounds=rounds, position=7), ()).rounds == rounds


# ---------------------------------------------------------------- looking


def test_each_list_is_followed_by_the_next_when_its_last_page_was_seen() -> None:
    """Due statuses, then what was modified, then the links."""
    more, last = PageSeen(rows=1, next=Cursor(modified_at=SECOND)), PageSeen(rows=1)

    assert looking.after_page(SWEEP, run(Phase.STATUSES), more).phase is Phase.STATUSES
    assert looking.after_page(SWEEP, run(Phase.STATUSES), last).phase is Phase.MODIFIED
    assert looking.after_page(SWEEP, run(Phase.MODIFIED), last).phase is Phase.LINKS


def test_all_pages_of_a_list_look_as_far_as_its_first_answer_said() -> None:
    """Rows that move beyond it were just synced; the next list asks anew."""
    first = looking.next_page(NIGHTLY, run(Phase.MODIFIED, position=Position(until=SECOND)))
    second = looking.next_page(
        NIGHTLY, run(Phase.MODIFIED, position=Position(until=SECOND, cursor=Cursor(modified_at=SECOND)))
    )

    assert (first.until, first.counted) == ("", True)
    assert (second.until, second.counted) == (SECOND, False)


def test_a_clock_that_was_set_back_hides_nothing() -> None:
    """EspoCRM's first answer shows a time that lies before what the sweep before saw."""
    begun = run(position=Position(since="2026-11-24 11:40:00"), before=PreviousRun(back=timedelta(minutes=20)))
    seen = PageSeen(rows=1, until="2026-11-24 11:00:00")

    assert looking.after_page(SWEEP, begun, seen).position.since == "2026-11-24 10:40:00"


def test_a_sweep_asks_once_for_what_its_status_asks_for() -> None:
    """The nightly run does not look at statuses, so it asks by its one list."""
    seen = PageSeen(rows=1, found=due(1, Due.ASKED))

    assert looking.after_page(SWEEP, run(Phase.STATUSES), seen).found == seen.found
    assert looking.after_page(SWEEP, run(Phase.MODIFIED), seen).found == ()
    assert looking.after_page(NIGHTLY, run(Phase.MODIFIED), seen).found == seen.found


def test_a_party_that_is_due_twice_counts_once() -> None:
    """Under the reason that was found first."""
    once = looking.after_page(NIGHTLY, run(), PageSeen(rows=1, found=due(1)))
    twice = looking.after_links(NIGHTLY, once, LinksOrder(), LinksSeen(rows=1, found=due(1, Due.MOVED)))

    assert (twice.due, len(twice.found)) == ({"edited": 1}, 1)


def test_what_is_more_than_a_run_carries_is_judged_before_the_rest_is_looked_at() -> None:
    """Then it goes on where it was."""
    seen = PageSeen(rows=1, found=due(MOST_REMEMBERED), next=Cursor(modified_at=SECOND))

    full = looking.after_page(NIGHTLY, run(), seen)

    assert (full.phase, full.position.resume) == (Phase.JUDGING, Phase.MODIFIED)


def test_a_dry_run_carries_nothing_to_sync() -> None:
    """It counts."""
    dry = looking.after_page(NIGHTLY.but(dry_run=True), run(), PageSeen(rows=1, found=due(2)))

    assert (dry.found, dry.due) == ((), {"edited": 2})


@pytest.mark.parametrize(("began_at", "every"), [(0, True), (7, False)])
def test_every_link_was_compared_only_by_a_run_that_began_at_the_first(began_at: int, every: bool) -> None:
    """One that went on in the middle came to the end as well."""
    middle = run(Phase.LINKS, before=PreviousRun(links_after=began_at))

    done = looking.after_links(SWEEP, middle, LinksOrder(), LinksSeen(rows=3))

    assert (done.phase, done.position.all_links) == (Phase.JUDGING, every)


# ---------------------------------------------------------------- judging


def suspicious(**more: object) -> Progress:
    """More first syncs than are likely."""
    return run(Phase.JUDGING, counts=Counts(first=12), found=due(12), **more)


def test_what_looks_like_work_is_synced() -> None:
    """Nobody is asked."""
    assert judging.judged(SWEEP, run(Phase.JUDGING, counts=Counts(first=3)), RUN).phase is Phase.SYNCING


def test_what_looks_like_an_accident_is_asked_about() -> None:
    """With the figures, and by the name of the run, by which people answer."""
    asking = judging.judged(SWEEP, suspicious(), RUN)

    assert asking.phase is Phase.ASKING
    assert asking.question.about is not None
    assert (asking.question.about.alarm, asking.question.about.number, asking.question.about.run) == (
        Alarm.FIRST,
        12,
        RUN,
    )
    assert "12 parties were never synced" in asking.question.alarm


def test_a_dry_run_says_what_it_would_have_asked_and_ends() -> None:
    """It would have synced nothing either."""
    told = judging.judged(SWEEP.but(dry_run=True), suspicious(), RUN)

    assert (told.phase, bool(told.question.alarm)) == (Phase.DONE, True)


def test_an_answer_counts_only_while_it_is_asked_for() -> None:
    """And only to what was shown."""
    asking = judging.judged(SWEEP, suspicious(), RUN)

    assert judging.with_answer(suspicious(), answer(go_on=True)).question.answer is None
    assert judging.with_answer(asking, answer(go_on=True, alarm="another")).question.answer is None
    assert judging.with_answer(asking, answer(go_on=True, alarm=asking.question.alarm)).question.answer is not None


def test_the_first_answer_counts() -> None:
    """Two people may answer at once."""
    asking = judging.judged(SWEEP, suspicious(), RUN)

    first = judging.with_answer(asking, answer(go_on=False))

    assert judging.with_answer(first, answer(go_on=True)) == first


def test_who_refuses_ends_the_run() -> None:
    """Nothing is synced."""
    asking = judging.with_answer(judging.judged(SWEEP, suspicious(), RUN), answer(go_on=False))

    assert judging.answered(SWEEP, asking, RUN).phase is Phase.DONE


def test_who_confirms_is_asked_about_the_next_thing() -> None:
    """What he was shown is intended; what else looks like an accident he was not."""
    both = suspicious().but(counts=Counts(first=12, overwritten=12))
    first = judging.judged(SWEEP, both, RUN)

    second = judging.answered(SWEEP, judging.with_answer(first, answer(go_on=True)), RUN)
    done = judging.answered(SWEEP, judging.with_answer(second, answer(go_on=True)), RUN)

    assert [one.question.about and one.question.about.alarm for one in (first, second)] == [
        Alarm.OVERWRITTEN,
        Alarm.FIRST,
    ]
    assert (second.phase, done.phase) == (Phase.ASKING, Phase.SYNCING)
    assert done.question.confirmed == {Alarm.OVERWRITTEN: 12, Alarm.FIRST: 12}


@pytest.mark.parametrize(
    ("told", "news"),
    [(None, True), (NOW - FOREIGN_AGAIN, False), (NOW - FOREIGN_AGAIN - timedelta(seconds=1), True)],
)
def test_another_program_is_told_of_once_a_day(told: datetime | None, news: bool) -> None:
    """Until it got through, at every run."""
    seen = run(counts=Counts(foreign=1), foreign_told=told)

    assert judging.foreign_writer_is_news(SWEEP, seen, NOW) == news
    assert not judging.foreign_writer_is_news(SWEEP.but(dry_run=True), seen, NOW)
    assert not judging.foreign_writer_is_news(SWEEP, seen.but(counts=Counts()), NOW)


# ---------------------------------------------------------------- syncing


def test_due_parties_are_synced_in_portions() -> None:
    """Each once, in the order in which they were found."""
    whole = run(Phase.SYNCING, found=due(PORTION + 1))

    rest = syncing.after_portion(whole, Portion(asked=PORTION, slow=2))

    assert len(syncing.next_portion(whole, SWEEP.timing).party_ids) == PORTION
    assert (rest.found, rest.counts.asked, rest.counts.slow) == (whole.found[-1:], PORTION, 2)


@pytest.mark.parametrize(("gone", "together"), [(1, 0), (2, 2)])
def test_several_records_that_are_gone_are_told_of_together(gone: int, together: int) -> None:
    """One alone is synced like any other."""
    order = syncing.next_portion(run(Phase.SYNCING, found=due(gone, Due.DELETED)), SWEEP.timing)

    assert (len(order.party_ids), len(order.deleted)) == (gone - together, together)


def test_behind_the_last_portion_a_run_is_done_or_looks_on_at_the_beginning_of_its_second() -> None:
    """Synced rows left their second, and those behind them moved up."""
    cursor = Cursor(modified_at=SECOND, offset=40, again=("p",))
    position = Position(cursor=cursor, resume=Phase.MODIFIED)

    on = syncing.all_synced(run(Phase.SYNCING, position=position))

    assert syncing.all_synced(run(Phase.SYNCING)).phase is Phase.DONE
    assert (on.phase, on.position.resume) == (Phase.MODIFIED, None)
    assert on.position.cursor == Cursor(modified_at=SECOND)


def test_a_run_that_can_write_nothing_comes_to_an_end() -> None:
    """No row leaves its second, and each look finds the same ones."""
    cursor = Cursor(modified_at=SECOND, offset=40)
    often = Position(cursor=cursor, resume=Phase.MODIFIED, rewinds=REWINDS)

    assert syncing.all_synced(run(Phase.SYNCING, position=often)).position.cursor == cursor


# ---------------------------------------------------------------- what it says


def test_what_a_person_did_not_believe_is_nothing_to_go_on_from() -> None:
    """The count, the place and the round are those of the run before."""
    rounds = Rounds(began=EARLIER)
    asking = judging.judged(
        SWEEP,
        suspicious(before=PreviousRun(total=9, links_after=3, rounds=rounds), position=Position(links_after=5)),
        RUN,
    ).but(rounds=rounds.another(NOW))
    refused = judging.answered(SWEEP, judging.with_answer(asking, answer(go_on=False)), RUN)

    seen = reports.summary(SWEEP, refused.but(counts=Counts(total=1, first=12)))

    assert (seen.total, seen.position, seen.rounds) == (9, 3, rounds)


def test_what_was_not_looked_at_is_said_once_it_is_known() -> None:
    """In the middle of looking nobody can say."""
    assert reports.not_looked_at(SWEEP, run(Phase.LINKS)) == ()
    assert reports.not_looked_at(SWEEP, run(Phase.JUDGING)) == tuple(Unseen)
    assert reports.not_looked_at(SWEEP, run(Phase.DONE, position=Position(all_links=True))) == (Unseen.ONLY_ADVOWARE,)
