"""A server that lets no client make search attributes, as Temporal Cloud, keeps no worker from working."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

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
