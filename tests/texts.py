"""Every text that people may get, found in the tables of beteiligte/messages, however deep."""

from dataclasses import fields, is_dataclass
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

from beteiligte import messages
from beteiligte.messages import Phrase

MODULES = [import_module(f"{messages.__name__}.{found.name}") for found in iter_modules(messages.__path__)]


def phrases(held: object) -> list[Phrase]:
    """Every text in a module's constant, however deep in tables and rows."""
    if isinstance(held, Phrase):
        return [held]
    if isinstance(held, dict):
        return list(chain.from_iterable(map(phrases, held.values())))
    if isinstance(held, tuple | list):
        return list(chain.from_iterable(map(phrases, held)))
    if is_dataclass(held) and not isinstance(held, type):
        return list(chain.from_iterable(phrases(getattr(held, field.name)) for field in fields(held)))
    return []


PHRASES = list(
    dict.fromkeys(
        phrase
        for module in MODULES
        for name, held in vars(module).items()
        if name != "__all__"
        for phrase in phrases(held)
    )
)
