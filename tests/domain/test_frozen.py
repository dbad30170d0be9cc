"""A copy with changes (beteiligte/frozen.py).

mypy refuses the wrong ones, too (tests/house/typed_copies.py): it would say so where an `ignore` here were needless.
"""

import pytest
from pydantic import ValidationError

from beteiligte.frozen import Frozen


class Inner(Frozen):
    number: int = 1


class Outer(Frozen):
    name: str
    inner: Inner = Inner()
    names: tuple[str, ...] = ()


def test_only_what_is_named_changes() -> None:
    """The rest is what it was, and so is the one it was copied from."""
    before = Outer(name="a", inner=Inner(number=2), names=("x",))

    after = before.but(name="b")

    assert after == Outer(name="b", inner=Inner(number=2), names=("x",))
    assert before.name == "a"
    assert after.inner is before.inner


def test_a_name_that_is_no_field_is_refused() -> None:
    """A slip of the pen would else change nothing, and nobody would know."""
    with pytest.raises(TypeError, match="Outer has no field nmae, nmaes"):
        Outer(name="a").but(nmaes=(), name="b", nmae="b")  # type: ignore[call-arg]


def test_a_value_of_another_kind_is_refused_and_not_shown() -> None:
    """It may be a client's."""
    with pytest.raises(ValidationError, match=r"inner\.number") as refused:
        Outer(name="a").but(inner={"number": "geheim"})  # type: ignore[arg-type]

    assert "geheim" not in str(refused.value)


def test_a_copy_of_a_list_is_one_of_its_own() -> None:
    """What is later added to the list that was given does not reach a model that is frozen."""
    given = ["x"]
    after = Outer(name="a").but(names=given)  # type: ignore[arg-type]
    given.append("y")

    assert after.names == ("x",)
