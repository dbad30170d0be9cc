"""One probe from the first look to the party put back."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from beteiligte.faults import Gone, SyncFault
from beteiligte.record.field_table import FieldTable
from clients.access import AdvowareAccess
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from installation import linked
from installation.probe import creating, looking, writing
from installation.probe.bench import Experiment, ProbeBench
from installation.probe.findings import (
    NO_CHANGE,
    Assumption,
    ProbeFinding,
    ProbeReport,
    as_assumed,
    complete,
    left_open,
    otherwise,
)
from installation.probe.journal import Journal, JournalFile
from installation.probe.trial_party import PutBack, TrialParty, TrialPartyRead, WriteRefused, put_back
from runtime.loading import Loaded
from runtime.settings import AdvowareSettings, EspoCrmSettings, SyncSettings

EXPERIMENTS: tuple[Experiment, ...] = (
    looking.the_record,
    looking.nobody,
    looking.search,
    looking.listing,
    writing.no_op,
    writing.fields,
    writing.left_out,
    writing.old_row_id,
    writing.nobody,
)
OPEN = "not tried"
OF_ITS_OWN = (Assumption.CREATE, Assumption.DELETE)
NOT_OURS = "tried only with a party that the probe itself creates (--create)"


class Unsuitable(Exception):
    """The probe does not begin; the message says why, and what to do. Nothing was written."""


@dataclass(frozen=True)
class Laboratory:
    """Both systems, and where is kept what must be put back."""

    advoware: AdvowareClient
    espocrm: EspoCrmClient
    journal: JournalFile
    table: FieldTable
    firm: str
    call_timeout: float
    """Seconds (`ADVOWARE_CALL_TIMEOUT`)."""

    # ------------------------------------------------------------------ before it begins

    async def recovered(self) -> PutBack | None:
        """Put back what an earlier probe left; None: there is nothing. Raises Unsuitable, SyncFault."""
        open_one = self.journal.current
        if open_one is None:
            return None
        if open_one.firm != self.firm:
            raise Unsuitable(
                f"{self.journal.path} says that betNr {open_one.bet_nr} of {open_one.firm} waits to be put back, and "
                f"the settings lead to {self.firm}: start the probe once with the settings of then"
            )
        if open_one.bet_nr is None:
            raise Unsuitable(
                f"an earlier probe sent a create, and its answer is not known: look in Advoware for „{open_one.name}“, "
                f"delete it there or keep it as a test party, then delete {self.journal.path}"
            )
        back = await put_back(TrialParty(self.advoware, self.journal, open_one.bet_nr))
        if back.gone:
            raise Unsuitable(
                f"Advoware knows no betNr {open_one.bet_nr} (404). If it was deleted, delete {self.journal.path}; "
                "or else ADVOWARE_URL or ADVOWARE_PREFIX lead to another place than then"
            )
        self.journal.remove()
        return back

    async def looked_at(self, bet_nr: int) -> TrialPartyRead:
        """The party, if nobody's. Raises Unsuitable, SyncFault."""
        try:
            read = await TrialParty(self.advoware, self.journal, bet_nr).look()
        except Gone:
            raise Unsuitable(f"Advoware has no party of betNr {bet_nr}") from None
        try:
            holders = await linked.holders(self.espocrm, bet_nr)
        except SyncFault as fault:
            raise Unsuitable(f"whether betNr {bet_nr} is linked is not known, so nothing is tried: {fault}") from None
        if holders:
            raise Unsuitable(
                f"betNr {bet_nr} is linked: EspoCRM's record {', '.join(holders)} holds it. Choose a test party that "
                "EspoCRM does not know"
            )
        return read

    # ------------------------------------------------------------------ the probe

    async def create(self, at: datetime) -> tuple[int, ProbeFinding]:
        """A party of its own. Raises Unsuitable, SyncFault."""
        return await creating.create(self.advoware, self.journal, self.table, self.firm, at)

    async def probe(
        self, bet_nr: int, *, at: datetime, done: Callable[[], None] = lambda: None, created: ProbeFinding | None = None
    ) -> ProbeReport:
        """All experiments, then the party is put back, whatever happened.

        Raises SyncFault where it cannot be read to begin with, OSError where that cannot be noted.
        """
        party = TrialParty(self.advoware, self.journal, bet_nr)
        start = await party.look()
        original, of_its_own = dict(start.record), created is not None
        self.journal.keep(Journal(firm=self.firm, began=at, bet_nr=bet_nr, created=of_its_own, original=original))
        report = ProbeReport(firm=self.firm, bet_nr=bet_nr, at=at, findings=(), created=of_its_own)
        findings = [created] if created else [left_open(one, NOT_OURS) for one in OF_ITS_OWN]
        try:
            broken = await self._experiments(ProbeBench(self.advoware, party, self.table, start), findings, done)
        except BaseException:  # also a Ctrl-C: what was written must not stay
            with contextlib.suppress(SyncFault, OSError):
                await self._ended(party, report)
            raise
        report = await self._ended(party, report.but(broken=broken))
        if created and report.restored:
            report = await self._deleted(party, report, findings)
        findings.append(self._time(party))
        return report.but(findings=complete(findings, broken or OPEN))

    async def _experiments(self, bench: ProbeBench, findings: list[ProbeFinding], done: Callable[[], None]) -> str:
        """Why they ended before the last one; empty: they did not."""
        try:
            for experiment in EXPERIMENTS:
                findings += await experiment(bench)
                done()
        except WriteRefused as refused:
            return f"{refused}: may the user of ADVOWARE_USER change Beteiligte (product 64), is this one locked?"
        except (SyncFault, OSError) as ended:
            return str(ended)
        return ""

    async def _ended(self, party: TrialParty, report: ProbeReport) -> ProbeReport:
        """Put back; what could not be stays in the journal."""
        try:
            back = await put_back(party)
        except SyncFault as fault:
            return report.but(restored=False, broken="; ".join(filter(None, (report.broken, str(fault)))))
        self.journal.remove()
        return report.but(left=back.left, foreign=back.foreign, restored=not back.left, remains=not back.gone)

    async def _deleted(self, party: TrialParty, report: ProbeReport, findings: list[ProbeFinding]) -> ProbeReport:
        """Away with the probe's own party, if Advoware lets it."""
        try:
            finding, remains = await creating.delete(party)
        except SyncFault:
            return report
        findings.append(finding)
        return report.but(remains=remains)

    def _time(self, party: TrialParty) -> ProbeFinding:
        seen = f"the slowest call took {party.slowest:.1f} s"
        if party.slowest < self.call_timeout / 2:
            return as_assumed(Assumption.TIME, seen, NO_CHANGE)
        return otherwise(Assumption.TIME, seen, "raise ADVOWARE_CALL_TIMEOUT, and SYNC_CREATE with it")


@contextlib.asynccontextmanager
async def laboratory(loaded: Loaded, folder: Path) -> AsyncIterator[Laboratory]:
    """Both systems by the settings; nothing is asked yet. Raises AnotherProbe, ProbeJournalError, OSError."""
    advoware = loaded[AdvowareSettings]
    with JournalFile(folder).held() as journal:
        async with AdvowareClient(advoware) as firm, EspoCrmClient(loaded[EspoCrmSettings]) as crm:
            yield Laboratory(
                advoware=firm,
                espocrm=crm,
                journal=journal,
                table=loaded[SyncSettings].rules(advoware).table,
                firm=firm_of(advoware),
                call_timeout=advoware.call_timeout.total_seconds(),
            )


def firm_of(access: AdvowareAccess) -> str:
    """Whose Advoware it is."""
    return f"{access.kanzlei}/{access.database}"
