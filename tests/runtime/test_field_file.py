"""The operator's field table: one file, checked at start, every error with its place and reason."""

from pathlib import Path

import pytest

from beteiligte.record.field_table import Form, Group
from beteiligte.record.mapping import field_at_espocrm, from_advoware, from_espocrm, to_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.person_or_company import form_at_espocrm
from runtime.field_file import FieldFileError, parse, read
from runtime.loading import SettingsError, load_all
from runtime.settings import AdvowareSettings, SyncSettings

GOOD = """
[titel]
espocrm = "akademTitel"
advoware = "titelPraefix"
group = "kontaktdaten"
writable = false

[name]
company_espocrm = "firma"

[kurzname]
mapped = false
"""


def refusal(text: str) -> str:
    with pytest.raises(FieldFileError) as error:
        parse(text)
    return str(error.value)


def test_an_empty_file_changes_nothing() -> None:
    """Nor does a missing setting."""
    assert parse("") == PARTY_TABLE
    assert parse("[titel]\n") == PARTY_TABLE


def test_names_group_and_writability_are_the_operator_s() -> None:
    """What is not said stays as built in."""
    [row] = [row for row in parse(GOOD).rows if row.name == "titel"]

    assert (row.espocrm, row.advoware, row.group, row.writable) == (
        "akademTitel",
        "titelPraefix",
        Group.KONTAKTDATEN,
        False,
    )
    assert row.label == "Titel"
    assert len(parse(GOOD).rows) == len(PARTY_TABLE.rows) - 1


def test_the_mapping_reads_and_writes_by_the_operator_s_names() -> None:
    """Both sides, the company's name included; a field that is not mapped is neither read nor missed."""
    table = parse(GOOD)
    crm = from_espocrm({"lastName": "Müßig", "firma": None, "akademTitel": "Dr.", "titel": "x", "kurzname": "M"}, table)

    assert crm.values["titel"] == "Dr."
    assert "kurzname" not in {*crm.values, *crm.unreadable}
    assert from_advoware({"TITELPRAEFIX": "Dr."}, table).values["titel"] == "Dr."
    assert to_espocrm({"titel": "Dr.", "kurzname": "M"}, Form.PERSON, table) == {"akademTitel": "Dr."}
    assert field_at_espocrm("akademTitel", table) == "titel"
    assert form_at_espocrm({"firma": "Müßig GmbH"}, table) is Form.COMPANY
    assert from_espocrm({"firma": "Müßig GmbH"}, table).values["name"] == "Müßig GmbH"


def test_who_has_a_field_is_the_operator_s() -> None:
    """A firm may keep titles of companies, or no register numbers of persons; the other form never sees them."""
    table = parse('[titel]\nforms = ["person", "company"]\n[handelsregisternummer]\nforms = ["company"]\n')
    record = {"titel": "Dr.", "handelsregisterNummer": "HRB 1", "salutationName": "Ms."}
    person, company = (from_espocrm({**record, "firmenname": name}, table) for name in (None, "Müßig GmbH"))

    assert (person.values["titel"], person.values["anrede"]) == ("Dr.", "Frau")
    assert person.absent == ("handelsregisternummer",)
    assert (company.values["titel"], company.values["handelsregisternummer"]) == ("Dr.", "HRB 1")
    assert {"vorname", "anrede"} <= {*company.absent}
    assert to_espocrm({"titel": "Prof.", "anrede": "Herr"}, Form.COMPANY, table) == {"titel": "Prof."}


def test_two_fields_may_change_places() -> None:
    """The whole counts, not one line after the other."""
    table = parse('[titel]\nespocrm = "zusatz"\n[zusatz]\nespocrm = "titel"\n')

    assert from_espocrm({"firmenname": None, "zusatz": "Dr."}, table).values["titel"] == "Dr."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\n[titl]\nespocrm = "x"\n', "[titl]: no such field; did you mean titel?"),
        ("schuhgroesse = 43\n", "[schuhgroesse]: no such field; there are name, vorname"),
        ("titel = 5\n", "[titel]: a field is a table: [titel]"),
        ('[titel]\n\nespo = "x"\n', "[titel] espo: no such key; there are espocrm, company_espocrm, advoware"),
        ("[titel]\nespocrm = 5\n", "[titel] espocrm: must be a text in quotes"),
        ('[titel]\nespocrm = ""\n', "[titel] espocrm: is no name of an attribute"),
        ('[titel]\nadvoware = "a b"\n', "[titel] advoware: is no name of an attribute"),
        ('[titel]\nwritable = "no"\n', "[titel] writable: must be true or false"),
        ("[titel]\nmapped = 0\n", "[titel] mapped: must be true or false"),
        ('[titel]\ngroup = "namen"\n', "[titel] group: must be one of stammdaten, kontaktdaten, adresse"),
        ('[titel]\nespocrm = "zusatz"\n', "[titel] espocrm: zusatz is the place of zusatz already"),
        ('[titel]\nespocrm = "firmenname"\n', "[titel] espocrm: firmenname is the place of name already"),
        ('[titel]\nadvoware = "BANREDE"\n', "[titel] advoware: BANREDE is the place of briefanrede already"),
        ('[name]\ncompany_espocrm = "lastName"\n', "[name] company_espocrm: lastName is the place of name"),
        ('[vorname]\ncompany_espocrm = "x"\n', "[vorname] company_espocrm: a company has no such field"),
        ('[titel]\nforms = "person"\n', '[titel] forms: must be a list of "person", "company" or both'),
        ("[titel]\nforms = []\n", '[titel] forms: must be a list of "person", "company" or both'),
        ('[titel]\nforms = ["firma", 5]\n', '[titel] forms: must be a list of "person", "company" or both'),
        ('[name]\nforms = ["person"]\n', "[name] forms: every party has a name"),
        (
            '[zusatz]\ncompany_espocrm = "x"\nforms = ["person"]\n',
            "[zusatz] company_espocrm: a company has no such field",
        ),
        ('[titel]\nespocrm = "syncStatus"\n', "[titel] espocrm: syncStatus is no field of a party"),
        ('[titel]\nespocrm = "betnr"\n', "[titel] espocrm: betnr is no field of a party"),
        ('[titel]\nadvoware = "rowId"\n', "[titel] advoware: rowId is no field of a party"),
        ("[name]\nmapped = false\n", "[name] mapped: a party without its name cannot be compared"),
        ('[titel]\nespocrm = "a"\nespocrm = "b"\n', "is no valid TOML: Cannot overwrite a value (at line 3, "),
        ("[titel]\n[titel]\n", "is no valid TOML: Cannot declare ('titel',) twice (at line 2, "),
        ("[titel]\nespocrm = akademTitel\n", "is no valid TOML: Invalid value (at line 2, "),
        ('[titel\nespocrm = "x"\n', "is no valid TOML: Expected ']'"),
        ('titel.espo = "x"\n', "[titel] espo: no such key"),
        ("# nur ein Fehler\n[titel]\ngroup = 1 # hier\n", "[titel] group: must be one of"),
    ],
)
def test_an_error_is_named_with_its_place_and_reason(text: str, said: str) -> None:
    """Unknown field, unknown key, wrong type, bad group, two fields in one place, bookkeeping, broken TOML."""
    assert refusal(text).startswith(said)


def test_all_errors_are_named_at_once() -> None:
    """Nobody mends a file one start at a time."""
    said = refusal('[titl]\nx = 1\n[titel]\ngroup = "x"\nwritable = 1\n').split("; [")

    assert [part.removeprefix("[").split(":")[0] for part in said] == ["titl]", "titel] group", "titel] writable"]


@pytest.mark.parametrize("content", [None, "Müßig = 1".encode("latin-1")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or in another encoding."""
    path = tmp_path / "fields.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(FieldFileError, match=r"no such file|UTF-8"):
        read(path)


def test_the_file_is_checked_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Together with all other settings, and nothing starts."""
    path = tmp_path / "fields.toml"
    path.write_text("[titl]\n")
    monkeypatch.setenv("SYNC_FIELDS_FILE", str(path))

    with pytest.raises(SettingsError, match=r"SYNC_FIELDS_FILE: \[titl\]: no such field"):
        load_all(SyncSettings, env_file=tmp_path / ".env")


def test_rules_follow_the_file_and_one_setting_has_the_last_word(tmp_path: Path) -> None:
    """Groups and writability; ADVOWARE_WRITABLE wins where it is set."""
    path = tmp_path / "fields.toml"
    path.write_text(GOOD)
    sync = SyncSettings(fields_file=path)
    access = {"app_id": "a", "api_key": "", "kanzlei": "1", "database": "d", "user": "u", "password": "p"}

    rules = sync.rules(AdvowareSettings.model_validate(access))
    assert rules.policy("titel") == "advoware"
    assert rules.policy("zusatz") == "espocrm"
    assert "titel" not in rules.table.writable
    assert "zusatz" in rules.table.writable

    assert sync.rules(AdvowareSettings.model_validate({**access, "writable": "titel"})).table.writable == {"titel"}
