"""Who wins, how long things wait, in which language people are told, and how an outage is watched."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from beteiligte.decide.matching import DEFAULT_MINIMUM
from beteiligte.decide.policy import InitialSync, Policy, Rules
from beteiligte.messages import Language
from beteiligte.record.field_table import FieldTable, Group
from beteiligte.record.party_fields import PARTY_TABLE
from contracts.timing import OutageTiming, Timing
from runtime import field_file
from runtime.settings.base import Settings, TakesEffect, config
from runtime.settings.systems import AdvowareFieldSettings, AdvowareSettings
from runtime.values import Names


class SyncSettings(Settings, Timing):
    """Who wins, and how long things wait."""

    model_config = config("SYNC_")
    usually: ClassVar = TakesEffect.NEXT_RUN

    policy_stammdaten: Annotated[Policy, TakesEffect.WORKER] = Field(
        Policy.ESPOCRM,
        description="Who wins a conflict about master data: espocrm, advoware, newest, or manual (a person decides).",
    )
    policy_kontaktdaten: Annotated[Policy, TakesEffect.WORKER] = Field(
        Policy.ADVOWARE,
        description="Who wins a conflict about contact data, which is kept where letters are sent: as for master data.",
    )
    policy_adresse: Annotated[Policy, TakesEffect.WORKER] = Field(
        Policy.NEWEST,
        description="Who wins a conflict about addresses: as for master data; EspoCRM where it cannot be known which "
        "side is newer.",
    )
    initial_sync: Annotated[InitialSync, TakesEffect.WORKER] = Field(
        InitialSync.ESPOCRM,
        description="Who wins on a linked party's first sync; a group that is manual is asked about all the same.",
    )
    fields_file: Annotated[Path | None, TakesEffect.WORKER] = Field(
        None, description="TOML file that changes names, group, writability and owners of fields (docs/assumptions.md)."
    )
    decision_field: Annotated[str, TakesEffect.WORKER] = Field(
        "",
        max_length=100,
        description="What EspoCRM's screen calls the field syncDecision, in which people decide in the record "
        "(docs/status.md); espocrm-setup makes it as Entscheidung. Not set: there is none.",
    )
    match: Annotated[Names, TakesEffect.WORKER] = Field(
        PARTY_TABLE.match,
        description="Fields in which an unlinked party and one in Advoware are compared; one that differs makes two.",
    )
    match_minimum: Annotated[int, TakesEffect.WORKER] = Field(
        DEFAULT_MINIMUM,
        ge=1,
        description="Number of fields of SYNC_MATCH that must be filled and equal on both sides, or all that such a "
        "party has, to link without a question; 1: the name alone will do.",
    )
    fresh_for: Annotated[timedelta, TakesEffect.WORKER] = Field(
        timedelta(seconds=5), description="Age up to which a read is acted on; an older one is read again first."
    )
    observe: Annotated[bool, TakesEffect.EVERYWHERE] = Field(
        Timing.model_fields["observe"].default, description=Timing.model_fields["observe"].description
    )

    @field_validator("fields_file")
    @classmethod
    def _usable(cls, path: Path | None) -> Path | None:
        if path is not None:
            field_file.read(path)
        return path

    def table(self) -> FieldTable:
        """The field table in force. Raises FieldFileError where the file changed after the start."""
        table = PARTY_TABLE if self.fields_file is None else field_file.read(self.fields_file)
        return replace(table, match=self.match, decision=self.decision_field)

    @field_validator("match")
    @classmethod
    def _fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - PARTY_TABLE.by_name.keys():
            raise ValueError(f"unknown field {sorted(unknown)}; known: {sorted(PARTY_TABLE.by_name)}")
        if "name" not in names:
            raise ValueError("must hold name, by which Advoware is searched")
        return names

    def timing(self) -> Timing:
        """The waits as they travel in a workflow's order."""
        return Timing(**self.model_dump(include=set(Timing.model_fields)))

    def rules(self, advoware: AdvowareSettings | AdvowareFieldSettings) -> Rules:
        """The operator's decisions as the domain reads them."""
        policies = {
            Group.STAMMDATEN: self.policy_stammdaten,
            Group.KONTAKTDATEN: self.policy_kontaktdaten,
            Group.ADRESSE: self.policy_adresse,
        }
        table = self.table()
        return Rules(
            table=table if advoware.writable is None else table.storing(advoware.writable),
            policies=policies,
            initial_sync=self.initial_sync,
            look_up=advoware.lookup,
        )


class NotifySettings(Settings):
    """How the firm's people are told."""

    model_config = config("NOTIFY_")
    usually: ClassVar = TakesEffect.WORKER

    language: Language = Field(Language.GERMAN, description="Language of notes and of syncErrorMessage: de or en.")


class OutageSettings(Settings, OutageTiming):
    """How a system that is down is watched."""

    model_config = config("OUTAGE_")
    usually: ClassVar = TakesEffect.NEXT_OUTAGE

    def timing(self) -> OutageTiming:
        """The waits as they travel in the workflow's order."""
        return OutageTiming(**self.model_dump())
