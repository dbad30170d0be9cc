"""What Temporal would not store is refused before it is sent."""

import pytest
from pydantic import BaseModel
from temporalio.exceptions import ApplicationError

from beteiligte.faults import Blame
from contracts.fault_report import FaultReport
from runtime import codec
from runtime.payloads import BOUNDED, MOST


class Text(BaseModel):
    text: str


def test_what_fits_is_converted_and_read_back() -> None:
    """Up to the limit, all values together."""
    converter = BOUNDED.payload_converter
    kept = Text(text="ß" * (MOST // 2 - 100))

    assert converter.from_payloads(converter.to_payloads([kept]), [Text]) == [kept]


@pytest.mark.parametrize("values", [[Text(text="ß" * MOST)], [Text(text="x" * (MOST // 2))] * 3])
def test_what_does_not_fit_is_a_fault_of_the_party(values: list[Text]) -> None:
    """By size alone: no value stands in the message."""
    with pytest.raises(ApplicationError) as caught:
        BOUNDED.payload_converter.to_payloads(values)

    report = FaultReport.model_validate(caught.value.details[0])
    assert (report.code, report.system, report.blame) == ("TooLarge", None, Blame.PARTY)
    assert caught.value.non_retryable
    assert "x" * 10 not in str(caught.value)


def test_it_leaves_room_for_encryption() -> None:
    """Temporal's limit is 2 MiB of what is sent."""
    assert MOST + 1_000 < 2 * 1024 * 1024


def test_every_connection_has_it() -> None:
    """With and without keys."""
    assert codec.converter(None).payload_converter_class is BOUNDED.payload_converter_class
