"""The rules about links: each speaks of its own case, and of several the first in order is told."""

from collections.abc import Mapping

import pytest

from beteiligte.decide import link_rules
from beteiligte.decide.decision import decide
from beteiligte.decide.findings import Finding, FindingKind, Open
from beteiligte.decide.link_rules import ALWAYS, LINKED, UNLESS_A_PERSON_SAID_SO, LinkRule
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.situation import Situation
from beteiligte.record.value_kinds import Value
from tests.domain.parties import BET_NR, KNOWN, OTHER, PARTY, STRANGER, advoware, base_text, espocrm, view
from tests.rules import party_rules

RULES = party_rules()
NOBODY: dict[str, Value] = {"name": "Schmidt", "vorname": "Karl", "geburtsdatum": "1951-01-01"}
UNANSWERED = Finding(kind=FindingKind.CREATE_UNANSWERED).open()
SEVERAL = Finding(kind=FindingKind.SEVERAL_MATCH, named="betNr 1, 2").open()
LANDED = Owed(stage=Stage.LANDED, bet_nr=BET_NR)


def unlinked(*questions: Open, bet_nr: int | None = None, name: Value = "Müßig") -> Situation:
    """A record without a betNr. `bet_nr`: the one that its base names."""
    text = base_text({}, bet_nr=bet_nr, still_open=questions)
    return Situation(espocrm=espocrm({"name": name}, text, bet_nr=None, row_id=None))


def first_link(
    theirs: Mapping[str, Value] | None = None,
    *,
    bet_nr: int = BET_NR,
    gone: bool = False,
    others: tuple[str, ...] = (),
) -> Situation:
    """A record whose betNr no base of ours names."""
    there = advoware(theirs, bet_nr=bet_nr, gone=gone)
    return Situation(espocrm=espocrm(bet_nr=bet_nr, row_id=None), advoware=there, others=others)


def linked(theirs: Mapping[str, Value] | None = None, *, gone: bool = False, others: tuple[str, ...] = ()) -> Situation:
    """A record that was in agreement with its betNr, and what stands there now."""
    there = advoware(theirs, row_id="R9", gone=gone)
    return Situation(espocrm=espocrm(base=base_text(KNOWN)), advoware=there, others=others)


ROWS: list[tuple[LinkRule, Situation, FindingKind]] = [
    (link_rules.create_unanswered, unlinked(UNANSWERED), FindingKind.CREATE_UNANSWERED),
    (link_rules.several_match, unlinked(SEVERAL), FindingKind.SEVERAL_MATCH),
    (link_rules.link_lost, unlinked(bet_nr=BET_NR), FindingKind.LINK_LOST),
    (link_rules.no_name, unlinked(name=None), FindingKind.NO_NAME),
    (link_rules.link_changed, first_link(bet_nr=STRANGER).but(owed=LANDED), FindingKind.LINK_CHANGED),
    (link_rules.link_held_twice, first_link(others=(OTHER,)), FindingKind.LINK_HELD_TWICE),
    (link_rules.deleted_in_advoware, linked(gone=True), FindingKind.DELETED_IN_ADVOWARE),
    (link_rules.link_unknown, first_link(gone=True), FindingKind.LINK_UNKNOWN),
    (link_rules.first_link_to_another_name, first_link(NOBODY), FindingKind.LINK_OTHER_NAME),
    (link_rules.number_given_again, linked(NOBODY), FindingKind.LINK_OTHER_NAME),
]


def speaking(situation: Situation) -> list[LinkRule]:
    """All rules of its table that would hold it, in their order."""
    table = LINKED if situation.bet_nr is not None else (*UNLESS_A_PERSON_SAID_SO, *ALWAYS)
    return [rule for rule in table if rule(view(situation), RULES)]


@pytest.mark.parametrize(("rule", "situation", "kind"), ROWS, ids=[rule.__name__ for rule, _, _ in ROWS])
def test_a_rule_speaks_of_its_case(rule: LinkRule, situation: Situation, kind: FindingKind) -> None:
    """And no rule before it: what it finds is what the party is held for."""
    [finding] = decide(situation, RULES).findings or decide(situation, RULES).still_open

    assert finding == rule(view(situation), RULES) == link_rules.hold(view(situation), RULES)
    assert (finding.kind, speaking(situation)[0]) == (kind, rule)


def test_every_rule_has_its_row() -> None:
    """In the order in which they are asked."""
    assert [rule for rule, _, _ in ROWS] == [*UNLESS_A_PERSON_SAID_SO, *ALWAYS, *LINKED]


@pytest.mark.parametrize(
    ("situation", "rules"),
    [
        (
            unlinked(UNANSWERED, SEVERAL, bet_nr=BET_NR, name=None),
            [link_rules.create_unanswered, link_rules.several_match, link_rules.link_lost, link_rules.no_name],
        ),
        (
            unlinked(SEVERAL, bet_nr=BET_NR, name=None),
            [link_rules.several_match, link_rules.link_lost, link_rules.no_name],
        ),
        (unlinked(bet_nr=BET_NR, name=None), [link_rules.link_lost, link_rules.no_name]),
        (
            first_link(bet_nr=STRANGER, gone=True, others=(OTHER,)).but(owed=LANDED),
            [
                link_rules.link_changed,
                link_rules.link_held_twice,
                link_rules.deleted_in_advoware,
                link_rules.link_unknown,
            ],
        ),
        (
            linked(gone=True, others=(OTHER,)),
            [link_rules.link_held_twice, link_rules.deleted_in_advoware, link_rules.link_unknown],
        ),
        (
            first_link(NOBODY, others=(OTHER,)),
            [link_rules.link_held_twice, link_rules.first_link_to_another_name],
        ),
        (linked(NOBODY, others=(OTHER,)), [link_rules.link_held_twice, link_rules.number_given_again]),
    ],
)
def test_of_several_rules_the_first_is_told(situation: Situation, rules: list[LinkRule]) -> None:
    """A person is asked one thing about a link, and the next once it is answered."""
    assert speaking(situation) == rules
    assert link_rules.hold(view(situation), RULES) == rules[0](view(situation), RULES)


def test_whoever_says_create_is_asked_for_a_name_alone() -> None:
    """The word answers every question about a link; there is still nobody to be created without a name."""
    asked = unlinked(UNANSWERED, SEVERAL, bet_nr=BET_NR, name=None).but(create_anyway=True)
    named = unlinked(UNANSWERED, SEVERAL, bet_nr=BET_NR).but(create_anyway=True)

    assert link_rules.hold(view(asked), RULES) == Finding(kind=FindingKind.NO_NAME)
    assert link_rules.hold(view(named), RULES) is None


def test_nothing_speaks_against_a_party_in_order() -> None:
    """Neither a new one nor one that is linked."""
    new = Situation(espocrm=espocrm(bet_nr=None, row_id=None, party_id=PARTY))

    assert (speaking(new), speaking(linked())) == ([], [])
    assert (link_rules.hold(view(new), RULES), link_rules.hold(view(linked()), RULES)) == (None, None)
