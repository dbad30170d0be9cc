"""Whether the parts of the program answer at their ports on this machine, or the ports are free for them."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from installation.check import Area, Check, Verdict
from runtime.engine import HOST
from runtime.loading import Loaded
from runtime.ports import trouble
from runtime.settings import DeskSettings, TemporalSettings, WebhookSettings
from starter import waits
from starter.program.instance import PUBLISHED, running
from starter.webhook.service import LISTENS

NAME = "webhook service"
START = "make up   # or: beteiligte-sync webhook"


@dataclass(frozen=True)
class PortOfPart:
    """A port that `up` listens on."""

    setting: str
    port: int
    what: str
    path: str = ""
    """Where only this part answers 200: it may run as a service of its own."""


async def checks(loaded: Loaded) -> list[Check]:
    """The webhook service by its own word, the others by their ports."""
    up = running(loaded[TemporalSettings].state.with_name(PUBLISHED)) is not None
    found = [await _part(part, trouble(HOST, part.port), up=up) for part in _parts(loaded)]
    if WebhookSettings in loaded:
        found += await _webhook(loaded[WebhookSettings])
    return found


def _parts(loaded: Loaded) -> Iterator[PortOfPart]:
    temporal = loaded[TemporalSettings]
    if temporal.encrypt:
        yield PortOfPart("TEMPORAL_CODEC_PORT", temporal.codec_port, "what decrypts for the Web UI", "/keys")
    if temporal.embedded:
        yield PortOfPart("TEMPORAL_UI_PORT", temporal.ui_port, "Temporal's Web UI")
    if DeskSettings in loaded and (port := loaded[DeskSettings].port):
        yield PortOfPart("DESK_PORT", port, "the desk", "/static/desk.css")


async def _part(part: PortOfPart, why: str, *, up: bool) -> Check:
    """Taken is right while the program runs, or this part as a service of its own; free is right while neither does."""
    name, at = f"{part.what}: port {part.port}", f"{part.port} on {HOST}"
    if up and not why:
        return _check(name, Verdict.WARNING, "the program runs, and nobody listens there", "make up   # started anew")
    if why and not up and part.path and await _answers(part):
        return _check(name, Verdict.OK, "in use by this part, which runs by itself")
    if why and not up:
        seen, _, remedy = why.partition("; ")
        return _check(name, Verdict.WRONG, f"{at}: {seen}", f"{remedy or 'choose another'}: {part.setting}=…")
    return _check(name, Verdict.OK, "in use by the program" if up else "free")


async def _answers(part: PortOfPart) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=waits.HEALTH.total_seconds()) as http:
            answer = await http.get(f"http://{HOST}:{part.port}{part.path}")
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


async def _webhook(settings: WebhookSettings) -> list[Check]:
    at = f"{settings.host}:{settings.port}"
    host = {"0.0.0.0": HOST, "::": "[::1]"}.get(settings.host, settings.host)
    why = trouble(settings.host, settings.port)
    if not why:
        seen = f"nothing listens at {at}: it does not run on this machine"
        return [_check(NAME, Verdict.WARNING, seen, START, Area.WEBHOOKS)]
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=waits.HEALTH.total_seconds()) as http:
            live = await http.get(f"http://{host}:{settings.port}/health/live")
            ours = live.json() == {"status": "live"}
            ready = await http.get(f"http://{host}:{settings.port}/health/ready") if ours else live
    except (httpx.HTTPError, ValueError):
        ours = False
    if not ours:
        seen = (
            f"{at}: {why.partition(';')[0]}, and what is there does not answer as our service: it hangs, or is another"
        )
        return [_check(NAME, Verdict.WRONG, seen, f"end what listens there, or set {LISTENS}", Area.WEBHOOKS)]
    if ready.status_code != httpx.codes.OK:
        seen = f"at {at}, and is not ready: {ready.json().get('detail', '')}"
        return [
            _check(NAME, Verdict.WRONG, seen, "mend that; EspoCRM repeats deliveries for half an hour", Area.WEBHOOKS)
        ]
    return [_check(NAME, Verdict.OK, f"at {at}, ready", area=Area.WEBHOOKS)]


def _check(name: str, verdict: Verdict, seen: str, remedy: str | None = None, area: Area = Area.MACHINE) -> Check:
    return Check(area=area, name=name, verdict=verdict, seen=seen, remedy=remedy)
