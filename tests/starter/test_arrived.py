"""What the webhook services kept of deliveries, as doctor judges it: when the last came, what was refused since."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from starter.views import arrived
from starter.webhook import received
from starter.webhook.received import OTHER, Received, RefusalReason

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)


def test_the_last_good_one_of_each_kind_is_told() -> None:
    seen = arrived.deliveries(Received(since=SINCE).taken("create", SINCE).taken("update", NOW))

    assert (seen.since, seen.last_good, seen.refused) == (SINCE, {"create": SINCE, "update": NOW}, ())


def test_what_was_refused_since_is_told_with_its_remedy_and_what_came_before_is_not() -> None:
    """A good delivery of the kind says that it is mended."""
    kept = Received(since=SINCE).refused("create", RefusalReason.SIGNATURE, SINCE, 3).taken("create", NOW)
    kept = kept.refused("update", RefusalReason.UNKNOWN_WEBHOOK, NOW, 2)
    (refused,) = arrived.deliveries(kept).refused

    assert (refused.number, refused.last, refused.remedy) == (2, NOW, RefusalReason.UNKNOWN_WEBHOOK.remedy)


def test_what_strangers_send_to_other_addresses_says_nothing_of_webhooks() -> None:
    kept = Received(since=SINCE).refused(OTHER, RefusalReason.ADDRESS, NOW)

    assert arrived.deliveries(kept).refused == ()


def test_where_no_service_kept_any_nothing_is_known(tmp_path: Path) -> None:
    assert arrived.look(tmp_path) is None

    received.path(tmp_path, 8080).write_text(Received(since=SINCE).taken("update", NOW).model_dump_json())

    assert arrived.look(tmp_path) is not None
