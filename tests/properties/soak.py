"""`make soak`: fresh histories for as many minutes as wanted, or one script again.

Every history that breaks a promise is printed as a short script; the seed alone plays it again too. Exit 1 where any
did.
"""

import argparse
import asyncio
import contextlib
import itertools
import logging
import os
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from secrets import randbelow

from runtime.settings import ALL
from tests.properties.campaign import Broken, Tally, campaign
from tests.properties.generate import generate
from tests.properties.ground import lanes
from tests.properties.script import Script, parse

LANES = 5
"""Histories at the same time; more gain nothing on two cores."""
PROGRESS = 30


async def soak(scripts: Iterator[tuple[int, Script]], width: int) -> Tally:
    """Play, and say how far it is."""
    begun, tally = time.monotonic(), Tally()

    def tell(broken: Broken) -> None:
        print(broken, flush=True)

    async def progress() -> None:
        while True:
            await asyncio.sleep(PROGRESS)
            print(f"{time.monotonic() - begun:5.0f} s: {tally}", flush=True)

    async with lanes(width) as clients:
        telling = asyncio.create_task(progress())
        try:
            return await campaign(clients, scripts, tell, tally)
        finally:
            telling.cancel()


def fresh(first: int, minutes: float, number: int | None) -> Iterator[tuple[int, Script]]:
    """Histories of consecutive seeds until the time is up, or so many."""
    end = time.monotonic() + 60 * minutes
    for seed in itertools.count(first) if number is None else range(first, first + number):
        if number is None and time.monotonic() > end:
            return
        yield seed, generate(seed)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="of the first history; default: a fresh one")
    parser.add_argument("--histories", type=int, default=None, help="so many instead of by time")
    parser.add_argument("--script", type=Path, default=None, help="play this script once")
    parser.add_argument("--lanes", type=int, default=LANES)
    options = parser.parse_args()
    if options.script:
        scripts: Iterator[tuple[int, Script]] = iter([(0, parse(options.script.read_text(encoding="utf-8")))])
    else:
        first = randbelow(10**9) if options.seed is None else options.seed
        print(f"first seed {first}", flush=True)
        scripts = fresh(first, options.minutes, options.histories)
    tally = asyncio.run(soak(scripts, 1 if options.script else options.lanes))
    print(f"done: {tally}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    for kind in ALL:
        kind.model_config["env_file"] = None  # an operator's .env must not reach the stand-ins
    logging.disable(logging.CRITICAL)  # every planned fault would be a warning
    warnings.simplefilter("ignore")
    code = 2
    try:
        code = main()
    except KeyboardInterrupt:
        pass
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)  # a process that had a Temporal client may hang at its end
