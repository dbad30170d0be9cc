"""Another release of the program beside this one: a tree of its own, with other workflow code and another version.

What it does not change it links to, so its worker is this program but for a place in a workflow.
"""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from tests.crash.processes import CHECKOUT

LINKED = ("activities", "beteiligte", "clients", "contracts", "installation", "runtime", "starter", "worker")
CHANGED = Path("workflows/party/sync.py")
PLACE = "            landed = await self._writing.land(seen)\n"
"""A sync is about to write: whoever waits for another attempt of that stands behind it."""
PATCH = "a-breath-before-writing"


@dataclass(frozen=True)
class Release:
    """A version of the program, and what its workflow does before it writes."""

    version: str
    before_writing: str

    def installed(self, folder: Path) -> Path:
        """The folder from which its processes are started."""
        folder.mkdir()
        for name in LINKED:
            (folder / name).symlink_to(CHECKOUT / name)
        copytree(CHECKOUT / "workflows", folder / "workflows")
        source = (folder / CHANGED).read_text("utf-8")
        assert source.count(PLACE) == 1
        (folder / CHANGED).write_text(source.replace(PLACE, self.before_writing + PLACE), "utf-8")
        known_as = folder / f"beteiligte_sync-{self.version}.dist-info"
        known_as.mkdir()
        (known_as / "METADATA").write_text(f"Metadata-Version: 2.1\nName: beteiligte-sync\nVersion: {self.version}\n")
        return folder


GUARDED = Release(
    "99.1",
    f'            if workflow.patched("{PATCH}"):\n                await workflow.sleep(0.01)\n',
)
"""As CONTRIBUTING tells a developer to change a workflow."""
UNGUARDED = Release("99.2", "            await workflow.sleep(0.01)\n")
"""As it must not be: a run that has begun to write does not fit."""
