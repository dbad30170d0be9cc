"""Whether EspoCRM lets us in: address, certificate, key, clock; and whom it takes us for."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from beteiligte import selftest
from beteiligte.faults import CredentialsRefused, OddAnswer, SyncFault, Throttled
from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import ESPOCRM, WEBHOOKS, Saying
from installation.checks.espocrm.seen import ApiUserSeen

CLOCK_MAY_DIFFER = timedelta(seconds=5)
"""`Date` has whole seconds and the answer takes its time; sweeps go by EspoCRM's own clock, so no edit is missed."""
KEY, ADDRESS = "API key", "address"
CHECK_THE_KEY = (
    f"ESPOCRM_API_KEY=… in .env, as {screens.API_USERS} shows it; the user there is active; ESPOCRM_SECRET_KEY is set "
    "exactly where its method is HMAC. One try at a time: more than ten refused logins a minute lock everybody out"
)


def shut_out(fault: SyncFault) -> list[Check]:
    """The first call failed, and no other was made."""
    return [_why(fault), *(_unlooked(area) for area in (ESPOCRM, WEBHOOKS))]


def _why(fault: SyncFault) -> Check:
    match fault:
        case CredentialsRefused():
            return ESPOCRM.wrong(KEY, "EspoCRM refused it (401); it was tried once", CHECK_THE_KEY)
        case Throttled() if fault.status == 403:
            return ESPOCRM.wrong(
                KEY,
                "EspoCRM refuses everybody from this address, also with a good key: more than ten logins were refused",
                f"wait for about a minute, then run doctor once; which program it is: {screens.AUTH_LOG}",
            )
        case _:
            return ESPOCRM.wrong(ADDRESS, selftest.what(fault), mending(fault))


def mending(fault: SyncFault) -> str:
    """What to do where it did not answer: nobody tries again by himself, as a worker does."""
    if fault.retry and not isinstance(fault, CredentialsRefused | OddAnswer | Throttled):
        return f"is EspoCRM up? ESPOCRM_URL=… in .env, firewall, ESPOCRM_PROXY; {screens.AGAIN}"
    return selftest.remedy(fault)


def _unlooked(area: Saying) -> Check:
    return area.unknown(
        "everything else", "not looked at, since the first question got no answer", "mend the line above first"
    )


def checks(me: ApiUserSeen, url: str, ahead: timedelta | None) -> list[Check]:
    """It let us in."""
    return [_address(me, url), _clock(ahead), _user(me)]


def _address(me: ApiUserSeen, url: str) -> Check:
    version = f"EspoCRM {me.version or 'of unknown version'}"
    if urlsplit(url).scheme == "http" and not _is_here(url):
        told = f"{version} answers at {url}: key and clients' data cross the network in clear"
        return ESPOCRM.warning(ADDRESS, told, "ESPOCRM_URL=https://… in .env, once EspoCRM has a certificate")
    return ESPOCRM.ok(ADDRESS, f"{version} answers at {url}")


def _is_here(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _clock(ahead: timedelta | None) -> Check:
    if ahead is None:
        remedy = "compare `date -u` on both machines; does a proxy drop the header Date?"
        return ESPOCRM.unknown("clock", "its answers do not tell the time", remedy)
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= CLOCK_MAY_DIFFER:
        return ESPOCRM.ok("clock", f"agrees with this machine's within {max(seconds, 1)} s")
    differs = f"{seconds} s {'ahead of' if ahead > timedelta(0) else 'behind'} this machine's; no edit is missed by it"
    return ESPOCRM.warning("clock", differs, "let both machines set their clocks: timedatectl set-ntp true")


def _user(me: ApiUserSeen) -> Check:
    called = f"{me.login} ({me.id}), type {me.type}"
    if me.type != "api":
        told = f"{called}: what people and the program do cannot be told apart, and webhooks need an API user"
        return ESPOCRM.warning("API user", told, f"{screens.API_USERS} → Create, or {screens.SETUP}")
    return ESPOCRM.ok("API user", called)
