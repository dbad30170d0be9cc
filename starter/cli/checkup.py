"""What is looked at, by whom: everything (`doctor`), or what is known quickly while the program starts (`up`)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from installation.check import Area
from installation.checks import desk, keys, machine, systems
from installation.running import CheckGroup, unset
from runtime import settings as s
from runtime.loading import Loaded
from runtime.telemetry import Telemetry, core_logging_to_stderr
from starter.program import listening
from starter.views import arrived
from starter.views.checks import temporal


def everything(loaded: Loaded) -> Iterator[CheckGroup]:
    """What stands outside the settings; where those are wrong, that is said."""
    if s.TemporalSettings in loaded:
        yield from _here(loaded)
        yield CheckGroup(
            {Area.MACHINE, Area.WEBHOOKS}, "this machine", partial(listening.checks, loaded), "look at its load"
        )
        yield _temporal(loaded, Telemetry(runtime=core_logging_to_stderr()))
        folder = loaded[s.TemporalSettings].state.absolute().parent
    else:
        yield unset({Area.KEYS, Area.MACHINE, Area.TEMPORAL}, "keys, state and Temporal")
        folder = Path("state").absolute()
    yield from _systems(loaded, folder)
    yield _desk(loaded)


def _systems(loaded: Loaded, folder: Path) -> Iterator[CheckGroup]:
    of_espocrm, of_advoware = {Area.ESPOCRM, Area.WEBHOOKS}, {Area.ADVOWARE}
    shared = systems.SharedEspoCrm(loaded[s.EspoCrmSettings]) if s.EspoCrmSettings in loaded else None
    if shared and all(kind in loaded for kind in systems.OF_ESPOCRM):
        look = partial(systems.of_espocrm, loaded, shared, arrived.look(folder))
        far = "is it reached from here? ESPOCRM_URL, ESPOCRM_PROXY, the firewall"
        yield CheckGroup(of_espocrm, "EspoCRM", look, far)
    else:
        yield unset(of_espocrm, "EspoCRM and its webhooks")
    if all(kind in loaded for kind in systems.OF_ADVOWARE):
        far = "is it reached from here? ADVOWARE_URL, ADVOWARE_PROXY, the firewall"
        yield CheckGroup(of_advoware, "Advoware", partial(systems.of_advoware, loaded, shared, folder), far)
    else:
        yield unset(of_advoware, "Advoware")


def _desk(loaded: Loaded) -> CheckGroup:
    if s.DeskSettings not in loaded or s.OidcSettings not in loaded:
        return unset({Area.DESK}, "the desk")
    look = partial(desk.checks, loaded[s.DeskSettings], loaded[s.OidcSettings])
    return CheckGroup({Area.DESK}, "the OpenID provider", look, "is it reached from here? DESK_OIDC_ISSUER")


def quick_half(loaded: Loaded) -> Iterator[CheckGroup]:
    """Without the two systems, which the workers' self-test asks, and without what only a worker can answer."""
    yield from _here(loaded)
    yield _temporal(loaded, None, quick=True)


def _here(loaded: Loaded) -> Iterator[CheckGroup]:
    settings = loaded[s.TemporalSettings]
    folder = settings.state.absolute().parent
    disk = f"is {folder} on a network drive that hangs? TEMPORAL_STATE belongs on a local disk"
    yield CheckGroup({Area.KEYS}, "the disk of the key file", partial(keys.checks, settings), disk)
    yield CheckGroup({Area.MACHINE}, "the disk of the state", partial(machine.checks, settings), disk)


def _temporal(loaded: Loaded, telemetry: Telemetry | None, *, quick: bool = False) -> CheckGroup:
    at = loaded[s.TemporalSettings].address
    return CheckGroup(
        {Area.TEMPORAL, Area.KEYS, Area.ESPOCRM, Area.ADVOWARE},
        "Temporal",
        partial(temporal.checks, loaded, telemetry, quick=quick),
        f"look at the log, the disk and the load of the server at {at}",
    )
