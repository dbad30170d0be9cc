"""Who asks Temporal's visibility is asked on a real database as well: no query is first tried in a firm's cluster."""

from cluster.asking import places
from cluster.questions import ASKING


def test_every_file_that_asks_visibility_is_asked_on_postgresql() -> None:
    """A new one is called in `Asker` of cluster/questions.py, whose test asks it at once, and is named there."""
    assert {place.file for place in places()} == ASKING
