"""A message reaches everybody once: what was sent is remembered between attempts, what is refused is tried again."""

from beteiligte.decide.findings import Finding, FindingKind
from contracts.telling import TellOrder
from simulators.faults import Latency, LostAnswer, Status
from tests.activities.bench import Bench
from tests.world import BOSS

OTHER = "5f3e1c0a9b8d7e6f6"
LOST = Finding(kind=FindingKind.OVERTAKEN, bet_nr=104_711, fields=("titel",))


def order(bench: Bench, *assigned: str) -> TellOrder:
    party, bet_nr = bench.pair()
    return TellOrder(party_id=party, findings=(LOST,), assigned=assigned, called="Müßig, Änne", bet_nr=bet_nr)


def notes(bench: Bench) -> list[str]:
    """To whom or where each went."""
    users = [note.get("usersIds") or [note.get("parentId")] for note in bench.espocrm.notes]
    return [str(one) for some in users if isinstance(some, list) for one in some]


async def test_users_and_record_get_one_note_each(bench: Bench) -> None:
    wanted = order(bench, BOSS)
    told = await bench.attempt(bench.people(BOSS).tell, wanted)

    assert (told.users, notes(bench)) == (1, [BOSS, wanted.party_id])


async def test_a_later_attempt_sends_only_what_is_missing(bench: Bench) -> None:
    """The note on the record failed."""
    wanted = order(bench)
    bench.faults.plan("espocrm.note", Latency(0), Status(500))
    failure = await bench.failing(bench.people().tell, wanted)
    told = await bench.attempt(bench.people().tell, wanted, number=2, told=bench.heartbeats[-1])

    assert (failure.type, failure.non_retryable) == ("Transient", False)
    assert (told.users, notes(bench)) == (1, [BOSS, wanted.party_id])


async def test_a_note_whose_answer_was_lost_is_sent_again(bench: Bench) -> None:
    """Twice is better than never: EspoCRM tells no note from another."""
    wanted = order(bench)
    bench.faults.plan("espocrm.note", LostAnswer())
    await bench.failing(bench.people().tell, wanted)
    await bench.attempt(bench.people().tell, wanted, number=2)

    assert notes(bench) == [BOSS, BOSS, wanted.party_id]


async def test_a_right_that_is_missing_may_be_given_tomorrow(bench: Bench) -> None:
    wanted = order(bench).model_copy(update={"on_record": False})
    bench.faults.plan("espocrm.note", Status(403, {"X-Status-Reason": "No access"}))
    failure = await bench.failing(bench.people().tell, wanted)

    assert (failure.type, failure.non_retryable) == ("NoRight", False)


async def test_users_who_are_refused_keep_no_note_from_the_record(bench: Bench) -> None:
    wanted = order(bench)
    bench.faults.plan("espocrm.note", Status(403, {"X-Status-Reason": "No access"}))
    await bench.failing(bench.people().tell, wanted)

    assert notes(bench) == [wanted.party_id]


async def test_one_user_who_is_refused_keeps_nobody_else_from_being_told(bench: Bench) -> None:
    """A note to all is refused for a single one, so each gets one alone."""
    wanted = order(bench).model_copy(update={"on_record": False})
    no = Status(403, {"X-Status-Reason": "No access"})
    bench.faults.plan("espocrm.note", no, no)
    told = await bench.attempt(bench.people(BOSS, OTHER).tell, wanted)

    assert (told.users, notes(bench)) == (1, [OTHER])


async def test_where_the_record_is_gone_its_users_are_told_all_the_same(bench: Bench) -> None:
    wanted = order(bench)
    bench.faults.plan("espocrm.note", Latency(0), Status(404, {"X-Status-Reason": "Record not found"}))
    told = await bench.attempt(bench.people().tell, wanted)

    assert (told.users, notes(bench)) == (1, [BOSS])
