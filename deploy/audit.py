"""Asks a database of known weaknesses (OSV) about every locked version: `make audit`.

Nothing is sent but names and versions. Exit: 0 nothing is known, 1 something is, 3 the database cannot be reached, so
that no pipeline takes silence for a good answer.
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "benchmarks/requirements.lock", "deploy/supply.lock")
DATABASE = "https://api.osv.dev/v1/query"
TRIAL = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "1.0"}
SECONDS = 15


def unreached(database: str) -> str:
    """Why the database cannot be asked; nothing where it answers."""
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(database, json.dumps(TRIAL).encode(), headers)
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            json.load(answer)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", "") or error)
    return ""


def known(lock: Path, database: str) -> bool:
    """Show what is known of the versions in this lock; whether there is anything."""
    found = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--osv-url", database),
            *("--requirement", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off"),
        ],
        check=False,
    )
    return found.returncode != 0


def main(database: str = DATABASE) -> int:
    """Every lock."""
    if why := unreached(database):
        print(f"Not audited: {database} cannot be reached from here ({why}).", file=sys.stderr)
        print("Run it where it can, before each release and each week: make audit", file=sys.stderr)
        return 3
    bad = [lock for lock in LOCKS if (ROOT / lock).exists() and known(ROOT / lock, database)]
    print(f"Something is known of: {', '.join(bad)}" if bad else "Nothing is known of any locked version.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
