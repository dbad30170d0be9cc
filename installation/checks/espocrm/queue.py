"""EspoCRM's webhook queue: how fast it is emptied, and whether it is emptied at all (facts/espocrm.md §1.4)."""

from datetime import datetime, timedelta
from math import ceil

from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import WEBHOOKS
from installation.checks.espocrm.seen import AdministrationSeen, EspoCrmSeen, Unread

AT_ONCE = 20
"""EspoCRM's default of `webhookQueueEventPortionSize`."""
EVERY = timedelta(minutes=2)
"""Its default schedule of the job that sends."""
LATE = timedelta(minutes=15)
"""Longer than any schedule that makes sense: EspoCRM's cron stands still, or the queue is far behind."""
PORTION, JOB, WAITING = "queue portion", "job Process Webhook Queue", "events that wait"
CRON = "is EspoCRM's cron set up? The line for the crontab stands at the foot of " + screens.JOBS


def checks(seen: EspoCrmSeen, now: datetime) -> list[Check]:
    """By EspoCRM's own clock."""
    portion, administration = _portion(seen.me.events_at_once), seen.administration
    if isinstance(administration, Unread):
        where = f"{screens.JOBS} → Process Webhook Queue: is it Active, and does its Log show a run within minutes?"
        return [portion, WEBHOOKS.unknown(JOB, administration.why, f"{where} Or {screens.AS_ADMINISTRATOR}")]
    theirs = now + (seen.ahead or timedelta(0))
    return [portion, _job(administration, theirs), _waiting(administration, theirs)]


def _portion(at_once: int | None) -> Check:
    """As it is or by its default: slow is not wrong, and few firms edit 130 parties at once."""
    number = at_once or AT_ONCE
    if number > AT_ONCE:
        return WEBHOOKS.ok(PORTION, f"{number} events a run")
    minutes = ceil(130 / number) * EVERY // timedelta(minutes=1)
    faster = f"'webhookQueueEventPortionSize' => 200 in {screens.CONFIGURATION} makes it faster"
    return WEBHOOKS.ok(PORTION, f"{number} events a run: 130 edits at once take {minutes} minutes; {faster}")


def _job(administration: AdministrationSeen, now: datetime) -> Check:
    active, ran = administration.job_active, administration.job_ran
    if not active:
        told = "there is no such job" if active is None else "not active: no webhook is ever sent"
        return WEBHOOKS.wrong(
            JOB, told, f"{screens.JOBS} → Process Webhook Queue: Status Active, Scheduling */2 * * * *"
        )
    if ran is None or now - ran > LATE:
        last = "it never ran" if ran is None else f"it last ran {_ago(now - ran)} ago"
        return WEBHOOKS.wrong(JOB, f"{last} ({administration.job_schedule}): no webhook is sent", CRON)
    return WEBHOOKS.ok(JOB, f"active ({administration.job_schedule}), ran {_ago(now - ran)} ago")


def _waiting(administration: AdministrationSeen, now: datetime) -> Check:
    since = administration.waiting_since
    if since is None:
        return WEBHOOKS.ok(WAITING, "none")
    if now - since > LATE:
        remedy = f"'webhookQueueEventPortionSize' => 200 in {screens.CONFIGURATION}; {CRON}"
        return WEBHOOKS.warning(WAITING, f"the oldest waits for {_ago(now - since)}", remedy)
    return WEBHOOKS.ok(WAITING, f"the oldest waits for {_ago(now - since)}")


def _ago(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
