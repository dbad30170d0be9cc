"""What all settings have in common: how they are read, and when a change of one takes effect."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from runtime.env_file import EnvFile, anchored
from runtime.secret_files import SecretFiles
from runtime.values import read_span


class TakesEffect(StrEnum):
    """When a change of a setting counts; docs/settings.md explains each (docs_generator/settings.py).

    A class of settings names its own; a setting that differs carries another: `Annotated[int, TakesEffect.UP]`.
    """

    WORKER = "restart of the worker"
    WEBHOOK = "restart of the webhook service"
    FOLLOWED = "a second"
    DESK = "restart of the desk"
    ALL = "restart of all processes"
    UP = "restart of `up`"
    NEXT_RUN = "next run of a party"
    NEXT_OUTAGE = "next outage"
    APPLIED = "`schedules apply`"
    EVERYWHERE = "restart of all processes, `schedules apply`"


def config(prefix: str) -> SettingsConfigDict:
    """The settings whose names begin so."""
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


class Settings(BaseSettings):
    """Base of all: lengths of time are written `30s`, `4m`, `1h`, `30d` and never negative."""

    usually: ClassVar[TakesEffect]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`.env` is read by our own rules (env_file.py), secrets also from files of their own (secret_files.py)."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        env_file = dotenv_settings.env_file
        secrets = SecretFiles(settings_cls, env_file if isinstance(env_file, Path) else None)
        return init_settings, env_settings, EnvFile(settings_cls, env_file), secrets

    @field_validator("*", mode="before")
    @classmethod
    def _span(cls, value: object, info: ValidationInfo) -> object:
        is_span = cls.model_fields[info.field_name or ""].annotation is timedelta
        return read_span(value) if is_span else value

    @field_validator("*", mode="before")
    @classmethod
    def _path(cls, value: object, info: ValidationInfo) -> object:
        """Before anybody looks whether it is there."""
        is_path = _holds(cls.model_fields[info.field_name or ""].annotation, Path)
        return anchored(Path(value)) if is_path and isinstance(value, str | Path) else value

    @field_validator("*")
    @classmethod
    def _no_negative_span(cls, value: object) -> object:
        if isinstance(value, timedelta) and value < timedelta(0):
            raise ValueError("must not be negative")
        return value

    @classmethod
    def takes_effect(cls, name: str) -> TakesEffect:
        """When a change of this one counts."""
        own = (mark for mark in cls.model_fields[name].metadata if isinstance(mark, TakesEffect))
        return next(own, cls.usually)


def _holds(annotation: object, kind: type) -> bool:
    return annotation is kind or any(_holds(part, kind) for part in get_args(annotation))


def as_in(model: type[BaseModel], name: str) -> Any:
    """A model's field with its default and meaning, for settings that read it in another form."""
    known = model.model_fields[name]
    return Field(known.default, description=known.description)
