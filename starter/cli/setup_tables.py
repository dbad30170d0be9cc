"""What `espocrm-setup` shows: the steps, what is left to a person, the settings that follow."""

from collections.abc import Mapping, Sequence

from installation.env_lines import WrittenLines
from installation.espocrm.setup_steps import Step, StepAction, StepPart
from starter.cli import report

WILL = {StepAction.MAKE: "make", StepAction.SWITCH_ON: "switch on"}
DID = {StepAction.MAKE: "made", StepAction.SWITCH_ON: "switched on"}
HIDDEN = "…"


def steps(planned: Sequence[Step], made: Sequence[Step], *, applied: bool) -> None:
    """Every step with what is there, what is wanted, and what would be or was done; then what a person mends."""
    rows = [(f"{step.part.value} {step.name}", step.there, step.wanted, _does(step, made, applied)) for step in planned]
    report.table(("part", "in EspoCRM", "wanted", "done" if applied else "would be done"), rows)
    left = [(f"{step.part.value} {step.name}", step.there, step.remedy) for step in planned if step.remedy]
    report.table(("left to a person", "in EspoCRM", "what to do"), [(a, b, c or "") for a, b, c in left], title="Left")


def _does(step: Step, made: Sequence[Step], applied: bool) -> str:
    if not step.acts:
        return "" if step.action is StepAction.NOTHING else step.action.value
    if not applied:
        return WILL[step.action]
    return DID[step.action] if step in made else "not done"


def verdict(planned: Sequence[Step], *, applied: bool, activate: bool) -> None:
    """One line of what there is to do."""
    acting, left = [step for step in planned if step.acts], [step for step in planned if step.open]
    if not acting and not left:
        report.line("All that a sync needs is there; nothing to do.")
    elif not applied:
        report.line(
            f"Nothing was written. {len(acting)} would be made or switched on, {len(left)} are left to a person."
        )
        if acting:
            report.line(f"To do it: the same command with --apply{'' if activate else ' --write-env'}")


def settings(lines: Mapping[str, str | None]) -> None:
    """The lines for `.env`; a secret that is not to be shown is a sign."""
    if not lines:
        return
    report.line()
    report.line("# settings for .env")
    for name, value in lines.items():
        report.link(f"{name}={HIDDEN if value is None else value}")
    report.line("# end of settings")
    if None in lines.values():
        report.line("--show-secrets shows the values; --apply --write-env writes them into .env.")


def next_steps(planned: Sequence[Step]) -> None:
    """What no interface of EspoCRM was seen to do, and what comes next."""
    if not any(step.part is StepPart.FIELD and step.action is StepAction.MAKE for step in planned):
        return
    report.line(
        "New fields stand in no layout: Administration → Layout Manager; syncStatus, syncErrorMessage, "
        "syncDecision and betnr are for people to see, advowareSyncBase for nobody."
    )


def wrote(lines: WrittenLines) -> None:
    """What became of `.env`."""
    if into_env := [name for name in lines.written if name not in lines.in_files]:
        report.line(f"Written into .env, which only its owner can read now: {', '.join(into_env)}")
    for name in lines.in_files:
        report.line(f"Written into the file that {name}_FILE names, which only its owner can read now")
    if lines.same:
        report.line(f"Stands there already: {', '.join(lines.same)}")
    if lines.kept:
        report.note(
            f"Left in .env, since another value stands there: {', '.join(lines.kept)}; --show-secrets shows ours"
        )
