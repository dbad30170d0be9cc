"""How many examples are generated."""

import tests.examples  # noqa: F401
