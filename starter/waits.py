"""How long commands and the webhook service wait, and how often they look, each with its reason.

What an operator may change is a setting or an option of a command; these follow from Temporal and from people who sit
before a terminal.
"""

from datetime import timedelta

from workflows.client import STORED_WITHIN, TAKEN_WITHIN

TEMPORAL = STORED_WITHIN
"""For one call to Temporal."""
WORKER = timedelta(seconds=5)
"""For what only a worker knows: one that is busy or gone must not hold up the rest of what is shown."""
WORKER_TAKES = TAKEN_WITHIN
"""For a worker that is known to live to take a request."""
NO_WORKER_TAKES = timedelta(seconds=5)
"""The same where none was seen: one may just be starting. The request is stored after it."""
WORKER_IS_SEEN = timedelta(seconds=1)
"""A worker that has just started is listed a moment later."""
OUTCOME = timedelta(minutes=10)
"""For a sync that somebody waits for: it may meet a system's time-outs and a retry. `--within` says otherwise."""
PREVIEW = timedelta(minutes=1)
"""For a `diff`: reads alone, each tried once. `--within` says otherwise."""
PLAN_PAGE = timedelta(hours=1)
"""For one page of a plan: 200 reads of a slow Advoware, and a system that is briefly away."""
RESUMED = timedelta(minutes=1)
"""For a pause's run to end once a worker lives."""
SELF_TEST = timedelta(seconds=10)
"""So long a start waits for what the self-test finds; the test goes on by itself."""
SELF_TEST_BEGINS = timedelta(minutes=1)
"""After which nothing more is expected of a test without a finding: no worker takes it."""
LOOK_AT_SELF_TEST = timedelta(seconds=0.1)
LOOK_AT_RECONCILIATION = timedelta(seconds=0.5)
"""A bar that moves, at two questions to a worker a second."""
SAY_RECONCILIATION = timedelta(seconds=10)
"""Between two lines in a pipe while nothing new begins."""
HEALTH = timedelta(seconds=3)
"""For a service of this machine to say how it stands."""
FIRST_START = timedelta(seconds=20)
"""For a program that is still starting to say where it is, to a second one that was started beside it."""
LOOK_AT_FIRST_START = timedelta(seconds=0.1)
PART_STOPS = timedelta(seconds=5)
"""For a part beyond the time in which it drains."""
DESK = timedelta(seconds=12)
"""For what somebody decided on a page to be done: a sync takes less than a second, and a browser must not look dead."""
SYNCS_SHOWN = 20
"""Of a party, on its page: about what anybody scrolls through."""
STATE_IS_FREE = timedelta(seconds=30)
"""For the embedded server to let a backup begin to read."""
ERASED = timedelta(minutes=3)
"""For Temporal to delete runs: one that has just closed it deletes when its queues have noted that, half a minute later
and more (seen on the embedded server)."""
LOOK_AT_ERASING = timedelta(seconds=0.2)
ENDED = timedelta(minutes=1)
"""For an open run to end decently: what landed is written, and people are told. `--within` says otherwise."""
KEYS_TOLD = timedelta(seconds=3)
"""For a service on this machine to say which keys it knows."""
