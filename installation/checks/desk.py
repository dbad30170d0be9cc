"""Who lets people in at the desk: the firm's OpenID provider, where one is set."""

from installation.check import Area, Check, Verdict
from installation.openid import ProviderUnfit, discovered
from runtime.settings import DeskSettings, OidcSettings

NAME = "logging in"
CALLBACK = "/oidc/callback"
"""Where a provider sends people back to."""


async def checks(desk: DeskSettings, oidc: OidcSettings) -> list[Check]:
    """Ask the provider what it says of itself; the secret shows only when somebody logs in."""
    if oidc.issuer is None:
        return [_check(Verdict.OK, "by links of `desk login`; no OpenID provider is set")]
    known = f"registered there has to be {desk.url}{CALLBACK}"
    try:
        await discovered(oidc.issuer)
    except ProviderUnfit as unfit:
        return [_check(Verdict.WRONG, f"the OpenID provider: {unfit}", f"DESK_OIDC_ISSUER, its firewall; {known}")]
    if not desk.url.startswith("https://"):
        return [_check(Verdict.WARNING, f"the OpenID provider answers; {known}", "a proxy with https, and DESK_URL")]
    return [_check(Verdict.OK, f"the OpenID provider answers; {known}")]


def _check(verdict: Verdict, seen: str, remedy: str | None = None) -> Check:
    return Check(area=Area.DESK, name=NAME, verdict=verdict, seen=seen, remedy=remedy)
