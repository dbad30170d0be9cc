"""A line of the log: no value, nothing that steers a terminal, and always whom it is about."""

import asyncio
import io
import json
import logging
import os
import secrets
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from docs_generator.__main__ import ROOT
from runtime import log_lines
from runtime.logs import WithoutValues
from tests.runtime.measured import CANARY, failing


def test_a_log_keeps_an_error_s_stack_and_type_and_drops_its_text() -> None:
    """A fault's own text stays: it holds ids only."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(WithoutValues("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        failing()
    except KeyError:
        logger.exception("it failed")

    assert CANARY not in out.getvalue()
    assert "in failing" in out.getvalue()
    assert out.getvalue().rstrip().endswith("KeyError")
    assert "Transient: advoware did not answer" in out.getvalue()


def logged(error: Exception) -> str:
    """What stands in the log of it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(WithoutValues("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise error
    except type(error):
        logger.exception("it failed: \x1b[2J")
    return out.getvalue()


def test_an_error_that_leads_back_to_itself_is_told_once() -> None:
    """As one that was taken out of a group and raised from it: a log without an end would end the process unheard."""
    error = KeyError(CANARY)
    error.__cause__ = ExceptionGroup("some", [error])
    context = ValueError(CANARY)
    context.__context__ = other = TypeError(CANARY)
    other.__context__ = context

    for one, last in ((error, "KeyError"), (context, "ValueError")):
        line = logged(one).rstrip()
        assert line.endswith(last)
        assert CANARY not in line


def test_a_log_keeps_number_and_path_of_an_error_of_the_system() -> None:
    """Without them nobody knows what to mend; its text is dropped like any other."""
    full = logged(OSError(28, CANARY, "state/temporal.db"))

    assert full.rstrip().endswith("OSError: ENOSPC 28 state/temporal.db")
    assert CANARY not in full
    assert logged(OSError(CANARY)).rstrip().endswith("OSError")
    assert logged(ssl.SSLError(1, CANARY)).rstrip().endswith("SSLError")


def test_a_log_steers_no_terminal() -> None:
    assert "it failed: \\x1b[2J" in logged(OSError(28, CANARY, "\x1b[2J"))
    assert "\x1b" not in logged(OSError(28, CANARY, "\x1b[2J"))


@contextmanager
def written(kind: logging.Formatter) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger, and where its lines go."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(kind)
    logger = logging.Logger("starter.test")
    logger.addHandler(handler)
    yield logger, out


def test_a_line_of_a_service_is_one_json_object_whatever_stands_in_it() -> None:
    """A line end, a quote, an escape of a terminal: nothing begins a second line, or steers whoever reads the file."""
    with written(log_lines.for_machines()) as (logger, out):
        logger.warning('a "name"\nand %s', "\x1b[2J\x85 \u202e")
        try:
            failing()
        except KeyError:
            logger.exception("it failed")

    first, second = out.getvalue().splitlines()
    assert json.loads(first)["message"] == 'a "name"\nand \x1b[2J\x85 \u202e'
    assert all(sign not in out.getvalue() for sign in ("\x1b", "\x85", "\u202e"))
    assert json.loads(first)["level"] == "WARNING"
    assert datetime.fromisoformat(json.loads(first)["time"]).tzinfo
    assert json.loads(second)["error"].endswith("KeyError")
    assert CANARY not in out.getvalue()


def test_a_line_names_the_first_parties_that_it_is_about() -> None:
    """A delivery may hold thousands."""
    with written(log_lines.for_machines()) as (logger, out):
        logger.info("taken", extra={log_lines.PARTIES: tuple(f"p{number}" for number in range(100))})

    assert json.loads(out.getvalue())["parties"] == [f"p{number}" for number in range(log_lines.MOST)]


async def test_a_line_of_a_step_names_its_run() -> None:
    """For a program by name, for a person at the end; outside of any run neither."""
    step = ActivityEnvironment()
    step.info = replace(step.info, workflow_id="beteiligte-1", workflow_run_id="run", activity_type="party.fetch")
    with written(log_lines.for_machines()) as (logger, out), written(log_lines.for_people()) as (other, text):

        async def says() -> None:
            logger.info("called")
            other.info("called")

        await step.run(says)
        await says()

    inside, outside = (json.loads(line) for line in out.getvalue().splitlines())
    assert (inside["workflow_id"], inside["run_id"], inside["step"], inside["attempt"]) == (
        "beteiligte-1",
        "run",
        "party.fetch",
        1,
    )
    assert "workflow_id" not in outside
    assert [line.endswith("[beteiligte-1]") for line in text.getvalue().splitlines()] == [True, False]


def test_a_line_within_a_trace_names_it() -> None:
    """By the id under which the collector shows it."""
    with (
        written(log_lines.for_machines()) as (logger, out),
        TracerProvider().get_tracer("test").start_as_current_span("call") as span,
    ):
        logger.info("called")

    assert json.loads(out.getvalue())["trace_id"] == f"{span.get_span_context().trace_id:032x}"


def test_a_service_writes_json_where_no_terminal_is_and_a_command_never() -> None:
    """A command's notes are for whoever typed it, also through a pipe; a service's for the journal."""
    service = "from runtime.processes import log_to_stderr as log; import logging; log('WARNING', service=False); log()"
    command = "from runtime.processes import log_to_stderr as log; import logging; log('INFO', service=False)"
    first, second = (
        subprocess.run(
            [sys.executable, "-c", f"{code}; logging.getLogger('x').info('said')"],
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        for code in (service, command)
    )

    assert json.loads(first)["message"] == "said"
    assert second.rstrip().endswith("INFO x said")


HANGS = """
import asyncio, sys
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from runtime.loading import load_all
from runtime.processes import log_to_stderr
from runtime.telemetry import SETTINGS, measured

@workflow.defn
class Hangs:
    @workflow.run
    async def run(self) -> None:
        raise KeyError(sys.argv[3])

async def main(address, queue):
    with measured("test", load_all(*SETTINGS), metrics_at="") as telemetry:
        client = await Client.connect(address, runtime=telemetry.runtime)
        async with Worker(client, task_queue=queue, workflows=[Hangs], workflow_runner=UnsandboxedWorkflowRunner()):
            run = await client.start_workflow(Hangs.run, id=queue, task_queue=queue)
            while not (await run.describe()).raw_description.pending_workflow_task.attempt > 1:
                await asyncio.sleep(0.05)
            await run.terminate()

log_to_stderr()
asyncio.run(main(*sys.argv[1:3]))
"""


async def test_of_a_run_that_hangs_no_line_quotes_the_error(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    """Neither the worker's nor that of the SDK's core, which would else write it to stdout as it is."""
    (tmp_path / "hangs.py").write_text(HANGS, "utf-8")
    said = await asyncio.create_subprocess_exec(
        sys.executable,
        tmp_path / "hangs.py",
        skipping.client.service_client.config.target_host,
        f"hangs-{secrets.token_hex(4)}",
        CANARY,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = (stream.decode() for stream in await said.communicate())

    assert out == ""
    assert CANARY not in err
    assert {"temporalio.core", "temporalio.worker._workflow_instance"} & {
        json.loads(line)["logger"] for line in err.splitlines() if line.startswith("{")
    }
