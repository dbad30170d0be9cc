"""A worker whose namespace is not there: an administrator's work is named, and no stack trace."""

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.settings import TemporalSettings
from worker.__main__ import trouble


async def test_the_command_that_makes_the_namespace_is_said(skipping: WorkflowEnvironment) -> None:
    """As `doctor` says it."""
    client = Client(skipping.client.service_client, namespace="kanzlei")

    said = await trouble(client, TemporalSettings(namespace="kanzlei"))

    assert "no namespace kanzlei: temporal operator namespace create --namespace kanzlei --retention 30d" in said


async def test_of_a_namespace_that_is_there_nothing_is_said(skipping: WorkflowEnvironment) -> None:
    """Then the worker works."""
    assert await trouble(skipping.client, TemporalSettings()) == ""
