"""A server that lets no client make search attributes, as Temporal Cloud, keeps no worker from working."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime import connection
from runtime.connection import register_search_attributes


@dataclass
class Refusing:
    """As much of a client as is asked; the dev server refuses nobody."""

    status: RPCStatusCode
    namespace: str = "default"
    operator_service: "Refusing" = field(init=False)

    def __post_init__(self) -> None:
        self.operator_service = self

    async def add_search_attributes(self, *_: Any, **__: Any) -> None:
        raise RPCError("no", self.status, b"")


@pytest.mark.parametrize("status", [RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED])
async def test_where_an_administrator_makes_them_the_worker_goes_on(status: RPCStatusCode) -> None:
    await register_search_attributes(cast(Client, Refusing(status)))


async def test_a_server_that_does_not_answer_is_no_refusal() -> None:
    with pytest.raises(RPCError):
        await register_search_attributes(cast(Client, Refusing(RPCStatusCode.UNAVAILABLE)))


@dataclass
class Learning:
    """A server that takes the attributes at once and knows them a few looks later, as one on PostgreSQL (§14)."""

    looks: int = 3
    asked: int = 0
    namespace: str = "default"

    @property
    def operator_service(self) -> "Learning":
        return self

    async def add_search_attributes(self, *_: Any, **__: Any) -> None:
        pass

    async def count_workflows(self, *_: Any, **__: Any) -> None:
        self.asked += 1
        if self.asked < self.looks:
            raise RPCError("no mapping defined for search attribute BetNr", RPCStatusCode.INVALID_ARGUMENT, b"")


async def test_whoever_makes_them_waits_until_they_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first party's run would else be refused, and its look for earlier creates with it."""
    monkeypatch.setattr(connection, "LOOK_EVERY", timedelta(milliseconds=1))
    server = Learning()

    await register_search_attributes(cast(Client, server))

    assert server.asked == server.looks


async def test_a_server_that_never_knows_them_keeps_no_worker_from_working(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "LOOK_EVERY", timedelta(milliseconds=1))
    monkeypatch.setattr(connection, "KNOWN_WITHIN", timedelta(milliseconds=5))

    await register_search_attributes(cast(Client, Learning(looks=100)))

    assert "does not know them" in caplog.text
