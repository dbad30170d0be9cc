"""Which call meets which fault: planned for the next calls, for one party, or for a whole system until it is lifted."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from simulators.faults import RefusedBeforeEffect
from simulators.visits import Fault


@dataclass(slots=True)
class Planned:
    """A fault that waits for its calls."""

    call: str
    fault: Fault
    left: int
    party: str | None

    def meets(self, call: str, party: str | None) -> bool:
        """Say whether this call is one it waits for."""
        return self.left > 0 and fnmatchcase(call, self.call) and self.party in (None, party)


class Faults:
    """All that is planned. A fault for one call goes before an outage of its whole system."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self._outages: dict[str, Fault] = {}
        self._lasting: dict[tuple[str, str], Fault] = {}

    def plan(self, call: str, *faults: Fault, times: int = 1, party: str | int | None = None) -> None:
        """Let the next calls of a name (wildcards allowed) meet these faults, in order, each `times`.

        `party` limits it to one party: EspoCRM id, or betNr at Advoware.
        """
        wanted = None if party is None else str(party)
        self._planned.extend(Planned(call, fault, times, wanted) for fault in faults)

    def outage(self, system: str, fault: Fault | None = None) -> None:
        """Let every call of "espocrm", "advoware" or e.g. "espocrm.write" fail until `lift`; default: it drops."""
        self._outages[system] = fault or RefusedBeforeEffect()

    def refuse(self, party: str | int, fault: Fault, *calls: str) -> None:
        """Let every call of these names (all: none named) about one party fail until `allow`."""
        self._lasting.update({(str(party), call): fault for call in calls or ("*",)})

    def allow(self, party: str | int) -> None:
        """Let its calls through again."""
        self._lasting = {key: fault for key, fault in self._lasting.items() if key[0] != str(party)}

    def lift(self, system: str) -> None:
        """End an outage; nothing happens where there is none."""
        self._outages.pop(system, None)

    def take(self, call: str, party: str | None) -> Fault | None:
        """Give the fault this call meets, and use it up."""
        for planned in self._planned:
            if planned.meets(call, party):
                planned.left -= 1
                return planned.fault
        for (refused, name), fault in self._lasting.items():
            if refused == party and fnmatchcase(call, name):
                return fault
        return self._outages.get(call) or self._outages.get(call.partition(".")[0])

    @property
    def unused(self) -> list[str]:
        """What was planned and met no call, as "call: fault, times"."""
        return [f"{p.call}: {p.fault.name}, {p.left}" for p in self._planned if p.left > 0]

    def clear(self) -> None:
        """Forget all plans and outages."""
        self._planned.clear()
        self._outages.clear()
        self._lasting.clear()
