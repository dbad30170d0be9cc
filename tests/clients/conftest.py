"""How many answers are generated."""

import tests.examples  # noqa: F401
