"""`python -m simulators`: both stand-ins by themselves, with settings for `.env` and addresses to try things by hand.

For a trial of the program without the real systems: docs/connect.md can be followed against them. All state is in
memory and gone at the end. Ctrl-C or SIGTERM ends it.
"""

import argparse
import asyncio
import io
import json
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from simulators import control, page
from simulators.espocrm import PERSON
from simulators.espocrm_list import MOST_ROWS
from simulators.espocrm_types import DECISION
from simulators.espocrm_users import ADMIN
from simulators.server import LOOPBACK, serve
from simulators.systems import Simulators

EXAMPLES = (("Änne", "Müßig"), ("Jürgen", "Straßer"), ("Zoë", "Öztürk"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop. Exit 2: a port is taken."""
    for stream in (sys.stdout, sys.stderr):  # a terminal may not know every letter
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.bare and (chosen.webhooks or chosen.parties or chosen.versions):
        parser.error("--bare: there is no type yet that could have --webhooks, --parties or --versions")
    try:
        asyncio.run(_serve(chosen))
    except OSError as error:
        print(f"A port is taken: {error.strerror}. Choose others, or 0 for free ones.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description="Stand-ins for EspoCRM and Advoware.")
    parser.add_argument("--host", default=LOOPBACK, help="where they listen; another only in a container of their own")
    parser.add_argument("--espocrm-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--advoware-port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--page-port", type=int, default=0, help="EspoCRM's screen, this machine only; 0: a free one")
    parser.add_argument("--control-port", type=int, default=0, help="faults, clock, edits in Advoware; 0: a free one")
    parser.add_argument("--webhooks", metavar="URL", help="deliver to URL/create, /update and /delete")
    parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS", help="between deliveries; default 1")
    parser.add_argument("--like-cron", action="store_true", help="deliver as EspoCRM's own job: 20 events a run")
    parser.add_argument("--skip-own", action="store_true", help="no webhooks for what the integration writes itself")
    parser.add_argument("--parties", type=int, default=0, metavar="N", help="so many example parties in EspoCRM")
    parser.add_argument("--versions", action="store_true", help="optimistic concurrency control in EspoCRM")
    parser.add_argument("--bare", action="store_true", help="EspoCRM without the parties' type, role and API user")
    parser.add_argument("--uuids", action="store_true", help="records in EspoCRM have UUIDs as ids")
    parser.add_argument("--list-limit", type=int, default=MOST_ROWS, metavar="ROWS", help="a page in EspoCRM")
    parser.add_argument("--clock", type=float, default=0, metavar="SECONDS", help="EspoCRM's clock is so much ahead")
    parser.add_argument("--duplicate-check", action="store_true", help="EspoCRM refuses to update a namesake")
    parser.add_argument("--search", action="store_true", help="Advoware answers GET Beteiligte?Search=")
    return parser


async def _serve(chosen: argparse.Namespace) -> None:
    world = Simulators(
        optimistic_concurrency=chosen.versions,
        uuids=chosen.uuids,
        bare=chosen.bare,
        espocrm_port=chosen.espocrm_port,
        advoware_port=chosen.advoware_port,
        host=chosen.host,
    )
    world.advoware.has_search = chosen.search
    world.espocrm.limit_lists(chosen.list_limit)
    world.espocrm.switch(duplicate_check_on_update=chosen.duplicate_check)
    world.espocrm_clock.advance(timedelta(seconds=chosen.clock))
    if not chosen.bare:
        world.espocrm.let_people_decide()
    secrets = world.espocrm.deliveries.subscribe(chosen.webhooks, skip_own=chosen.skip_own) if chosen.webhooks else {}
    for number in range(chosen.parties):
        first, last = EXAMPLES[number % len(EXAMPLES)]
        world.espocrm.add(firstName=first, lastName=last)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    async with (
        world.served(),
        serve(control.app(world), chosen.control_port, host=chosen.host) as door,
        serve(page.app(world.espocrm), chosen.page_port) as screen,
    ):
        _tell(world, door, screen, secrets)
        async with asyncio.TaskGroup() as group:
            delivering = group.create_task(world.espocrm.deliveries.run(chosen.every, like_cron=chosen.like_cron))
            await ended.wait()
            delivering.cancel()


def _tell(world: Simulators, door: str, screen: str, secrets: dict[str, str]) -> None:
    """Addresses, settings, and what to try; plain lines, so that another program can read them."""
    console = Console(soft_wrap=True, highlight=False)
    person = world.espocrm.users.all[PERSON]
    firm = world.advoware_server.url
    console.width = max(console.width, 100)
    table = Table("stand-in", "address", title="Stand-ins are running; Ctrl-C ends them")
    table.add_row("EspoCRM", world.espocrm_server.url)
    table.add_row("EspoCRM's screen, in a browser", screen)
    table.add_row("Advoware", firm)
    table.add_row("Advoware's token service", f"{firm}/security/")
    table.add_row("Advoware's discovery", f"{firm}/AdvonetConfigurator/api/Url")
    table.add_row("control", door)
    console.print(table)
    settings = world.environment() | {"ESPOCRM_RECIPIENTS": person.id}
    settings |= {"SYNC_DECISION_FIELD": label} if (label := world.espocrm.labels.get(DECISION)) else {}
    settings |= {"WEBHOOK_SECRETS": json.dumps(secrets)} if secrets else {}
    lines = [
        "",
        "# settings for .env",
        *(f"{name}={value}" for name, value in settings.items()),
        "# end of settings",
        "",
    ]
    admin = world.espocrm.users.all[ADMIN]
    lines += [
        "# an administrator of EspoCRM, for beteiligte-sync espocrm-setup",
        f"export ESPOCRM_ADMIN_USER={admin.login} ESPOCRM_ADMIN_PASSWORD={admin.secret}",
        "",
    ]
    login = f"{person.login}:{person.secret}"
    crm = f"{world.espocrm_server.url}/api/v1"
    as_json = "-H 'Content-Type: application/json'"
    lines += [
        "# a person creates a party in EspoCRM, one edits a party in Advoware, and what both hold",
        f"""curl -u '{login}' {as_json} -d '{{"firstName":"Änne","lastName":"Müßig"}}' {crm}/CBeteiligte""",
        f"""curl -X PUT -d '{{"titel":"Dr."}}' {door}/advoware/104001""",
        f"curl {door}/parties",
        "# the answer to the next create is lost (more of this kind: simulators/control.py)",
        f"""curl -d '{{"call":"advoware.create","fault":"lost_answer"}}' {door}/faults""",
    ]
    console.print("\n".join(lines), markup=False)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
