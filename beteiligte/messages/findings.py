"""What people are told of a finding: one row per `FindingKind`, both languages side by side, split by subject."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.about_deletes import DELETES
from beteiligte.messages.about_forms import FORMS
from beteiligte.messages.about_links import LINKS
from beteiligte.messages.about_runs import RUNS
from beteiligte.messages.about_values import VALUES
from beteiligte.messages.about_words import WORDS
from beteiligte.messages.words import Words

OF_FINDINGS: dict[FindingKind, Words] = {**VALUES, **FORMS, **LINKS, **DELETES, **RUNS, **WORDS}
