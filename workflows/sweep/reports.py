"""What a reconciliation run says of itself: what it did not look at, what the next run goes on from. Pure."""

from contracts.reconciliation import Phase, Progress, ReconciliationOrder, ReconciliationState, RunSummary, Unseen

LOOKED = frozenset({Phase.JUDGING, Phase.ASKING, Phase.SYNCING, Phase.DONE})
"""Only then it is known what was not looked at."""


def state(order: ReconciliationOrder, run: Progress) -> ReconciliationState:
    """Where it is and what it saw."""
    return ReconciliationState(
        kind=order.kind,
        began=run.began,
        phase=run.phase,
        counts=run.counts,
        due=len(run.found),
        alarm=run.question.alarm,
        about=run.question.about,
        not_looked_at=not_looked_at(order, run),
    )


def summary(order: ReconciliationOrder, run: Progress) -> RunSummary:
    """What it came to. What a person did not believe is nothing to compare the next run with."""
    counts, position, question = run.counts, run.position, run.question
    seen = RunSummary(
        kind=order.kind,
        began=run.began,
        counts=counts,
        total=run.before.total if counts.total is None else counts.total,
        due=run.due,
        position=position.links_after,
        not_looked_at=not_looked_at(order, run),
        rounds=run.rounds,
        alarm=question.alarm,
        about=question.about,
        answer=question.answer,
        since=position.since,
        until=position.until,
        newest=position.newest,
        foreign_told=run.foreign_told,
        dry_run=order.dry_run,
    )
    before = run.before
    return seen.but(total=before.total, position=before.links_after, rounds=before.rounds) if seen.refused else seen


def not_looked_at(order: ReconciliationOrder, run: Progress) -> tuple[Unseen, ...]:
    """What a run that has looked says nothing about."""
    if run.phase not in LOOKED:
        return ()
    links = () if run.position.all_links else (Unseen.LINKS, Unseen.DOUBLED)
    return links if order.timing.listing else (*links, Unseen.ONLY_ADVOWARE)


def described(order: ReconciliationOrder, run: Progress) -> str:
    """What the Web UI shows without opening an event: figures and ids."""
    stopped = _stopped(run)
    fault = f" · **links not looked at: {run.fault.code}**" if run.fault else ""
    unseen = not_looked_at(order, run)
    left = f" · not looked at: {', '.join(unseen)}" if unseen and not fault else ""
    return f"**{order.kind}: {run.phase}** · {_seen(run)}{stopped}{fault}{left}"


def _seen(run: Progress) -> str:
    counts = run.counts
    of = "" if counts.total is None else f" of {counts.total}"
    of_links = "" if counts.linked_total is None else f" of {counts.linked_total}"
    return f"{counts.rows}{of} rows · {counts.linked}{of_links} links · {len(run.found)} due · {counts.asked} synced"


def _stopped(run: Progress) -> str:
    """What it asks, with some of the parties."""
    if run.phase is not Phase.ASKING:
        return ""
    about = run.question.about
    named = ", ".join(f"`{one.party_id}` {one.change}" for one in about.named) if about else ""
    return f" · **stopped: {run.question.alarm}**{' ' + named if named else ''}"
