"""What is asked of every system."""

from dataclasses import dataclass

PROGRAM = "program"
BARE = "bare"


@dataclass(frozen=True, kw_only=True)
class BenchCase:
    """So many parties, so many in flight, so slow an API."""

    name: str
    kind: str = "update"
    """update · create · nochange · batch (all in one POST) · burst (all POSTs for one party)."""
    latency: float = 0.0
    """Seconds that each API call takes."""
    in_flight: int = 1
    parties: int
    few: int = 0
    """So many on the slow systems: 0, as many."""
    only: tuple[str, ...] = ()
    """Systems that do it; empty: all."""
    once: bool = False
    """In the first round only: it takes long, and its figures hardly move."""

    def asked_of(self, system: str, number: int) -> bool:
        """Whether this system does it in this round."""
        return (not self.only or system in self.only) and not (self.once and number > 1)

    def number(self, *, slow: bool, share: float) -> int:
        """How many parties, or POSTs of a burst."""
        return max(2, round((self.few or self.parties if slow else self.parties) * share))


CASES = (
    BenchCase(name="update, 50 in flight, 0 ms", in_flight=50, parties=150, few=50),
    BenchCase(name="update, 50 in flight, 20 ms", latency=0.02, in_flight=50, parties=150, few=50),
    BenchCase(name="update, 50 in flight, 100 ms", latency=0.1, in_flight=50, parties=150, few=50),
    BenchCase(name="update, 10 in flight, 0 ms", in_flight=10, parties=100, few=30),
    BenchCase(name="update, 10 in flight, 100 ms", latency=0.1, in_flight=10, parties=60, few=30),
    BenchCase(name="update, alone, 0 ms", parties=30, few=12),
    BenchCase(name="update, alone, 20 ms", latency=0.02, parties=15, few=10),
    BenchCase(name="update, alone, 100 ms", latency=0.1, parties=10, few=10),
    BenchCase(name="create, 10 in flight, 0 ms", kind="create", in_flight=10, parties=60, few=30),
    BenchCase(name="create, alone, 0 ms", kind="create", parties=15, few=10),
    BenchCase(name="no change, 50 in flight, 0 ms", kind="nochange", in_flight=50, parties=150, few=50),
    BenchCase(name="no change, alone, 0 ms", kind="nochange", parties=15, few=10),
    BenchCase(name="batch of 500 in one POST, 0 ms", kind="batch", parties=500, only=(PROGRAM,), once=True),
    BenchCase(name="burst of 100 for one party, 0 ms", kind="burst", in_flight=10, parties=100, only=(PROGRAM,)),
    BenchCase(
        name="update of 1,000, 50 in flight, 20 ms",
        latency=0.02,
        in_flight=50,
        parties=1_000,
        only=(BARE, PROGRAM),
        once=True,
    ),
)
