"""What would be done, from what is there: pure, every kind of entity type and user."""

from typing import Any

import pytest
from pydantic import SecretStr

from beteiligte.record.party_fields import PARTY_TABLE
from installation.espocrm import wanted
from installation.espocrm.found import Found, FoundUser
from installation.espocrm.setup_steps import StepAction, StepPart, Wish, to_make

FIELDS = wanted.fields(PARTY_TABLE)
WISH = Wish(entity_type="CBeteiligte", fields=FIELDS, receiver="https://sync.kanzlei.example/webhook/beteiligte")
ALL: dict[str, dict[str, Any]] = {
    field.name: {"type": field.type, "options": list(field.options), "default": field.default} for field in FIELDS
}
USER = FoundUser(id="u", login="api", key=SecretStr("k"))
THERE = Found(type_there=True, custom=True, fields=dict(ALL), versions=True, user=USER)


def acting(found: Found, wish: Wish = WISH) -> list[str]:
    return [f"{step.part.value} {step.name}" for step in to_make(found, wish) if step.acts]


def test_where_all_is_there_only_webhooks_are_made() -> None:
    assert acting(THERE) == [f"webhook CBeteiligte.{kind}" for kind in wanted.KINDS]


@pytest.mark.parametrize("field", [field for field in FIELDS if not field.made_with_type], ids=lambda field: field.name)
def test_a_field_that_is_missing_is_made(field: wanted.WantedField) -> None:
    found = THERE.but(fields={name: defs for name, defs in ALL.items() if name != field.name})

    assert acting(found)[0] == f"field {field.name}"


@pytest.mark.parametrize("name", sorted(wanted.OF_A_PERSON))
def test_a_part_of_a_person_s_name_is_never_made_in_another_type(name: str) -> None:
    """Two attributes that look like a name, of which EspoCRM shows neither in a record's title."""
    steps = to_make(THERE.but(fields={other: defs for other, defs in ALL.items() if other != name}), WISH)

    [left] = [step for step in steps if step.open]
    assert (left.name, left.action) == (name, StepAction.LEAVE)
    assert "SYNC_FIELDS_FILE" in str(left.remedy)


def test_no_field_is_made_in_a_built_in_type() -> None:
    """EspoCRM would put a c before its name [its source], and the sync would never find it."""
    steps = to_make(THERE.but(custom=False, fields={"lastName": {"type": "varchar"}}), WISH)

    assert [step for step in steps if step.acts] == []
    assert "ESPOCRM_ENTITY_TYPE" in str(steps[0].remedy)


def test_a_built_in_type_that_has_all_fields_is_as_good() -> None:
    """A firm's own extension may bring it."""
    assert acting(THERE.but(custom=False)) == [f"webhook CBeteiligte.{kind}" for kind in wanted.KINDS]


def test_a_type_that_was_just_made_gets_concurrency_too() -> None:
    steps = to_make(Found(), WISH)

    assert [step.part for step in steps if step.action is StepAction.SWITCH_ON] == [StepPart.VERSIONS]


@pytest.mark.parametrize(
    ("user", "word"),
    [
        (USER.but(type="regular"), "type regular"),
        (USER.but(active=False), "not active"),
        (USER.but(key=SecretStr("")), "not shown"),
        (USER.but(lacking=("Webhook",)), "lacks Webhook"),
    ],
)
def test_no_webhook_is_made_before_its_owner_can_have_it(user: FoundUser, word: str) -> None:
    steps = to_make(THERE.but(user=user), WISH)

    assert acting(THERE.but(user=user)) == []
    assert [word in step.there for step in steps if step.part is StepPart.USER] == [True]


def test_every_step_that_is_left_says_what_to_do() -> None:
    for found in (
        Found(),
        THERE,
        Found(type_there=True),
        THERE.but(user=None, versions=False, fields={}, stream=False),
    ):
        for wish in (WISH, WISH.but(receiver=""), WISH.but(entity_type="Contact")):
            assert [step for step in to_make(found, wish) if step.open and not step.remedy] == []
