"""The base of every model that crosses a border."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, unknown keys ignored so that fields can be added."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
