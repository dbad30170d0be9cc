"""What each run imports anew in Temporal's sandbox: its workflow's own module and nothing that is dear."""

import sys

import pytest
from temporalio.worker.workflow_sandbox import SandboxRestrictions
from temporalio.worker.workflow_sandbox._importer import Importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext

from workflows.registry import SHARED, WORKFLOWS

OURS = ("activities", "beteiligte", "clients", "contracts", "runtime", "workflows")


@pytest.mark.parametrize("module", [kind.__module__ for kind in WORKFLOWS])
def test_a_run_imports_only_its_own_module_anew(module: str) -> None:
    """Building all models for each run took more than half of the worker's time; a new module belongs to SHARED."""
    importer = Importer(SandboxRestrictions.default.with_passthrough_modules(*SHARED), RestrictionContext())
    with importer.applied():
        __import__(module)

    anew = {name for name, found in importer.new_modules.items() if found is not sys.modules.get(name)}
    assert {name for name in anew if name.partition(".")[0] in OURS} == {module, *packages_of(module)}


def packages_of(module: str) -> set[str]:
    """The packages around a module: each holds a docstring and nothing else."""
    parts = module.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}
