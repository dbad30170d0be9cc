"""Generated examples: the same ones in every run, few enough, and no deadline, since a busy machine is no bug.

To look for new ones, raise `max_examples` and drop `derandomize`.
"""

from hypothesis import settings

settings.register_profile("laws", max_examples=60, derandomize=True, deadline=None)
settings.load_profile("laws")
