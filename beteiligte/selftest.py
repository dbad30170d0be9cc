"""What a self-test finds at a system, in words for the operator: refused, or not reached, with the settings to check.

Refused needs a hand: a key, an address, a right. Not reached may be an outage that ends by itself.
"""

from enum import StrEnum

from beteiligte.faults import (
    CredentialsRefused,
    MissingAttribute,
    NoRight,
    OddAnswer,
    Rejected,
    SyncFault,
    System,
    Throttled,
)
from beteiligte.frozen import Frozen


class Kind(StrEnum):
    """What is the matter."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class Problem(Frozen):
    """One system that cannot be worked with."""

    system: System
    kind: Kind
    detail: str
    """What happened and what to do, for the operator; no client's value."""

    @property
    def line(self) -> str:
        """As `up` and `status` print it."""
        return f"Self-test: {SHOWN[self.system]} {self.kind}: {self.detail}"


class SelfTested(Frozen):
    """What is wrong with either system; empty: nothing."""

    problems: tuple[Problem, ...] = ()


CREDENTIALS = {
    System.ESPOCRM: "check ESPOCRM_API_KEY, that the API user is active, and that ESPOCRM_SECRET_KEY is set exactly "
    "where its method is HMAC",
    System.ADVOWARE: "check ADVOWARE_API_KEY, ADVOWARE_APP_ID, ADVOWARE_KANZLEI, ADVOWARE_DATABASE, ADVOWARE_USER, "
    "ADVOWARE_PASSWORD and ADVOWARE_PRODUCT",
}
ADDRESS = {
    System.ESPOCRM: "check ESPOCRM_URL and ESPOCRM_ENTITY_TYPE",
    System.ADVOWARE: "check ADVOWARE_URL, ADVOWARE_SECURITY_GATEWAY, ADVOWARE_PREFIX and ADVOWARE_DATABASE",
}
RIGHTS = {
    System.ESPOCRM: "give the API user's role the rights of docs/connect.md",
    System.ADVOWARE: "check the rights of ADVOWARE_USER, and ADVOWARE_ROLE",
}
SHOWN = {System.ESPOCRM: "EspoCRM", System.ADVOWARE: "Advoware"}


def problem(fault: SyncFault) -> Problem:
    """The problem that a fault of a test call stands for."""
    away = fault.retry and not isinstance(fault, CredentialsRefused | OddAnswer)
    kind = Kind.UNREACHABLE if away else Kind.REFUSED
    return Problem(system=fault.system, kind=kind, detail=f"{what(fault)}: {remedy(fault)}")


def what(fault: SyncFault) -> str:
    """What happened."""
    if isinstance(fault, CredentialsRefused):
        return f"{SHOWN[fault.system]} refused the credentials"  # also where it was not asked again so soon
    return str(fault).rstrip(".").replace(f"{fault.system} ", f"{SHOWN[fault.system]} ", 1)


def remedy(fault: SyncFault) -> str:
    """What to do."""
    match fault:
        case CredentialsRefused():
            return CREDENTIALS[fault.system]
        case MissingAttribute() | Rejected():
            return "the entity type lacks a field of the sync, or the role may not read it (docs/connect.md)"
        case NoRight():
            return RIGHTS[fault.system]
        case Throttled():
            return "it asks for patience; it is tried again"
        case OddAnswer():
            return f"is it really the system that answers there? {ADDRESS[fault.system]}"
        case SyncFault(retry=True):
            return f"if it is no outage, {ADDRESS[fault.system]}, firewall and proxy; it is tried again"
        case _:
            return ADDRESS[fault.system]
