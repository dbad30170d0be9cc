"""Whether a reconciliation run goes on or stops and asks, and what people are told then. Pure."""

from datetime import datetime

from beteiligte.messages.sweeps import explained
from beteiligte.sweep.alarms import Alarm, AlarmNews
from contracts.reconciliation import AlarmAnswer, Phase, Progress, ReconciliationOrder
from contracts.sweep_limits import FOREIGN_AGAIN
from workflows.sweep.guard import suspicion


def judged(order: ReconciliationOrder, run: Progress, run_id: str) -> Progress:
    """Sync, or ask first. Who confirms what he was shown is asked about the next thing that he was not.

    A dry run syncs nothing, so it says what it would have asked and ends.
    """
    news = _suspicious(order, run, run_id)
    if news is not None:
        question = run.question.but(about=news, alarm=explained(news), answer=None)
        return run.but(question=question, phase=Phase.DONE if order.dry_run else Phase.ASKING)
    return run.but(phase=Phase.DONE if order.dry_run else Phase.SYNCING)


def answered(order: ReconciliationOrder, run: Progress, run_id: str) -> Progress:
    """A person answered what was asked: go on with what he was shown, or end."""
    question = run.question
    if question.answer is None or not question.answer.go_on or question.about is None:
        return run.but(phase=Phase.DONE)
    confirmed = {**question.confirmed, question.about.alarm: question.about.number}
    return judged(order, run.but(question=question.but(confirmed=confirmed)), run_id)


def with_answer(run: Progress, answer: AlarmAnswer) -> Progress:
    """A person's answer; one that comes before there is a question, or to another one, counts for nothing."""
    if run.phase is not Phase.ASKING or not run.question.is_answered_by(answer):
        return run
    return run.but(question=run.question.but(answer=answer))


def foreign_writer_is_news(order: ReconciliationOrder, run: Progress, now: datetime) -> bool:
    """Another program writes our bookkeeping: told once a day, until it got through."""
    if not run.counts.foreign or order.dry_run:
        return False
    return run.foreign_told is None or now - run.foreign_told > FOREIGN_AGAIN


def alarm_news(
    run: Progress, run_id: str, alarm: Alarm, *, number: int = 0, limit: int = 0, code: str = ""
) -> AlarmNews:
    """What people are told of an alarm."""
    counts = run.counts
    return AlarmNews(
        alarm=alarm,
        number=number,
        limit=limit,
        due=sum(run.due.values()),
        synced=counts.asked,
        run=run_id,
        code=code,
        named=run.named.get(alarm, ()),
        gone={Alarm.MOVED: counts.gone, Alarm.DELETED: counts.deleted}.get(alarm, 0),
    )


def _suspicious(order: ReconciliationOrder, run: Progress, run_id: str) -> AlarmNews | None:
    # Until all pages of rows were seen, fewer of them than there are mean nothing.
    whole = run.position.resume is not Phase.MODIFIED and run.position.since is None
    found = suspicion(run.counts, order.timing, known=run.before.total, whole=whole, confirmed=run.question.confirmed)
    return alarm_news(run, run_id, found.alarm, number=found.number, limit=found.limit) if found else None
