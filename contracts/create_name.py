"""The name of a create: it stands on a run from before its POST until it is known what came of it.

By it any later run finds a create whose run was reset or terminated, or whose question a restored EspoCRM has
forgotten, and never posts the same one twice (design §5).
"""

from beteiligte.frozen import Frozen

FIRST = "first"
"""In place of the link that was lost, where there was none."""
PERMIT = " "
"""Between the link and what permits one more create."""


class CreateName(Frozen):
    """Which create it is. One name is good for one POST: a lost link and every permit make a new one."""

    link: int | None = None
    """The betNr that the record had before."""
    permit: str = ""
    """What allows one more after one that was left open: a person's word, or a search in vain."""

    def __str__(self) -> str:
        """As it stands on the run."""
        link = str(self.link or FIRST)
        return link + PERMIT + self.permit if self.permit else link

    @classmethod
    def parse(cls, text: str) -> "CreateName":
        """The same, read. Raises ValueError."""
        link, _, permit = text.partition(PERMIT)
        return cls(link=None if link == FIRST else int(link), permit=permit)

    @classmethod
    def read(cls, text: str) -> "CreateName | None":
        """The same of what any run shows; None: no run of this version wrote it."""
        try:
            return cls.parse(text)
        except ValueError:
            return None

    def blocks(self, other: "CreateName") -> bool:
        """Whether a run of this name may have made what the other is about to.

        One that was permitted goes by its own name; what has no permit counts those as well.
        """
        return self.link == other.link and (not other.permit or self.permit == other.permit)
