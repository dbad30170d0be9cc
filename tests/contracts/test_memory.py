"""What a run remembers: told once, and all of it handed over."""

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.sync_status import Result
from contracts.carried_state import Memory
from tests.domain.parties import BET_NR, compared

CONFLICT = Finding(kind=FindingKind.CONFLICT, field="titel", espocrm="Dr.", advoware="Prof.", winner=System.ESPOCRM)
NO_CHANGE = Decision(result=Result.NO_CHANGE)


def landed() -> Memory:
    """Advoware has it, EspoCRM does not."""
    memory = Memory(party_id="5f", called="Müßig")
    memory.owed = memory.owed.landed(BET_NR, "R7", {}, (CONFLICT,), "shown")
    return memory


def told(memory: Memory) -> list[list[FindingKind]]:
    """Of each message."""
    return [[finding.kind for finding in message.findings] for message in memory.outbox]


def test_what_landed_is_told_when_it_is_written_back() -> None:
    """Status first, then the message; what was overwritten is kept for `undo`."""
    memory = landed()
    memory.written_back((CONFLICT,))

    assert told(memory) == [[FindingKind.CONFLICT]]
    assert (memory.owed.stage, memory.overwritten) == (Stage.NOTHING, (CONFLICT,))
    assert memory.outbox[0].called == "Müßig"


def test_an_excluded_record_parks_what_landed_and_it_comes_back() -> None:
    """People are told at once, since no sync may ever tell it again."""
    memory = landed()
    memory.doubt((CONFLICT.but(field="zusatz"),))
    memory.exclude()

    assert told(memory) == [[FindingKind.CONFLICT, FindingKind.NOT_WRITTEN_BACK, FindingKind.CONFLICT]]
    assert (memory.owed.stage, memory.in_doubt, memory.landed_now) == (Stage.PARKED, (), Owed())

    memory.unpark()
    assert (memory.owed.stage, memory.owed.findings) == (Stage.LANDED, ())
    assert memory.exclude() == (
        Finding(kind=FindingKind.NOT_WRITTEN_BACK, bet_nr=BET_NR, system=System.ESPOCRM, reason="excluded"),
    )


def test_a_deleted_record_says_what_is_still_to_be_told() -> None:
    """Its message tells that with the delete."""
    kept, dropped = landed(), landed()

    assert kept.delete(create_begun=True) == dropped.delete(create_begun=False) == (CONFLICT,)
    assert (kept.owed.stage, dropped.owed.stage) == (Stage.PARKED, Stage.NOTHING)
    assert kept.delete(create_begun=True) == (), "it was parked before"


def test_a_write_that_was_given_up_is_doubted_once() -> None:
    """Only where it overwrites a value, and not what landed already tells."""
    memory = landed()
    other = CONFLICT.but(field="zusatz")
    for _ in range(2):
        memory.doubt((CONFLICT, other, Finding(kind=FindingKind.NOT_TAKEN, field="name")))

    assert memory.in_doubt == (other,)


def test_a_doubt_is_told_where_the_value_is_gone() -> None:
    """One that still stands is found anew by the comparison."""
    gone = Memory(party_id="5f", in_doubt=(CONFLICT,))
    stands = Memory(party_id="5f", in_doubt=(CONFLICT,))
    gone.settle_doubts(situation("Dr.", "Dr."), NO_CHANGE)
    stands.settle_doubts(situation("Dr.", "Prof."), NO_CHANGE)

    assert (told(gone), told(stands)) == ([[FindingKind.CONFLICT]], [])
    assert gone.in_doubt == stands.in_doubt == ()


def situation(espocrm: str, advoware: str) -> Situation:
    """Both sides' title."""
    return compared({"titel": espocrm}, {"titel": advoware}, {"titel": None})


def test_all_of_it_is_handed_over() -> None:
    """A run's memory is what its successor begins with."""
    memory = landed()
    memory.doubt((CONFLICT.but(field="zusatz"),))
    memory.tell((CONFLICT,))

    assert Memory.model_validate_json(memory.model_dump_json()) == memory
