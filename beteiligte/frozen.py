"""The base of every model that crosses a border."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Copyable(BaseModel):
    """Gives copies of itself with changes; unknown keys are ignored so that fields can be added."""

    model_config = ConfigDict(hide_input_in_errors=True)

    def but(self, **changes: object) -> Self:
        """A copy with these fields changed, checked like one that is made anew.

        Raises TypeError for a name that is no field, ValidationError for a value that is none of its field's.
        mypy finds both before that (tests/house/typed_copies.py).
        pydantic's own `model_copy(update=...)` takes both in silence: a misspelt name would change nothing.
        """
        if unknown := changes.keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return type(self).model_validate({**self.__dict__, **changes})


class Frozen(Copyable):
    """Never changes: a value that may be handed to anybody."""

    model_config = ConfigDict(frozen=True)
