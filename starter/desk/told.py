"""What somebody was shown when he decided, as a hash that his form carries: by it a later look tells whether the
question is still the same.
"""

import hashlib
from collections.abc import Iterable

from starter.views.open_questions import OpenQuestion


def of_question(question: OpenQuestion) -> str:
    """Of one question."""
    found = question.finding
    reason = question.fault.code if question.fault else ""
    return hashlib.sha256(f"{found.kind}.{found.field}.{found.fingerprint()}.{reason}".encode()).hexdigest()[:24]


def of_all(questions: Iterable[OpenQuestion]) -> str:
    """Of all that is open about a party."""
    return hashlib.sha256(".".join(sorted(map(of_question, questions))).encode()).hexdigest()[:24]
