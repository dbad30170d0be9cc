"""From an EspoCRM in which nothing was made to the first party that a webhook has synced, by commands alone."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from runtime.ports import free_ports
from simulators import Simulators
from simulators.espocrm_users import ADMIN
from tests.processes import marked_environment, running, until
from tests.starter.test_up import PORTS, Machine


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(tmp_path: Path) -> AsyncIterator[Machine]:
    """A machine whose settings lack what only EspoCRM can give."""
    world = Simulators(bare=True)
    async with world.served():
        # Below those that connections are given: between now and the start nobody gets one by chance.
        ports = dict(zip(PORTS, free_ports("127.0.0.1", *random.sample(range(20_000, 32_000), 3)), strict=True))
        settings = {**world.environment(), **ports}
        (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
        admin = world.espocrm.users.all[ADMIN]
        login = {"ESPOCRM_ADMIN_USER": admin.login, "ESPOCRM_ADMIN_PASSWORD": admin.secret}
        environment = {**marked_environment(), **{name: str(port) for name, port in ports.items()}}
        yield Machine(tmp_path, world, {**environment, **login})
        await until(lambda: not running(environment), "no process left", within=15)


async def said(machine: Machine, *command: str) -> tuple[int | None, str]:
    """A command's exit code, and what it said."""
    process = await machine.start("espocrm-setup", *command)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode() + err.decode()


async def test_setup_then_a_delivery_syncs_the_first_party(fresh: Machine) -> None:
    """No delivery comes before somebody has looked: the webhooks are switched on last."""
    crm = fresh.world.espocrm
    receiver = f"http://127.0.0.1:{fresh.environment['WEBHOOK_PORT']}"

    code, text = await said(fresh, "--apply", "--yes", "--write-env", "--receiver", receiver)
    assert (code, "Written into .env" in text) == (0, True), text

    async with fresh.up():
        crm.add(lastName="Vorher")
        assert await crm.deliveries.flush() == []

        code, text = await said(fresh, "--activate", "--apply", "--yes", "--json")
        assert (code, json.loads(text)["made"]) == (
            0,
            [f"webhook CBeteiligte.{k}" for k in ("create", "update", "delete")],
        )

        party = crm.add(lastName="Müßig", salutationName="Ms.", rechtsform="natürliche Person")
        assert await crm.deliveries.flush() == [200]
        await until(lambda: crm.records[party]["syncStatus"] == "clean", "a synced party")

    assert fresh.world.advoware.records[int(str(crm.records[party]["betnr"]))]["name"] == "Müßig"
