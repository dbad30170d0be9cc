"""The rooms of the tree are those that the linter holds and that docs/design.md shows: none can be added unseen."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DESIGN = (ROOT / "docs/design.md").read_text("utf-8")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
LINTER = SETTINGS["importlinter"]
SHOWN = re.findall(r"^\| (`.+?) \|", DESIGN, re.MULTILINE)


def packages(folder: Path) -> Iterator[str]:
    """Its packages, however deep, by their path."""
    for init in sorted(folder.rglob("__init__.py")):
        yield str(init.parent.relative_to(ROOT)) + "/"


TOP = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
OURS = [name for name in TOP if name != "tests"]


def test_the_linter_and_the_type_checker_know_every_top_level_package() -> None:
    """Once each; the order of the layers names each of them, too."""
    layers = next(contract["layers"] for contract in LINTER["contracts"] if contract["type"] == "layers")
    in_layers = [name.strip() for layer in layers for name in re.split(r"[|:]", layer)]

    assert sorted(LINTER["root_packages"]) == OURS
    assert sorted(in_layers) == OURS
    assert sorted(SETTINGS["mypy"]["packages"]) == TOP


def test_the_table_of_rooms_names_every_package_and_no_other() -> None:
    """A stranger finds the room for what is new in one table."""
    named = {name for cell in SHOWN for name in re.findall(r"`([\w/]+/)`", cell)}
    there = {package for name in OURS for package in packages(ROOT / name)}

    assert sorted(there - named) == []
    assert sorted(name for name in named if not (ROOT / name).is_dir()) == []


def test_the_picture_of_the_rooms_shows_every_top_level_package() -> None:
    """By its name, as the table does."""
    picture = (ROOT / "docs/pictures/rooms.svg").read_text("utf-8")

    assert [name for name in OURS if f">{name}/<" not in picture] == []
