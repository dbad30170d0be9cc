"""What doctor says of the webhooks: switched off, doubled, unbelieved, leading elsewhere, not sent, not arriving."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest

from installation.check import Area, Check, Verdict
from installation.checks.espocrm.seen import (
    AdministrationSeen,
    Answering,
    DeliveriesSeen,
    EspoCrmSeen,
    PartiesListed,
    ReceiverSeen,
    RefusedSeen,
    SecretStanding,
    TypeStanding,
    Unread,
)
from tests.installation.espocrm_as_wanted import (
    DELIVERIES,
    ME,
    NOW,
    OURS,
    RECEIVER,
    WEBHOOKS,
    WELL,
    checked,
    not_ok,
    only,
    with_webhook,
)

UPDATE = "webhook CBeteiligte.update"


# ---------------------------------------------------------------------- the three


def test_a_webhook_that_was_switched_off_is_named_with_the_screen_and_the_command() -> None:
    check = only(with_webhook("update", active=False))

    assert (check.area, check.name, check.verdict) == (Area.WEBHOOKS, UPDATE, Verdict.WRONG)
    assert "hook-update is switched off" in check.seen
    assert check.remedy == (
        "Administration → Webhooks → CBeteiligte.update → Edit → Is Active; "
        "or beteiligte-sync espocrm-setup --activate --apply"
    )


def test_while_nothing_is_written_webhooks_may_wait() -> None:
    waiting = WELL.but(webhooks=tuple(one.but(active=False) for one in WEBHOOKS))
    found = not_ok(waiting, dataclasses.replace(OURS, observe=True))

    assert {check.verdict for check in found.values()} == {Verdict.WARNING}
    assert len(found) == 3
    assert {check.verdict for check in not_ok(waiting).values()} == {Verdict.WRONG}


def test_a_webhook_that_is_not_there_is_named() -> None:
    """After a 410 EspoCRM takes it away by itself; its secret is then left over."""
    found = not_ok(WELL.but(webhooks=WEBHOOKS[:1] + WEBHOOKS[2:]))

    assert found[UPDATE].verdict is Verdict.WRONG
    assert "only found by sweeps" in found[UPDATE].seen
    assert "espocrm-setup" in (found[UPDATE].remedy or "")
    assert "hook-update" in found["WEBHOOK_SECRETS"].seen


def test_the_same_webhook_twice_is_named_and_the_one_whose_secret_is_known_stays() -> None:
    """Everything is delivered twice (recording wh-05)."""
    twin = WEBHOOKS[1].but(id="twin", secret=SecretStanding.NOT_SET)
    check = only(WELL.but(webhooks=(twin, *WEBHOOKS)))

    assert (check.name, check.verdict) == (UPDATE, Verdict.WRONG)
    assert check.remedy == "Administration → Webhooks → CBeteiligte.update: Remove twin"


def test_one_that_leads_elsewhere_or_sleeps_beside_the_good_one_is_nobody_s_business() -> None:
    elsewhere = WEBHOOKS[1].but(id="other", url="https://hook.example/abc", secret=SecretStanding.NOT_SET)
    asleep = WEBHOOKS[1].but(id="old", active=False, secret=SecretStanding.NOT_SET)

    assert not_ok(WELL.but(webhooks=(elsewhere, asleep, *WEBHOOKS))) == {}


def test_one_that_leads_elsewhere_in_place_of_the_good_one_is_named() -> None:
    check = only(with_webhook("update", url=f"{RECEIVER}/updates"))

    assert "hook-update leads elsewhere" in check.seen
    assert "/webhook/beteiligte/update" in check.seen


@pytest.mark.parametrize(
    ("secret", "verdict", "told"),
    [
        (SecretStanding.NOT_SET, Verdict.WRONG, "is none of WEBHOOK_SECRETS"),
        (SecretStanding.OTHER, Verdict.WRONG, "has another secret"),
        (SecretStanding.UNREAD, Verdict.UNKNOWN, "did not show its secret"),
    ],
)
def test_a_webhook_that_is_not_believed_is_named_with_the_line_to_write(
    secret: SecretStanding, verdict: Verdict, told: str
) -> None:
    check = only(with_webhook("update", secret=secret))

    assert (check.name, check.verdict) == (UPDATE, verdict)
    assert told in check.seen
    assert "Administration → Webhooks → CBeteiligte.update → Secret Key" in (check.remedy or "")


def test_own_writes_that_come_back_are_warned_of_where_they_could_be_left_out() -> None:
    assert only(with_webhook("update", skips_own=False)).verdict is Verdict.WARNING
    before = with_webhook("update", skips_own=None)
    assert not_ok(before.but(me=ME.but(version="9.1.8"))) == {}


# ---------------------------------------------------------------------- where they lead


def leading_to(host: str, *, version: str = "9.2.7", private: bool | None = False, **more: Any) -> EspoCrmSeen:
    """All three to one host."""
    urls = [f"http://{host}/webhook/beteiligte/{one.event.rpartition('.')[2]}" for one in WEBHOOKS]
    return WELL.but(
        me=ME.but(version=version, **more),
        webhooks=tuple(one.but(url=url) for one, url in zip(WEBHOOKS, urls, strict=True)),
        receivers=tuple(ReceiverSeen(url=url, answering=Answering.OURS, private=private) for url in urls),
    )


@pytest.mark.parametrize(
    ("answering", "verdict", "told"),
    [
        (Answering.NOBODY, Verdict.WARNING, "nobody answers"),
        (Answering.ANOTHER, Verdict.WRONG, "something else than our service"),
        (Answering.PROXY, Verdict.WRONG, "gives up events for good"),
    ],
)
def test_what_answers_in_place_of_our_service_is_named_once(answering: Answering, verdict: Verdict, told: str) -> None:
    check = only(WELL.but(receivers=tuple(one.but(answering=answering) for one in WELL.receivers)))

    assert (check.name, check.verdict) == ("receiver", verdict)
    assert told in check.seen
    assert "sync.kanzlei.example:443" in check.seen


def test_an_ip_address_is_a_trap_from_version_10_on() -> None:
    host = "receiver's host name"

    assert not_ok(leading_to("10.0.0.5:8080", private=True)) == {}
    assert only(leading_to("203.0.113.5", version="10.0.0")).name == host
    lines = {check.name: check.seen for check in checked(leading_to("10.0.0.5:8080", private=True))}
    assert lines[host] == (
        "10.0.0.5 (before an upgrade: 9.3.2 needs 'webhookAllowedAddressList' => ['10.0.0.5:8080'] in EspoCRM's "
        "data/config.php; 10 needs a host name)"
    )


@pytest.mark.parametrize(
    ("allowed", "verdicts"),
    [(None, {Verdict.WRONG}), ((), {Verdict.WRONG}), (("sync.local:8080",), set())],
)
def test_a_private_address_has_to_be_allowed_from_9_3_2_on(
    allowed: tuple[str, ...] | None, verdicts: set[Verdict]
) -> None:
    seen = leading_to("sync.local:8080", version="9.3.2", private=True, allowed_receivers=allowed)

    assert {check.verdict for check in not_ok(seen).values()} == verdicts
    assert not_ok(leading_to("sync.local:8080", version="9.3.1", private=True)) == {}


@pytest.mark.parametrize("version", ["", "trunk"])
def test_a_version_that_is_not_told_leaves_the_traps_open(version: str) -> None:
    assert only(WELL.but(me=ME.but(version=version))).verdict is Verdict.UNKNOWN


# ---------------------------------------------------------------------- whether they are sent


def administered(**otherwise: Any) -> EspoCrmSeen:
    """With an administrator's eyes."""
    assert isinstance(WELL.administration, AdministrationSeen)
    return WELL.but(administration=WELL.administration.but(**otherwise))


@pytest.mark.parametrize(
    ("otherwise", "told"),
    [
        ({"job_active": None}, "there is no such job"),
        ({"job_active": False}, "not active"),
        ({"job_ran": None}, "it never ran"),
        ({"job_ran": NOW - timedelta(minutes=40)}, "it last ran 40 min ago"),
        ({"job_ran": NOW - timedelta(hours=5)}, "it last ran 5 h ago"),
    ],
)
def test_a_job_that_does_not_run_is_named(otherwise: dict[str, Any], told: str) -> None:
    check = only(administered(**otherwise))

    assert (check.name, check.verdict) == ("job Process Webhook Queue", Verdict.WRONG)
    assert told in check.seen
    assert "Administration → Scheduled Jobs" in (check.remedy or "")


def test_the_job_s_age_is_told_by_espocrm_s_own_clock() -> None:
    """Its clock an hour behind is no job that stands still."""
    seen = administered(job_ran=NOW - timedelta(hours=1)).but(ahead=timedelta(hours=-1))

    assert only(seen).name == "clock"


def test_a_queue_that_is_far_behind_is_warned_of() -> None:
    assert not_ok(administered(waiting_since=NOW - timedelta(minutes=3))) == {}
    assert only(administered(waiting_since=NOW - timedelta(hours=1))).name == "events that wait"


def test_the_portion_says_what_it_means() -> None:
    def line(at_once: int | None) -> str:
        (check,) = [c for c in checked(WELL.but(me=ME.but(events_at_once=at_once))) if c.name == "queue portion"]
        return check.seen

    assert "130 edits at once take 14 minutes" in line(None)
    assert line(200) == "200 events a run"


# ---------------------------------------------------------------------- whether they arrive


def arriving(deliveries: DeliveriesSeen | None, seen: EspoCrmSeen = WELL) -> Check:
    """What is said of them."""
    ours = dataclasses.replace(OURS, deliveries=deliveries)
    (check,) = [check for check in checked(seen, ours) if check.name == "deliveries"]
    return check


def done(*, edited: datetime | None = None, created: datetime | None = None) -> EspoCrmSeen:
    """What people did in EspoCRM."""
    return WELL.but(listed=PartiesListed(parties=TypeStanding.THERE, edited=edited, created=created))


def test_the_last_delivery_is_shown() -> None:
    assert arriving(DELIVERIES).seen.startswith("the last good one (update) came at ")


def test_deliveries_that_are_refused_are_named_with_their_remedy() -> None:
    refused = RefusedSeen(number=7, last=NOW, remedy="check WEBHOOK_SECRETS")
    check = arriving(DELIVERIES.but(refused=(refused,)))

    assert (check.verdict, check.remedy) == (Verdict.WRONG, "check WEBHOOK_SECRETS")
    assert check.seen.startswith("7 refused")
    assert arriving(DELIVERIES.but(refused=(refused.but(last=NOW - timedelta(days=3)),))).verdict is Verdict.OK


def test_an_edit_of_which_no_delivery_came_is_warned_of() -> None:
    """Not one a moment ago, nor one from before the service began to keep them."""
    hour_ago = NOW - timedelta(hours=1)
    old = DELIVERIES.but(last_good={"update": NOW - timedelta(hours=3), "create": hour_ago + timedelta(minutes=1)})

    assert arriving(old, done(edited=hour_ago)).verdict is Verdict.WARNING
    assert arriving(old, done(created=NOW - timedelta(minutes=20))).verdict is Verdict.WARNING
    assert arriving(old, done(edited=NOW - timedelta(minutes=5))).verdict is Verdict.OK
    assert arriving(old, done(edited=NOW - timedelta(days=2))).verdict is Verdict.OK
    assert arriving(old, done(created=hour_ago)).verdict is Verdict.OK


def test_where_none_has_come_yet_it_is_open() -> None:
    assert arriving(DELIVERIES.but(last_good={})).verdict is Verdict.UNKNOWN
    assert arriving(None).verdict is Verdict.UNKNOWN


def test_nothing_is_expected_of_webhooks_that_are_switched_off_or_were_not_seen() -> None:
    off = WELL.but(webhooks=tuple(one.but(active=False) for one in WEBHOOKS))
    unseen = WELL.but(webhooks=Unread(why="closed", remedy="open"))

    ours = dataclasses.replace(OURS, deliveries=None)
    assert "deliveries" not in {check.name for seen in (off, unseen) for check in checked(seen, ours)}
