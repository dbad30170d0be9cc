"""Temporal as a whole: reached, the namespace, what it keeps and for how long, and all that is asked of it in turn."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import visibility
from installation.check import Check, Verdict
from runtime import key_file
from runtime import settings as s
from runtime.connection import connect, making_namespace
from runtime.key_file import BadKeys
from runtime.loading import Loaded, SettingsError
from runtime.telemetry import Telemetry
from runtime.values import write_span
from starter import selftests, waits
from starter.views.checks import keys, runs, schedules, strangers, workers
from starter.views.checks.check import fine, found, made, warning, wrong

REACHED = timedelta(seconds=3)
REACHED_NAME = "Temporal"
KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def checks(loaded: Loaded, telemetry: Telemetry | None = None, *, quick: bool = False) -> list[Check]:
    """All of them; `quick`: without what takes a worker's answer, for a program that is just starting."""
    temporal = loaded[s.TemporalSettings]
    try:
        client = await connect(temporal, telemetry=telemetry, within=REACHED, reads_clear=True)
    except BadKeys:
        seen = "not asked, since the key file cannot be used"
        return [found(REACHED_NAME, Verdict.UNKNOWN, seen, "mend the key file first (above)")]
    except SettingsError as error:
        return [wrong(REACHED_NAME, f"not asked: {error}", "correct it: docs/operate.md")]
    except (RuntimeError, TimeoutError):
        return [wrong(REACHED_NAME, f"nothing answers at {temporal.address}", _start(temporal))]
    reached = _reached(temporal)
    place = await made("namespace", _namespace(client, temporal))
    if any(check.verdict is not Verdict.OK and check.name == "namespace" for check in place):
        return [reached, *place]
    parts = await asyncio.gather(*(made(name, look) for name, look in _looks(client, loaded, quick=quick).items()))
    return [reached, *place, *(check for part in parts for check in part)]


def _reached(temporal: s.TemporalSettings) -> Check:
    """Over a network Temporal's port is anybody's who reads that, unless TLS guards it."""
    if temporal.guarded or temporal.on_this_machine:
        return fine(REACHED_NAME, f"at {temporal.address}{', by TLS' if temporal.guarded else ''}")
    seen = f"at {temporal.address}, and the connection is not encrypted"
    return warning(REACHED_NAME, seen, "TEMPORAL_TLS and a client certificate or API key: docs/operate.md")


def _start(temporal: s.TemporalSettings) -> str:
    if temporal.embedded:
        return "make up   # runs the embedded server; elsewhere: set TEMPORAL_ADDRESS"
    return "start that server, or correct TEMPORAL_ADDRESS"


def _looks(client: Client, loaded: Loaded, *, quick: bool) -> Mapping[str, Coroutine[Any, Any, Sequence[Check]]]:
    temporal = loaded[s.TemporalSettings]
    ring = key_file.load(temporal.keys) if temporal.encrypt else None
    first = {
        "search attributes": _search_attributes(client),
        "schedules": schedules.checks(client, loaded),
        "keys of what Temporal keeps": keys.checks(client, ring, temporal),
    }
    if quick:
        return first
    return first | {
        "workers": workers.checks(client, loaded, ring),
        "open runs": runs.checks(client, temporal.task_queue),
        strangers.SAID: strangers.checks(client, temporal),
        "the workers' self-test": _self_test(client),
    }


async def _namespace(client: Client, temporal: s.TemporalSettings) -> Sequence[Check]:
    name = temporal.namespace
    request = DescribeNamespaceRequest(namespace=name)
    try:
        answer = await client.workflow_service.describe_namespace(request, timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        remedy = f"{making_namespace(temporal)}   # or: TEMPORAL_NAMESPACE"
        return [wrong("namespace", f"Temporal has none of the name {name}", remedy)]
    return [fine("namespace", name), _retention(answer.config.workflow_execution_retention_ttl, temporal)]


def _retention(kept: Duration, temporal: s.TemporalSettings) -> Check:
    """Less than wanted: what was decided, and what people know, is forgotten earlier than the docs say."""
    have, want, title = kept.ToTimedelta(), temporal.retention, "retention"
    if have == want or (have > want and not temporal.embedded):
        return fine(title, f"closed runs are kept for {write_span(have)}")
    seen = f"closed runs are kept for {write_span(have)}, and TEMPORAL_RETENTION is {write_span(want)}"
    by_hand = f"temporal operator namespace update --namespace {temporal.namespace} --retention {write_span(want)}"
    return warning(title, seen, "make up   # started anew, it sets it" if temporal.embedded else by_hand)


async def _self_test(client: Client) -> Sequence[Check]:
    """Nothing where the newest one ended well: the systems' own checks say more."""
    return selftests.checks((await selftests.look(client)).problems)


async def _search_attributes(client: Client) -> Sequence[Check]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    answer = await client.operator_service.list_search_attributes(request, timeout=waits.TEMPORAL)
    there = dict(answer.custom_attributes)
    missing = [name for name in visibility.ALL if name not in there]
    other = [name for name in visibility.ALL if there.get(name, KEYWORD) != KEYWORD]
    title = "search attributes"
    if other:
        remedy = (
            f"temporal operator search-attribute remove --name {other[0]}   # then start a worker: it makes it anew"
        )
        return [wrong(title, f"of another type than Keyword: {', '.join(other)}", remedy)]
    if missing:
        return [
            wrong(
                title, f"missing: {', '.join(missing)}", "beteiligte-sync worker   # a worker makes them at its start"
            )
        ]
    return [fine(title, ", ".join(visibility.ALL))]
