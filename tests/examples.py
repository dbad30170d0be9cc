"""Generated examples: the same ones in every run, few enough, and no deadline, since a busy machine is no bug.

`make fuzz EXAMPLES=5000` looks for new ones, so many for each test.
"""

import os

from hypothesis import settings

NUMBER = int(os.environ.get("EXAMPLES") or 0)

settings.register_profile("tests", max_examples=NUMBER or 60, derandomize=not NUMBER, deadline=None)
settings.load_profile("tests")
