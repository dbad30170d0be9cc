"""What holds a whole party back until a person acts: doubtful links, doubtful creates, doubtful emptyings."""

from collections.abc import Mapping

import pytest

from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import differs
from beteiligte.sync_status import Result
from tests.domain.parties import (
    BET_NR,
    KNOWN,
    NOW,
    OTHER,
    PARTY,
    STRANGER,
    UNREADABLE,
    advoware,
    base_text,
    carried_out,
    compared,
    espocrm,
    view,
)
from tests.rules import party_rules

UNLINKED = {"bet_nr": None, "row_id": None, "last_sync": None}
LINKED_TEXT = base_text(KNOWN)


def held(situation: Situation) -> Finding:
    """The one finding that holds the party; nothing is written, and once told the next sync is quiet."""
    decision = decide(situation, party_rules())
    assert decision.held
    assert (decision.action, decision.to_advoware, decision.to_espocrm) == (Action.NOTHING, {}, {})
    [finding] = decision.findings
    after, settlement = carried_out(situation, decision)
    assert settlement.findings == (finding,)
    after = after.model_copy(update={"advoware": situation.advoware})
    again = decide(after, party_rules())
    assert (again.held, again.findings, again.still_open) == (True, (), (finding,))
    assert not differs(carried_out(after, again)[1], after.espocrm)
    return finding


def free(situation: Situation) -> Decision:
    """The decision of a party that nothing holds."""
    decision = decide(situation, party_rules())
    assert not decision.held
    return decision


# ---------------------------------------------------------------------- a link


def linked_by_hand(**theirs: Value) -> Situation:
    return Situation(espocrm=espocrm(row_id=None, last_sync=None), advoware=advoware(theirs))


def test_a_first_link_to_another_name_is_held() -> None:
    """A stranger's record is never overwritten."""
    finding = held(linked_by_hand(name="Schmidt", vorname="Karl"))

    assert (finding.kind, finding.field) == (FindingKind.LINK_OTHER_NAME, "name")
    assert (finding.espocrm, finding.advoware) == ("Änne Müßig", "Karl Schmidt")


@pytest.mark.parametrize(
    "theirs",
    [{"name": "MÜSSIG"}, {"name": "Müßig "}, {"name": "müßig"}, {"name": "Müßig", "vorname": None}],
)
def test_a_first_link_to_the_same_name_goes_on(theirs: Mapping[str, Value]) -> None:
    """Letter case, blanks, ß and a missing first name are no stranger."""
    free(linked_by_hand(**theirs))


@pytest.mark.parametrize("theirs", [{"name": None}, {"name": UNREADABLE}, {"name": "Müßig", "vorname": "Karl"}])
def test_a_name_that_is_not_known_to_agree_does_not(theirs: Mapping[str, Value]) -> None:
    """Missing is not equal."""
    assert held(linked_by_hand(**theirs)).kind is FindingKind.LINK_OTHER_NAME


def test_a_bet_nr_that_another_record_holds_is_held_although_the_names_agree() -> None:
    """P4: one party, one partner."""
    finding = held(linked_by_hand().model_copy(update={"others": (OTHER,)}))

    assert (finding.kind, finding.others) == (FindingKind.LINK_HELD_TWICE, (OTHER,))


def test_a_duplicated_record_is_a_first_link() -> None:
    """EspoCRM's "Duplicate" copies betNr, base and row id; the copied base is the original's and counts for nothing."""
    copy = espocrm(base=base_text(KNOWN, party_id=OTHER))

    assert copy.first_link
    assert not espocrm(base=LINKED_TEXT).first_link
    finding = held(Situation(espocrm=copy, advoware=advoware(), others=(OTHER,)))
    assert (finding.kind, finding.others) == (FindingKind.LINK_HELD_TWICE, (OTHER,))


def test_a_merged_record_takes_the_link_over() -> None:
    """The other record is gone and the names agree; its values are no base, so nothing is cleared by them."""
    text = base_text({**KNOWN, "titel": "Dr."}, party_id=OTHER)
    situation = Situation(espocrm=espocrm({"titel": None}, text), advoware=advoware({"titel": "Dr."}))

    decision = free(situation)

    assert (decision.to_advoware, decision.to_espocrm) == ({}, {"titel": "Dr."})
    after, _ = carried_out(situation, decision)
    assert (after.espocrm.first_link, view(after).base.party_id) == (False, PARTY)


def test_the_link_of_a_base_is_checked_once_only() -> None:
    """A linked party may change its name on one side."""
    decision = free(Situation(espocrm=espocrm({"name": "Neumann"}, LINKED_TEXT), advoware=advoware()))

    assert decision.to_advoware == {"name": "Neumann"}


def test_a_changed_bet_nr_is_a_first_link_and_its_values_are_no_base() -> None:
    """The old partner's values say nothing about the new one's."""
    moved = espocrm({"titel": "Dr."}, base_text({**KNOWN, "titel": "Dr."}), bet_nr=STRANGER)
    decision = free(Situation(espocrm=moved, advoware=advoware({"titel": None}, bet_nr=STRANGER)))

    assert decision.to_espocrm == {}
    assert decision.to_advoware == {"titel": "Dr."}


def test_a_bet_nr_entered_while_another_landed_is_held() -> None:
    """Our create got one number, a person typed another: which is right only a person knows."""
    typed = espocrm(base=None, bet_nr=STRANGER)
    finding = held_once(
        Situation(espocrm=typed, advoware=advoware(), owed=Owed(stage=Stage.LANDED, bet_nr=BET_NR, row_id="R7"))
    )

    assert (finding.kind, finding.bet_nr) == (FindingKind.LINK_CHANGED, STRANGER)
    assert finding.other_bet_nr == BET_NR


def held_once(situation: Situation) -> Finding:
    decision = decide(situation, party_rules())
    assert decision.held
    [finding] = decision.findings
    return finding


# ---------------------------------------------------------------------- a number given again


def at_our_number(theirs: Mapping[str, Value], row_id: str = "R9") -> Situation:
    """A linked party, and what Advoware has under its number now."""
    return Situation(espocrm=espocrm(base=LINKED_TEXT), advoware=advoware(theirs, row_id=row_id))


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "Schmidt", "vorname": "Karl", "geburtsdatum": "1951-01-01"},
        {"name": "Schmidt", "vorname": "Karl", "geburtsdatum": None},
        {"name": "Schmidt", "vorname": None, "geburtsdatum": "1951-01-01"},
    ],
)
def test_a_stranger_under_our_number_is_held(theirs: Mapping[str, Value]) -> None:
    """Set back by a backup, Advoware gives numbers again: neither record may overwrite the other."""
    finding = held(at_our_number(theirs))

    assert (finding.kind, finding.field) == (FindingKind.LINK_OTHER_NAME, "name")
    assert finding.espocrm == "Änne Müßig"
    assert "Schmidt" in (finding.advoware or "")


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "Neumann"},
        {"name": "Neumann", "geburtsdatum": "1981-02-28"},
        {"vorname": "Anna", "geburtsdatum": "1981-02-28"},
        {"name": "Neumann", "vorname": None, "geburtsdatum": None},
        {"name": "Änne", "vorname": "Müßig"},
    ],
)
def test_a_party_that_keeps_anything_it_is_known_by_is_no_stranger(theirs: Mapping[str, Value]) -> None:
    """A marriage, a mended birthday, emptied fields, swapped names."""
    assert free(at_our_number(theirs)).to_espocrm.keys() == theirs.keys()


def test_a_renaming_of_ours_that_landed_is_no_stranger() -> None:
    """The row id we know is the record we know; and whoever made the names equal has answered."""
    theirs: dict[str, Value] = {"name": "Schmidt", "vorname": "Karl", "geburtsdatum": "1951-01-01"}
    free(at_our_number(theirs, row_id="R1"))

    answered = at_our_number(theirs).model_copy(update={"espocrm": espocrm(theirs, LINKED_TEXT)})

    assert free(answered).result is Result.NO_CHANGE


# ---------------------------------------------------------------------- gone


def test_a_linked_party_that_is_gone_was_deleted() -> None:
    """Told, and emptying the betNr then asks for a new one."""
    situation = Situation(espocrm=espocrm(base=LINKED_TEXT), advoware=advoware(gone=True))
    finding = held(situation)
    assert finding.kind is FindingKind.DELETED_IN_ADVOWARE

    after, _ = carried_out(situation, decide(situation, party_rules()))
    emptied = after.espocrm.model_copy(update={"bet_nr": None, "first_link": False})

    assert free(Situation(espocrm=emptied)).action is Action.CREATE


def test_a_party_that_is_found_again_goes_on_as_it_was() -> None:
    """Restored in Advoware: link and base are still there, and the question is closed."""
    situation = Situation(espocrm=espocrm(base=LINKED_TEXT), advoware=advoware(gone=True))
    after, _ = carried_out(situation, decide(situation, party_rules()))
    restored = after.model_copy(update={"advoware": advoware()})

    assert free(restored).result is Result.NO_CHANGE
    assert view(carried_out(restored, free(restored))[0]).base.open == ()


def test_a_party_of_an_earlier_program_that_is_gone_was_deleted() -> None:
    """It has no base, but that program's row id shows that it was linked."""
    situation = Situation(espocrm=espocrm(base=None, row_id="R0"), advoware=advoware(gone=True))

    assert held(situation).kind is FindingKind.DELETED_IN_ADVOWARE


@pytest.mark.parametrize(("text", "row_id"), [(LINKED_TEXT, "R1"), (None, None)])
def test_a_mistyped_bet_nr_is_not_taken_for_a_delete(text: str | None, row_id: str | None) -> None:
    """Else emptying it, as a deleted party's is, would create a second one beside the real partner."""
    typed = espocrm(base=text, row_id=row_id, bet_nr=999)
    situation = Situation(espocrm=typed, advoware=advoware(gone=True, bet_nr=999))
    finding = held(situation)
    assert (finding.kind, finding.bet_nr) == (FindingKind.LINK_UNKNOWN, 999)

    after, _ = carried_out(situation, decide(situation, party_rules()))
    emptied = after.espocrm.model_copy(update={"bet_nr": None, "first_link": False})

    decision = decide(Situation(espocrm=emptied), party_rules())
    if text is None:
        assert decision.action is Action.CREATE
    else:
        assert [finding.kind for finding in decision.findings] == [FindingKind.LINK_LOST]


def test_a_deleted_record_is_told_with_the_bet_nr_that_is_known() -> None:
    """What landed counts before what an earlier run knew."""
    gone = espocrm(gone=True, bet_nr=None)
    known = decide(Situation(espocrm=gone, last_bet_nr=STRANGER), party_rules())
    landed = decide(
        Situation(espocrm=gone, last_bet_nr=STRANGER, owed=Owed(stage=Stage.LANDED, bet_nr=BET_NR)), party_rules()
    )

    assert [d.findings[0].bet_nr for d in (known, landed)] == [STRANGER, BET_NR]
    assert known.result is Result.DELETED


# ---------------------------------------------------------------------- no link


def test_an_emptied_bet_nr_is_held() -> None:
    """Creating it again would double the party."""
    finding = held(Situation(espocrm=espocrm(base=LINKED_TEXT, bet_nr=None)))

    assert (finding.kind, finding.bet_nr) == (FindingKind.LINK_LOST, BET_NR)


@pytest.mark.parametrize("text", ["cut off {", base_text(KNOWN).replace('"v":1', '"v":9')])
def test_an_unreadable_base_creates_nothing(text: str) -> None:
    """Where a base stands that cannot be read, the party may have been linked, or a create be unanswered."""
    assert held(Situation(espocrm=espocrm(base=text, **UNLINKED))).kind is FindingKind.LINK_LOST


def test_a_record_from_before_its_link_is_not_created_again() -> None:
    """Set back by a backup, EspoCRM knows nothing of the create; a run of the party does."""
    finding = held(Situation(espocrm=espocrm(known_bet_nr=BET_NR, **UNLINKED)))

    assert (finding.kind, finding.bet_nr) == (FindingKind.LINK_LOST, BET_NR)


def test_a_duplicate_whose_bet_nr_was_emptied_is_a_new_party() -> None:
    """Its base is the original's: neither the link nor an unanswered create is its own."""
    unanswered = Finding(kind=FindingKind.CREATE_UNANSWERED).open()
    text = base_text(KNOWN, party_id=OTHER, still_open=(unanswered,))

    assert free(Situation(espocrm=espocrm(base=text, **UNLINKED))).action is Action.CREATE


def test_an_unanswered_create_is_held_by_what_landed_and_by_what_is_written() -> None:
    """No second POST, neither in this run nor in any later one."""
    fresh = espocrm(**UNLINKED)
    running = Situation(espocrm=fresh, owed=Owed(stage=Stage.UNANSWERED))
    assert held_once(running).kind is FindingKind.CREATE_UNANSWERED
    after, _ = carried_out(running, decide(running, party_rules()))

    later = decide(Situation(espocrm=after.espocrm), party_rules())

    assert later.held
    assert [finding.kind for finding in later.still_open] == [FindingKind.CREATE_UNANSWERED]


def test_an_unanswered_create_is_told_once_whatever_is_edited_meanwhile() -> None:
    """The question is whether the party exists, not what it is called."""
    running = Situation(espocrm=espocrm(**UNLINKED), owed=Owed(stage=Stage.UNANSWERED))
    after, _ = carried_out(running, decide(running, party_rules()))
    renamed = espocrm({"name": "Neumann"}, after.espocrm.base_text, **UNLINKED)

    assert decide(Situation(espocrm=renamed), party_rules()).findings == ()


@pytest.mark.parametrize("text", [LINKED_TEXT, "nonsense", base_text({}, bet_nr=None)])
def test_a_person_may_say_create_anyway(text: str) -> None:
    """Only a person can know that nothing arrived."""
    asked = Situation(espocrm=espocrm(base=text, **UNLINKED), create_anyway=True)

    assert free(asked).action is Action.CREATE


@pytest.mark.parametrize("name", [None, UNREADABLE])
def test_nothing_is_created_without_a_name(name: Value) -> None:
    """EspoCRM stores an empty record for a body that it cannot read; a name that is not shown is no name either."""
    assert held(Situation(espocrm=espocrm({"name": name}, **UNLINKED))).kind is FindingKind.NO_NAME


# ---------------------------------------------------------------------- the guard


def emptying(count: int, of: int, *, name: bool = False) -> Situation:
    """EspoCRM empties so many of so many filled fields."""
    fields = ["titel", "zusatz", "briefanrede", "art", "kurzname", "geburtsname"][: of - 1]
    filled: dict[str, Value] = {"name": "Müßig", **dict.fromkeys(fields, "x")}
    unfilled: dict[str, Value] = {other: None for other in KNOWN if other != "name"}
    gone = [*(["name"] if name else []), *fields][:count]
    return compared({**unfilled, **filled, **dict.fromkeys(gone)}, {**unfilled, **filled}, {**unfilled, **filled})


def test_the_name_is_never_emptied() -> None:
    """Not even as one of many fields."""
    finding = held(emptying(1, of=6, name=True))

    assert (finding.kind, finding.system, finding.fields) == (FindingKind.GUARD, System.ADVOWARE, ("name",))
    assert (finding.espocrm, finding.advoware) == (None, "Müßig")


def test_more_than_half_is_held_and_half_is_not() -> None:
    """Counted against the filled fields of the side that would lose them."""
    assert held(emptying(2, of=3)).fields == ("titel", "zusatz")
    assert free(emptying(1, of=2)).to_advoware == {"titel": None}
    assert free(emptying(2, of=4)).to_advoware == {"titel": None, "zusatz": None}


def test_the_guard_watches_both_directions() -> None:
    """An erased record in Advoware is no better."""
    situation = emptying(2, of=3)
    assert situation.advoware is not None
    erased = Situation(
        espocrm=situation.espocrm.model_copy(update={"side": situation.advoware.side}),
        advoware=situation.advoware.model_copy(update={"side": situation.espocrm.side}),
    )

    assert held(erased).system is System.ESPOCRM


def test_a_guarded_party_tells_its_conflicts_when_it_goes_on() -> None:
    """Nothing is written while it is held, so nothing was lost that would have to be told."""
    situation = emptying(3, of=4)
    edited = {"geburtsdatum": "1980-01-01"}
    other = {"geburtsdatum": "1990-01-01"}
    both = compared(
        {**situation.espocrm.side.values, **edited},
        {**(situation.advoware or advoware()).side.values, **other},
        {**view(situation).base.values, "geburtsdatum": None},
    )
    assert held(both).kind is FindingKind.GUARD

    restored = both.espocrm.side.model_copy(
        update={"values": {**both.espocrm.side.values, "titel": "x", "zusatz": "x", "briefanrede": "x"}}
    )
    decision = free(both.model_copy(update={"espocrm": both.espocrm.model_copy(update={"side": restored})}))

    assert [(f.kind, f.field) for f in decision.findings] == [(FindingKind.CONFLICT, "geburtsdatum")]


def test_what_landed_is_written_also_while_the_party_is_held() -> None:
    """betNr, rowId and base of it are known to this run alone."""
    landed = Owed(stage=Stage.LANDED, bet_nr=BET_NR, row_id="R7", agreed=dict(KNOWN))
    unwritten = espocrm({"name": None}, bet_nr=None, row_id=None, last_sync=None)
    situation = Situation(espocrm=unwritten, advoware=advoware(read_at=NOW), owed=landed)
    decision = decide(situation, party_rules())
    assert decision.held

    _, settlement = carried_out(situation, decision)

    assert (settlement.bet_nr, settlement.row_id) == (BET_NR, "R7")
    assert f'"betNr":{BET_NR}' in settlement.base_text
