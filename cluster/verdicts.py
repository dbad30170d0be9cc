"""What was looked at and whether it held; the demo's own checks stand in its tally beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LookedAt:
    """One thing that was looked at."""

    chapter: str
    what: str
    held: bool
    seen: str = ""


@dataclass
class Verdicts:
    """All of them, in their order."""

    chapter: str = ""
    all: list[LookedAt] = field(default_factory=list)
    told: Callable[[LookedAt], None] = lambda _: None
    """Called with each as it comes."""

    def begin(self, chapter: str) -> str:
        """What comes next belongs to this chapter."""
        self.chapter = chapter
        return chapter

    def note(self, what: str, held: bool, seen: str = "") -> bool:
        """Keep one, and tell it; whether it held."""
        verdict = LookedAt(self.chapter, what, held, seen)
        self.all.append(verdict)
        self.told(verdict)
        return held

    @property
    def broken(self) -> list[LookedAt]:
        """Those that did not hold."""
        return [verdict for verdict in self.all if not verdict.held]

    def by_chapter(self) -> list[tuple[str, str]]:
        """How many of each held, and the chapter's name."""
        chapters = dict.fromkeys(verdict.chapter for verdict in self.all)
        return [(self._held(chapter), chapter) for chapter in chapters]

    def _held(self, chapter: str) -> str:
        here = [verdict.held for verdict in self.all if verdict.chapter == chapter]
        return f"{sum(here)} of {len(here)}"
