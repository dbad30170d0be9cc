"""Messages go out one after the other, and none is lost when they are stopped, handed over or taken back.

Without a server: the loop of the test stands in for the workflow's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.exceptions import ActivityError

from contracts.telling import Told
from workflows.outbox import Outbox

Outcome = asyncio.Future[Told]
SENT = Told(users=1)


class Post:
    """Where messages are sent; each waits until the test lets it through, or its next try is cancelled."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.sending: Outcome | None = None
        self.finishes = False
        """A message that is cancelled is just being sent: it gets through all the same."""

    def send(self, message: str) -> "workflow.ActivityHandle[Told]":
        """Begin to send."""
        self.sent.append(message)
        self.sending = _Sending(self)
        return self.sending  # type: ignore[return-value]

    async def through(self) -> None:
        """The message that is being sent gets through."""
        await turns()
        assert self.sending is not None
        self.sending.set_result(SENT)
        await turns()


class _Sending(Outcome):
    def __init__(self, post: Post) -> None:
        super().__init__()
        self._post = post

    def cancel(self, msg: object = None) -> bool:
        """As a step that is waited for until it has ended."""
        if self._post.finishes:
            self.set_result(SENT)
        else:
            self.set_exception(
                ActivityError(
                    "cancelled",
                    scheduled_event_id=1,
                    started_event_id=1,
                    identity="",
                    activity_type="",
                    activity_id="",
                    retry_state=None,
                )
            )
        return True


async def turns() -> None:
    """Whatever can go on goes on."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest_asyncio.fixture
async def post(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    """With the workflow's two ways of waiting."""

    async def wait_condition(condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110  (it stands in for an event loop of its own)
            await asyncio.sleep(0)

    monkeypatch.setattr(workflow, "wait_condition", wait_condition)
    monkeypatch.setattr(workflow, "wait", asyncio.wait)
    yield Post()


async def test_they_are_sent_one_after_the_other(post: Post) -> None:
    """The second is not begun before the first got through."""
    messages = ["first", "second"]
    outbox = Outbox(messages, post.send)
    outbox.start()
    await turns()
    assert post.sent == ["first"]

    await post.through()
    assert (post.sent, messages) == (["first", "second"], ["second"])

    await post.through()
    outbox.put("third")
    await post.through()
    await outbox.emptied()
    assert (post.sent, messages) == (["first", "second", "third"], [])
    outbox.close()


async def test_one_that_waits_for_its_next_try_is_handed_over(post: Post) -> None:
    """With all that come after it: the list is what a successor gets. It goes on where nothing is handed over."""
    messages = ["first", "second"]
    outbox = Outbox(messages, post.send)
    outbox.start()
    await turns()
    await outbox.stop()
    assert messages == ["first", "second"]

    outbox.start()
    await post.through()
    assert (post.sent, messages) == (["first", "first", "second"], ["second"])
    outbox.close()


async def test_one_that_is_just_being_sent_gets_through_and_is_not_sent_twice(post: Post) -> None:
    """Only those after it are handed over."""
    messages = ["first", "second"]
    outbox = Outbox(messages, post.send)
    outbox.start()
    await turns()
    post.finishes = True
    await outbox.stop()

    assert (post.sent, messages) == (["first"], ["second"])


async def test_what_has_not_got_through_can_be_taken_back(post: Post) -> None:
    """And whatever is put then is sent."""
    outbox = Outbox(["first", "second"], post.send)
    outbox.start()
    await turns()

    assert [await outbox.withdraw(), await outbox.withdraw()] == [True, False]

    outbox.put("third")
    await post.through()
    await outbox.emptied()
    assert post.sent == ["first", "third"]
    outbox.close()
