"""An entity type's fields as EspoCRM's metadata has them, from what the stand-in keeps (recordings meta-01, setup-02).

Not done: what only the screens show (labels, tooltips, layouts).
"""

from simulators.espocrm_records import Records
from simulators.espocrm_values import (
    Amount,
    AttributeKind,
    Attributes,
    Bool,
    Day,
    Email,
    Enum,
    Ids,
    Int,
    LongText,
    Moment,
    MultiEnum,
    Phone,
    Text,
)

OF_A_PERSON = frozenset({"salutationName", "firstName", "lastName", "middleName", "emailAddress", "phoneNumber"})
"""Fields that the type Person brings along; every other one was made in the Entity Manager."""
LINKS = {"assignedUserId": "assignedUser", "assignedUsersIds": "assignedUsers"}
"""Attributes whose field has another name."""
PLAIN: dict[type[AttributeKind], str] = {
    Ids: "linkMultiple",
    Bool: "bool",
    Amount: "currency",
    Day: "date",
    Moment: "datetime",
    Email: "email",
    Phone: "phone",
}


def defined(records: Records) -> Attributes:
    """`entityDefs.<Type>.fields`."""
    kinds = {name: kind for name, kind in records.type.attributes.items() if name not in records.missing}
    fields = {LINKS.get(name, name): _field(name, kind, records) for name, kind in kinds.items()}
    return {"name": {"type": "personName" if records.type.person else "varchar"}, **fields}


def _field(name: str, kind: AttributeKind, records: Records) -> Attributes:
    defaults = records.type.defaults
    return {
        **({"type": "link"} if name == "assignedUserId" else of_kind(kind)),
        **({"default": defaults[name]} if name in defaults else {}),
        **({"required": True} if name in records.required else {}),
        **({} if name in OF_A_PERSON | LINKS.keys() else {"isCustom": True}),
        **records.type.parameters.get(name, {}),
    }


def of_kind(kind: AttributeKind) -> Attributes:
    """The definition of a field of this kind, without what is said of the single field."""
    match kind:
        case Text(longest=longest):
            return {"type": "varchar", "maxLength": longest}
        case LongText(longest=longest):
            return {"type": "text", **({"maxLength": longest} if longest else {})}
        case Enum(options=options):
            return {"type": "enum", "options": [word for word in options if word is not None], "maxLength": 100}
        case MultiEnum(options=options):
            return {"type": "multiEnum", "options": list(options)}
        case Int(least=least):
            return {"type": "int", **({} if least < -1_000_000 else {"min": least})}
        case _:
            return {"type": PLAIN[type(kind)]}
