"""What can go wrong with an outside system, whose fault it is, and whether waiting mends it.

    SyncFault
    ├── Transient           network, time-out, 5xx, connector offline; retried
    │   ├── Throttled       asked to wait: lock-out by address, 429, Retry-After; retried after `wait`
    │   ├── OddAnswer       an answer that makes no sense; retried, never read as "empty"
    │   └── CredentialsRefused  401 after one refresh; all calls with that key are held for a minute
    ├── ConfigurationFault  set-up that retrying cannot mend
    │   ├── NoRight         403 with a reason that is no script's
    │   ├── PageTooLarge    403: fewer rows may be listed at once; the client asks for fewer
    │   └── MissingAttribute    a bookkeeping attribute is absent: nothing may be written
    ├── Paused              a person stopped all writing; asked for again when it is resumed
    ├── Observing           observe mode: nothing is written
    ├── Rejected            400, 409, 422: permanent for this content; names the field where known
    │   └── Duplicate       409: counts as another record's double, whatever is written
    ├── RecordRefused       another 4xx, or a script's 403: the system does not do this with this record
    ├── Locked              a person locked the record, or it is open elsewhere: mended by unlocking it
    ├── TooLarge            more than Temporal stores at once: the party's own matter
    ├── Gone                404 that names the record
    ├── Stale               moved since it was compared: back to reading
    └── AmbiguousCreate     a POST whose outcome is unknown: never repeated blindly
        └── BegunElsewhere  another run's POST, and what it sent is not known either

Clients raise these, `activities/boundary.py` turns them into Temporal failures, the workflow and the messages
read `code`. Messages name ids, fields and statuses, never a client's value. Sources: design §6, facts/espocrm.md §2.7.
"""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar


class System(StrEnum):
    """The two systems as they stand in metrics, histories and messages."""

    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"


class Blame(StrEnum):
    """Whose fault it is: decides between `permanently_failed` (party) and `failed` (system)."""

    PARTY = "party"
    SYSTEM = "system"
    UNCLEAR = "unclear"
    """A 5xx, a refused right, a refusal without a field: it is found out by asking about others (blame.py)."""


class SyncFault(Exception):
    """Root of all faults; see the tree above."""

    code: ClassVar[str] = "SyncFault"
    """Stands in histories: add, never rename."""
    retry: ClassVar[bool] = False
    blame: Blame = Blame.PARTY

    def __init__(
        self,
        message: str,
        *,
        system: System,
        field: str | None = None,
        wait: timedelta | None = None,
        surely_refused: bool = False,
        blame: Blame | None = None,
        others: tuple[str, ...] = (),
        operation: str = "",
        status: int = 0,
        said: str = "",
    ) -> None:
        """Describe one fault.

        Args:
            message: What happened and what to do, without a client's value.
            system: Who answered, or did not.
            field: The wire name of the field at fault, where the system named one.
            wait: The least time until another try, where the system asked for one.
            surely_refused: The call had no effect for certain, so even a POST may be repeated.
            blame: Overrides the class's default.
            others: Ids of other records that it is about.
            operation: What was tried, as the client names its calls.
            status: Of the HTTP answer; 0 where it was none that refused.
            said: The system's own words. They may hold a client's value: for people and histories, never for a log.
        """
        super().__init__(message)
        self.system = system
        self.field = field
        self.wait = wait
        self.surely_refused = surely_refused
        self.others = others
        self.operation = operation
        self.status = status
        self.said = said
        if blame is not None:
            self.blame = blame


class Transient(SyncFault):
    """Network, time-out, 5xx, connector offline: another try may work."""

    code = "Transient"
    retry = True
    blame = Blame.SYSTEM


class Throttled(Transient):
    """The system asked to be left alone for `wait` (EspoCRM's lock-out by address, 429)."""

    code = "Throttled"


class OddAnswer(Transient):
    """A 2xx whose body makes no sense; never a reason to clear or delete."""

    code = "OddAnswer"
    blame = Blame.UNCLEAR


class CredentialsRefused(Transient):
    """401 after one refresh. Retried slowly: a key is mended by a person while parties wait."""

    code = "CredentialsRefused"


class ConfigurationFault(SyncFault):
    """The set-up is wrong (address, prefix, enumeration option): a person must mend it."""

    code = "ConfigurationFault"
    blame = Blame.SYSTEM


class NoRight(ConfigurationFault):
    """403 with a reason: the interface may not do this, be it with one record (read=own) or with all."""

    code = "NoRight"
    blame = Blame.UNCLEAR


class PageTooLarge(ConfigurationFault):
    """403 to a list: so many rows at once are not allowed; reaches no one while a smaller page is answered."""

    code = "PageTooLarge"
    allowed: int = 0


class MissingAttribute(ConfigurationFault):
    """A bookkeeping attribute is absent from an answer: nothing may be written, above all no create."""

    code = "MissingAttribute"


class Paused(SyncFault):
    """A person stopped all writing: the party waits as it would for a system that is down."""

    code = "Paused"
    blame = Blame.SYSTEM


class Observing(SyncFault):
    """Observe mode: the sync must not come as far as a write, so this is a bug of ours."""

    code = "Observing"


class Rejected(SyncFault):
    """400, 409 or 422: this content will never be accepted."""

    code = "Rejected"


class Duplicate(Rejected):
    """409 `duplicate`: the record has a namesake, and a switch of the entity type refuses every write for it."""

    code = "Duplicate"


class RecordRefused(SyncFault):
    """Another 4xx, or a 403 by a script of the firm: archived, too large, protected. A person must act."""

    code = "RecordRefused"
    blame = Blame.UNCLEAR


class Locked(SyncFault):
    """EspoCRM's `cannotModifyLockedRecord`, or 423: nothing is written to the record until it is unlocked."""

    code = "Locked"


class TooLarge(SyncFault):
    """A record, or what a step needs to know of it, is more than Temporal stores at once."""

    code = "TooLarge"


class Gone(SyncFault):
    """404 that names the record."""

    code = "Gone"


class Stale(SyncFault):
    """What was compared has moved meanwhile: read and decide again."""

    code = "Stale"


class AmbiguousCreate(SyncFault):
    """A POST that may or may not have created a party."""

    code = "AmbiguousCreate"


class BegunElsewhere(AmbiguousCreate):
    """A run that was reset or terminated may have created the party, by what the record held then."""

    code = "BegunElsewhere"
