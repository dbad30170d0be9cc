"""The taxonomy: one code and one place in the tree for each fault, and whose fault it is."""

import inspect
import re
from datetime import timedelta

import pytest

from beteiligte import faults
from beteiligte.faults import (
    AmbiguousCreate,
    Blame,
    ConfigurationFault,
    Gone,
    Rejected,
    Stale,
    SyncFault,
    System,
    Transient,
)

ALL = [kind for _, kind in inspect.getmembers(faults, inspect.isclass) if issubclass(kind, SyncFault)]
CONCRETE = [kind for kind in ALL if kind is not SyncFault]
EVERY = pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.code)


def drawn() -> dict[str, str]:
    """Each fault in the docstring's tree with the fault above it."""
    above = {0: "SyncFault"}
    parents: dict[str, str] = {}
    for branch, name in re.findall(r"^ {4}([│ ]*[├└]── )(\w+)", inspect.getdoc(faults) or "", re.MULTILINE):
        depth = len(branch) // 4
        parents[name] = above[depth - 1]
        above[depth] = name
    return parents


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    """A new fault is drawn, a removed one rubbed out, none under a wrong branch."""
    assert drawn() == {kind.__name__: kind.__base__.__name__ for kind in CONCRETE if kind.__base__}


def test_every_fault_has_a_code_of_its_own() -> None:
    """It is what histories, messages and retry rules go by."""
    assert len({kind.code for kind in ALL}) == len(ALL)
    assert [kind for kind in ALL if kind.code != kind.__name__] == []


@EVERY
def test_only_what_waiting_mends_is_retried(kind: type[SyncFault]) -> None:
    """All that is transient and nothing else; never a create of unknown outcome."""
    assert kind.retry == issubclass(kind, Transient)
    assert not AmbiguousCreate.retry


@pytest.mark.parametrize("kind", [Rejected, Gone, Stale, AmbiguousCreate])
def test_content_is_the_party_s_fault(kind: type[SyncFault]) -> None:
    """One party that always fails is no outage."""
    assert kind("…", system=System.ADVOWARE).blame is Blame.PARTY


@pytest.mark.parametrize("kind", [Transient, ConfigurationFault])
def test_network_and_set_up_are_the_system_s(kind: type[SyncFault]) -> None:
    """Unless whoever raises it knows better."""
    assert kind("…", system=System.ADVOWARE).blame is Blame.SYSTEM
    assert kind("…", system=System.ADVOWARE, blame=Blame.UNCLEAR).blame is Blame.UNCLEAR
    assert kind.blame is Blame.SYSTEM


@EVERY
def test_a_fault_carries_what_it_is_told(kind: type[SyncFault]) -> None:
    """And is sure of nothing by itself."""
    fault = kind("what to do", system=System.ESPOCRM, field="titel", wait=timedelta(seconds=65))

    assert (str(fault), fault.system, fault.field) == ("what to do", System.ESPOCRM, "titel")
    assert fault.wait == timedelta(seconds=65)
    assert not fault.surely_refused
