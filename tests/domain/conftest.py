"""Generated examples: few enough for every run, and no deadline, since a busy machine is no bug."""

from hypothesis import settings

settings.register_profile("domain", max_examples=60, deadline=None)
settings.load_profile("domain")
