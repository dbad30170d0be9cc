"""The connection to Temporal, one way for worker, starter and tests."""

import asyncio
import logging
from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

from contracts import visibility
from runtime.codec import ClearCodec, converter, strict
from runtime.key_file import KeyFile, load
from runtime.loading import SettingsError, looked_in
from runtime.settings import TemporalSettings
from runtime.telemetry import Telemetry
from runtime.temporal_profile import BadProfile, connecting
from runtime.values import write_span

log = logging.getLogger(__name__)
OTHERS_MAKE_THEM = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED)
"""A server whose search attributes are made by an administrator, as Temporal Cloud; `doctor` says what is missing."""
TEMPORAL_ANSWERS = timedelta(seconds=10)
"""Longest wait for Temporal itself to answer a question: milliseconds as a rule, some seconds on a busy machine."""
KNOWN_WITHIN, LOOK_EVERY = timedelta(seconds=20), timedelta(seconds=0.2)


async def connect(
    settings: TemporalSettings,
    *,
    telemetry: Telemetry | None = None,
    within: timedelta = TEMPORAL_ANSWERS,
    reads_clear: bool = False,
) -> Client:
    """A connected client. Raises TimeoutError or RuntimeError when Temporal does not answer in time, SettingsError.

    reads_clear: what is not encrypted is read all the same, as runs from before the first key: nothing is done by it.
    """
    measured = telemetry or Telemetry()
    try:
        guarded = ClientConnectConfig() if settings.embedded else connecting(settings)
    except BadProfile as bad:
        raise SettingsError(str(bad)) from None
    where: ClientConnectConfig = {**guarded, "target_host": settings.address, "namespace": settings.namespace}
    return await asyncio.wait_for(
        Client.connect(
            **where,
            data_converter=_converter(settings, reads_clear=reads_clear),
            runtime=measured.runtime,
            interceptors=measured.interceptors,
        ),
        timeout=within.total_seconds(),
    )


def only_sealed(client: Client) -> Client:
    """The same connection, by which only what is sealed is read."""
    config = client.config()
    config["data_converter"] = strict(client.data_converter)
    return Client(**config)


def _converter(settings: TemporalSettings, *, reads_clear: bool) -> DataConverter:
    if not settings.encrypt:
        return converter(None, without=ClearCodec(without_keys(settings)))
    newer = KeyFile(settings.keys).newer
    without = ClearCodec(without_keys(settings), newer)
    return converter(load(settings.keys), newer, without, accept_clear=settings.accept_clear, reads_clear=reads_clear)


def without_keys(settings: TemporalSettings) -> str:
    """Why there are no keys, and what to do: whoever looks in another folder misses all of his settings."""
    if not settings.encrypt:
        return "TEMPORAL_ENCRYPT is false here"
    if (elsewhere := looked_in()) and "keys" not in settings.model_fields_set:
        return f"its key is not known here. {elsewhere[0]}, or set TEMPORAL_KEYS"
    return f"there is no key file at {settings.keys.absolute()} (TEMPORAL_KEYS)"


async def register_search_attributes(client: Client) -> None:
    """Make the Web UI's filters known, and wait until they may be named; again is no error (temporal.md §10).

    A server that holds its namespaces in a database knows new ones two seconds later (temporal.md §14): until then it
    refuses whoever names them.
    """
    request = AddSearchAttributesRequest(
        namespace=client.namespace,
        search_attributes=dict.fromkeys(visibility.ALL, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD),
    )
    try:
        await client.operator_service.add_search_attributes(request, retry=True, timeout=TEMPORAL_ANSWERS)
    except RPCError as refused:
        if refused.status not in OTHERS_MAKE_THEM:
            raise
        names = ", ".join(visibility.ALL)
        log.info("Temporal lets no client make search attributes (%s); made there: %s?", refused.status.name, names)
        return
    await _until_known(client)


async def _until_known(client: Client) -> None:
    """Wait until a query that names all of them is taken; after a while go on without."""
    query = " OR ".join(f"{name} IS NOT NULL" for name in visibility.ALL)
    for _ in range(KNOWN_WITHIN // LOOK_EVERY):
        try:
            await client.count_workflows(query, rpc_timeout=TEMPORAL_ANSWERS)
            return
        except RPCError as error:
            if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            await asyncio.sleep(LOOK_EVERY.total_seconds())
    log.warning("Temporal took the search attributes and does not know them %s later", KNOWN_WITHIN)


def making_namespace(settings: TemporalSettings) -> str:
    """The command by which an administrator makes the namespace."""
    kept = write_span(settings.retention)
    return f"temporal operator namespace create --namespace {settings.namespace} --retention {kept}"
