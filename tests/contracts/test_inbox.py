"""What is asked of a party waits in one place, and nothing of it is lost between two syncs."""

from datetime import UTC, datetime

import pytest

from beteiligte.decide.choice import Choice
from beteiligte.request_reason import Reason
from contracts.inbox import Batch, Inbox, SyncRequest

AT = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


def request(reason: Reason = Reason.UPDATED, **said: object) -> SyncRequest:
    """Somebody asks."""
    return SyncRequest.model_validate({"reason": reason, "at": AT, **said})


def waiting(*requests: SyncRequest) -> Inbox:
    """In this order."""
    inbox = Inbox()
    for one in requests:
        inbox.put(one)
    return inbox


def test_requests_that_wait_are_answered_by_one_batch() -> None:
    """And one that comes while it is answered waits for the next."""
    inbox = waiting(request(), request(Reason.DELETED))
    batch = inbox.take()
    late = inbox.put(request(Reason.SWEEP))
    inbox.done(batch)

    assert batch.reasons == (Reason.DELETED, Reason.UPDATED)
    assert (inbox.open, inbox.answered, inbox.waiting.reasons) == (True, late - 1, (Reason.SWEEP,))

    inbox.done(inbox.take())
    assert not inbox.open


def test_a_batch_that_is_put_back_is_answered_with_the_next() -> None:
    """Of two words about one thing the later one counts, whichever was put in first."""
    inbox = waiting(request(link=12, choices=(Choice(field="titel", value="Dr."), Choice(field="zusatz", value="c/o"))))
    batch = inbox.take()
    inbox.put(request(Reason.PERSON, link=13, choices=(Choice(field="titel", value="Prof."),)))
    inbox.put_back(batch)
    both = inbox.take()

    assert (both.reasons, both.link) == ((Reason.PERSON, Reason.UPDATED), 13)
    assert {choice.field: choice.value for choice in both.choices} == {"titel": "Prof.", "zusatz": "c/o"}
    assert both.upto == 2


def test_a_word_that_permits_a_create_names_its_permit() -> None:
    """By it the create gets a name of its own."""
    batch = waiting(request(), request(Reason.PERSON, create_anyway=True)).take()

    assert (batch.create_anyway, batch.permit) == (True, AT.isoformat())


@pytest.mark.parametrize(
    ("plans", "held_to"),
    [(["shown"], "shown"), (["shown", "shown"], "shown"), (["shown", ""], ""), (["", "shown"], ""), (["a", "b"], "")],
)
def test_a_plan_holds_what_is_asked_for_by_it_alone(plans: list[str], held_to: str) -> None:
    """As soon as anybody asks for the party as it is now, it is synced as it is now."""
    assert waiting(*(request(planned=plan) for plan in plans)).take().planned == held_to


def test_what_a_failed_sync_leaves_holds_nobody_to_anything() -> None:
    """Who asked has an answer; what was not carried out is tried by the next sync, whatever that is asked for."""
    inbox = waiting(request(planned="shown", link=12, choices=(Choice(field="titel", value="Dr."),)))
    batch = inbox.take()
    inbox.put_back(batch.unfinished(choices=False))
    inbox.done(batch)
    assert not inbox.open

    inbox.put(request(planned="later"))
    following = inbox.take()
    assert (following.reasons, following.planned) == ((Reason.UPDATED,), "later")
    assert (following.link, following.choices) == (12, ())
    assert batch.unfinished(choices=True).choices == batch.choices


def test_only_who_cannot_wait_is_urgent_until_a_sync_begins() -> None:
    """A person looks on, or a system is thought to work again."""
    urgent = [reason for reason in Reason if waiting(request(reason)).urgent]
    inbox = waiting(request(Reason.PERSON), request())
    inbox.take()

    assert sorted(urgent) == sorted([Reason.PERSON, Reason.TRIAL, Reason.RECOVERED])
    assert not inbox.urgent


def test_a_deleted_record_is_not_folded_into_an_update() -> None:
    """And can be set aside, to be told before a cancelled run ends."""
    batch = waiting(request(), request(Reason.DELETED_TOGETHER)).take()

    assert (batch.deleted, batch.together) == (True, True)
    assert batch.without({Reason.DELETED_TOGETHER}).reasons == (Reason.UPDATED,)


def test_an_inbox_that_is_handed_over_is_the_same() -> None:
    """The successor's numbers go on."""
    inbox = waiting(request(Reason.PERSON, link=12), request())

    assert Inbox.model_validate_json(inbox.model_dump_json()) == inbox
    assert Batch() + inbox.waiting == inbox.waiting
