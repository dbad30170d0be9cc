"""The order of the chapters."""

from collections.abc import Awaitable, Callable

from demo import chapters, night
from demo.play import Play

Chapter = Callable[[Play], Awaitable[None]]

STORY: tuple[Chapter, ...] = (
    chapters.created,
    chapters.edited_in_espocrm,
    chapters.edited_in_advoware,
    chapters.merged,
    chapters.conflict,
    chapters.lost_answer,
    chapters.advoware_down,
    chapters.refused,
    chapters.burst,
    night.without_advoware,
)
