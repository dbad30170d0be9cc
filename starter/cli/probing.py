"""The conversation of `doctor --probe`: what will be done, who agrees, what was seen, what may be written."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import typer

from beteiligte.faults import SyncFault
from beteiligte.frozen import Frozen
from installation.probe import offer, suitable, written
from installation.probe.findings import NO_CHANGE, ProbeFinding, ProbeReport, Settled, listed
from installation.probe.journal import AnotherProbe, ProbeJournalError
from installation.probe.offer import Offer
from installation.probe.running import EXPERIMENTS, Laboratory, Unsuitable, laboratory
from installation.probe.trial_party import PutBack, TrialPartyRead
from runtime.loading import Loaded, SettingsError, load_all
from runtime.settings import AdvowareSettings, EspoCrmSettings, SweepSettings, SyncSettings, TemporalSettings
from runtime.storage_places import told
from runtime.telemetry import Telemetry
from starter.cli import report
from starter.cli.exits import Exit
from starter.views import probe_hindrances

WRITES = 25
"""About so many PUTs: two for each field, and some for the other questions."""
WORDS = {Settled.AS_ASSUMED: "right", Settled.OTHERWISE: "not so", Settled.OPEN: "open"}
STYLES = {Settled.AS_ASSUMED: "green", Settled.OTHERWISE: "yellow", Settled.OPEN: "magenta"}
T = TypeVar("T")
NOT_CONFIRMED = "nothing was written; --yes agrees without being asked"


@dataclass(frozen=True, kw_only=True)
class WantedProbe:
    """What the command line says."""

    party: int | None = None
    create: bool = False
    yes: bool = False
    write_settings: bool = False
    as_json: bool = False


class ProbeShown(Frozen):
    """The JSON document."""

    report: ProbeReport
    env: dict[str, str]
    """Settings that follow, and are set otherwise now."""
    fields_file: str
    """The whole text of the file of fields that follows; empty: it stays as it is."""
    written: bool
    copies: tuple[str, ...]
    """What stood there before."""


class NotConfirmed(Exception):
    """The person does not want it."""


async def probe(wanted: WantedProbe, telemetry: Telemetry | None = None) -> Exit:
    """From the settings to the exit code; whatever is wrong is said with the remedy."""
    try:
        loaded = load_all(AdvowareSettings, EspoCrmSettings, SyncSettings, SweepSettings, TemporalSettings)
        folder = loaded[TemporalSettings].state.parent
        if forbidden := await probe_hindrances.of(loaded[TemporalSettings], wanted.party, telemetry or Telemetry()):
            raise Unsuitable(forbidden)
        async with laboratory(loaded, folder) as lab:
            found = await _probed(lab, wanted, folder, observing=loaded[SyncSettings].observe)
        return _shown(found, wanted, loaded) if found else Exit.DONE
    except SettingsError as error:
        return report.wrong_settings(error)
    except (Unsuitable, ProbeJournalError, AnotherProbe) as reason:
        report.note(str(reason))
        return Exit.SETTINGS
    except NotConfirmed:
        report.note(NOT_CONFIRMED)
        return Exit.PERSON_DECIDES
    except SyncFault as fault:
        report.note(f"{fault}: `beteiligte-sync doctor` says more")
        return Exit.FAILED
    except OSError as error:
        report.note(told(error, Path(error.filename or ".")))
        return Exit.FAILED


# ---------------------------------------------------------------------- before anything is written


async def _probed(lab: Laboratory, wanted: WantedProbe, folder: Path, *, observing: bool) -> ProbeReport | None:
    """What an earlier probe left is put back, then this one; None: that was all that was asked for."""
    recovered = await _recover(lab, wanted)
    if wanted.party is None and not wanted.create:
        if recovered:
            return None
        raise Unsuitable("name a test party: --party <betNr>; or let one be made: --create")
    at = datetime.now(UTC)
    if wanted.party is None:
        bet_nr, created = await _of_its_own(lab, wanted, folder, at, observing=observing)
    else:
        bet_nr, created = await _given(lab, wanted, wanted.party, observing=observing), None
    try:
        with report.progress("Trying", len(EXPERIMENTS)) as done:
            found = await lab.probe(bet_nr, at=at, done=done, created=created)
    except asyncio.CancelledError:
        report.note(_interrupted(bet_nr, lab, of_its_own=created is not None))
        raise
    _keep(found, folder)
    return found


def _interrupted(bet_nr: int, lab: Laboratory, *, of_its_own: bool) -> str:
    """How the party stands after a Ctrl-C."""
    if lab.journal.current is not None:
        return f"Interrupted; betNr {bet_nr} waits to be put back: `beteiligte-sync doctor --probe`"
    stays = f"; it is still in Advoware: delete it there, or keep it as a test party (--party {bet_nr})"
    return f"Interrupted; betNr {bet_nr} was put back{stays if of_its_own else ''}"


def _keep(found: ProbeReport, folder: Path) -> None:
    """For later looks; where that fails, what was seen is shown all the same."""
    try:
        written.keep(found, folder)
    except OSError as error:
        report.note(told(error, folder / written.LAST))


async def _recover(lab: Laboratory, wanted: WantedProbe) -> bool:
    """Put back what a probe left that broke off; whether there was any."""
    left = lab.journal.current
    if left is not None and left.bet_nr is not None:
        report.note(f"A probe of {report.moment(left.began)} broke off, and betNr {left.bet_nr} holds what it wrote.")
        _agree(wanted, "Put it back as it was?")
    back = await lab.recovered()
    if back is None or left is None:
        return False
    report.note(f"betNr {left.bet_nr}: {_put_back(back)}")
    if left.created and wanted.create:
        raise Unsuitable(f"that probe made betNr {left.bet_nr}: use --party for it, or delete it in Advoware")
    return True


def _put_back(back: PutBack) -> str:
    left = f"; not put back: {listed(back.left)}" if back.left else ""
    foreign = f"; changed by somebody else and left so: {listed(back.foreign)}" if back.foreign else ""
    return f"put back{left}{foreign}"


async def _given(lab: Laboratory, wanted: WantedProbe, bet_nr: int, *, observing: bool) -> int:
    """The party that was named, once a person agreed."""
    start = await lab.looked_at(bet_nr)
    report.note(
        f"betNr {bet_nr} is written some {WRITES} times and put back afterwards; Advoware's own history of it shows "
        f"that. What it holds now stands in {lab.journal.path} until then. EspoCRM is only asked.{_although(observing)}"
    )
    if not suitable.looks_like_a_test(start.record, lab.table):
        _refuse_unnamed(start, lab)
    _agree(wanted, "Go on?")
    return bet_nr


def _refuse_unnamed(start: TrialPartyRead, lab: Laboratory) -> None:
    """Whoever spoils a party that looks like somebody has looked at it. Raises Unsuitable."""
    report.note("Its name is none of a test party.")
    question = "Type its name, as Advoware shows it"
    typed = _asked(lambda: str(typer.prompt(question, default="", show_default=False, err=True)))
    if not suitable.is_named(start.record, lab.table, typed):
        raise Unsuitable("that is not its name, so nothing was written: choose a test party, or let --create make one")


async def _of_its_own(
    lab: Laboratory, wanted: WantedProbe, folder: Path, at: datetime, *, observing: bool
) -> tuple[int, ProbeFinding]:
    """A party that is made for it, once a person agreed."""
    before = written.last(folder)
    if before is not None and before.created and before.remains and before.firm == lab.firm:
        raise Unsuitable(f"an earlier probe made betNr {before.bet_nr}, which could not be deleted: use --party for it")
    report.note(
        "A party is created in Advoware, written some "
        f"{WRITES} times and deleted. Where Advoware refuses the DELETE it stays, and you delete it there: its name "
        f"begins with „ZZ Testpartei“.{_although(observing)}"
    )
    _agree(wanted, "Create it?")
    bet_nr, created = await lab.create(at)
    report.note(f"betNr {bet_nr} was created.")
    await lab.looked_at(bet_nr)
    return bet_nr, created


def _although(observing: bool) -> str:
    return " This is written although SYNC_OBSERVE is on." if observing else ""


def _agree(wanted: WantedProbe, question: str) -> None:
    """Raises NotConfirmed, also where nobody can be asked."""
    if not wanted.yes and not _asked(lambda: typer.confirm(question, err=True)):
        raise NotConfirmed


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except (typer.Abort, OSError):
        report.note("")  # the question's line is not ended
        raise NotConfirmed from None


# ---------------------------------------------------------------------- what was seen


def _shown(found: ProbeReport, wanted: WantedProbe, loaded: Loaded) -> Exit:
    """The table, how the party stands, and what follows; written only where that was asked for."""
    offered = offer.offer(found, loaded)
    if not wanted.as_json:
        _table(found)
        _preview(offered)
    copies = written.write(offered, found.at) if offered and wanted.write_settings else ()
    if wanted.as_json:
        report.as_json(
            ProbeShown(
                report=found,
                env=dict(offered.env),
                fields_file=offered.fields,
                written=bool(offered) and wanted.write_settings,
                copies=tuple(map(str, copies)),
            )
        )
    elif offered:
        _say_written(offered, wanted, copies)
    return _code(found, offered, wanted)


def _code(found: ProbeReport, offered: Offer, wanted: WantedProbe) -> Exit:
    if found.broken or not found.restored:
        return Exit.FAILED
    return Exit.PERSON_DECIDES if offered and not wanted.write_settings else Exit.DONE


def _table(found: ProbeReport) -> None:
    report.heading(f"What is assumed of Advoware, tried with betNr {found.bet_nr}")
    for one in found.findings:
        report.marked(WORDS[one.settled], STYLES[one.settled], f"{one.assumption}: {one.seen}")
        if one.meaning != NO_CHANGE:
            report.marked("", "", f"→ {one.meaning}")
    report.line()
    if found.broken:
        report.line(f"It broke off: {found.broken}")
    report.line(_state(found))


def _state(found: ProbeReport) -> str:
    """What became of the party."""
    number = f"betNr {found.bet_nr}"
    if not found.remains:
        return f"{number} is no longer there."
    if not found.restored and not found.left:
        return f"{number} could not be put back: `beteiligte-sync doctor --probe` puts it back once Advoware answers."
    if found.created:
        return f"{number} is still in Advoware: delete it there, or keep it as a test party (--party {found.bet_nr})."
    return f"{number}: {_put_back(PutBack(left=found.left, foreign=found.foreign))}."


def _preview(offered: Offer) -> None:
    if offered.env:
        report.line()
        report.line("What was seen fits these settings, which are set otherwise now:")
        for name, value in offered.env.items():
            report.line(f"  {name}={value}")
    if offered.fields:
        report.line()
        report.line(f"And {offered.fields_path} with:")
        report.line(offered.fields)


def _say_written(offered: Offer, wanted: WantedProbe, copies: tuple[Path, ...]) -> None:
    if not wanted.write_settings:
        report.note("Nothing of that is written; --write-settings does it, or enter it by hand.")
        return
    kept = f" What stood there before: {listed(map(str, copies))}." if copies else ""
    report.note(f"Written.{kept} Start the program again, then `beteiligte-sync schedules apply`.")
    for name in written.hidden(offered):
        report.note(f"{name} is set in the environment, too, and that counts: change it there.")
