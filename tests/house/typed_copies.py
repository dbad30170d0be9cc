"""Teaches mypy the fields of a changed copy: `but(...)` takes those of its model, each with its type.

Without it a misspelt name or a wrong value would be found when the line runs (beteiligte/frozen.py); with it
`make check` finds it. Named in pyproject.toml under [tool.mypy].
"""

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, TypeInfo, Var
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import AnyType, FunctionLike, Instance, Type, TypeOfAny, TypeVarType, get_proper_type

COPYABLE = "beteiligte.frozen.Copyable"


class TypedCopies(Plugin):
    """Gives each model's `but` the signature of its own fields."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """mypy asks for every method that is called, by the class it is called on."""
        return _of_fields if fullname.endswith(".but") else None


def _of_fields(context: MethodSigContext) -> FunctionLike:
    signature, model = context.default_signature, get_proper_type(context.type)
    if isinstance(model, TypeVarType):
        model = get_proper_type(model.upper_bound)
    if not isinstance(model, Instance) or not model.type.has_base(COPYABLE):
        return signature
    fields = _fields(model.type)
    return signature.copy_modified(
        arg_types=list(fields.values()), arg_names=list(fields), arg_kinds=[ARG_NAMED_OPT] * len(fields)
    )


def _fields(model: TypeInfo) -> dict[str, Type]:
    """What pydantic's own plugin found on the model, its bases' fields included."""
    found: dict[str, Type] = {}
    for name in model.metadata.get("pydantic-mypy-metadata", {}).get("fields", {}):
        node = model.get(name)
        if node is not None and isinstance(node.node, Var):
            found[name] = node.node.type or AnyType(TypeOfAny.special_form)
    return found


def plugin(_version: str) -> type[Plugin]:
    """mypy's way in."""
    return TypedCopies
