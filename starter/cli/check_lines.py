"""The lines of checks: an area each with a heading, a line for each check, and below what is not well what mends it."""

import re
from collections.abc import Sequence
from itertools import groupby

from installation.check import Area, Check, Verdict
from starter.cli import report
from starter.cli.exits import Exit

TITLES = {
    Area.SETTINGS: "Settings",
    Area.KEYS: "Keys",
    Area.MACHINE: "This machine",
    Area.TEMPORAL: "Temporal and the workers",
    Area.ESPOCRM: "EspoCRM",
    Area.WEBHOOKS: "Webhooks",
    Area.ADVOWARE: "Advoware",
    Area.DESK: "The desk",
}
WORDS = {Verdict.OK: "ok", Verdict.WARNING: "warning", Verdict.WRONG: "WRONG", Verdict.UNKNOWN: "unknown"}
STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "bold red", Verdict.UNKNOWN: "magenta"}

TO_COPY = re.compile(r"(?:beteiligte-sync|chmod|kill|make|mv|cp|docker|[A-Z][A-Z_]+=\S)[^,;]*|\S.* # .*")
"""A command or a line of settings and nothing else, but for a comment; all others are sentences."""


def show(checks: Sequence[Check]) -> None:
    """All of them, and how many are not well."""
    for area, some in groupby(checks, key=lambda check: check.area):
        report.heading(TITLES[area])
        for check in some:
            _one(check)
    report.line()
    report.line(summary(checks))


def _one(check: Check) -> None:
    report.marked(WORDS[check.verdict], STYLES[check.verdict], f"{check.name}: {check.seen}")
    if check.verdict is not Verdict.OK and check.remedy:
        report.to_copy(check.remedy) if TO_COPY.fullmatch(check.remedy) else report.to_do(check.remedy)


def summary(checks: Sequence[Check]) -> str:
    """One line: what counts first."""
    number = {verdict: sum(check.verdict is verdict for check in checks) for verdict in Verdict}
    said = (
        (number[Verdict.WRONG], "wrong"),
        (number[Verdict.UNKNOWN], "could not be checked"),
        (number[Verdict.WARNING], "to look at"),
        (number[Verdict.OK], "well"),
    )
    return ", ".join(f"{many} {what}" for many, what in said if many) or "nothing was checked"


def notes(checks: Sequence[Check]) -> list[str]:
    """What is not well, a line each, for stderr and logs."""
    bad = (check for check in checks if check.verdict is not Verdict.OK)
    return [f"{TITLES[one.area]}: {one.name}: {one.seen} → {one.remedy}" for one in bad]


def exit_code(checks: Sequence[Check]) -> Exit:
    """By the worst: a warning, or what could not be looked at, is no reason to wake anybody."""
    wrong = any(check.verdict is Verdict.WRONG for check in checks)
    return Exit.BROKEN if wrong else Exit.DONE
