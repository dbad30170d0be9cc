"""The checks of one area, said shortly."""

from dataclasses import dataclass

from installation.check import Area, Check, Verdict


@dataclass(frozen=True)
class Saying:
    """Of one area."""

    area: Area

    def ok(self, name: str, seen: str) -> Check:
        """It holds."""
        return Check(area=self.area, name=name, verdict=Verdict.OK, seen=seen)

    def warning(self, name: str, seen: str, remedy: str) -> Check:
        """It works, and may surprise."""
        return Check(area=self.area, name=name, verdict=Verdict.WARNING, seen=seen, remedy=remedy)

    def wrong(self, name: str, seen: str, remedy: str) -> Check:
        """It does not hold."""
        return Check(area=self.area, name=name, verdict=Verdict.WRONG, seen=seen, remedy=remedy)

    def unknown(self, name: str, why: str, remedy: str) -> Check:
        """It could not be looked at."""
        return Check(area=self.area, name=name, verdict=Verdict.UNKNOWN, seen=why, remedy=remedy)


ESPOCRM = Saying(Area.ESPOCRM)
WEBHOOKS = Saying(Area.WEBHOOKS)
