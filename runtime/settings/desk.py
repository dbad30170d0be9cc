"""The page on which people decide."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from beteiligte.messages.language import Language
from runtime.settings.base import Settings, TakesEffect, config
from runtime.values import Url


class DeskSettings(Settings):
    """The desk: the page on which people see what waits for them, and decide."""

    model_config = config("DESK_")
    usually: ClassVar = TakesEffect.DESK

    host: str = Field("127.0.0.1", description="Address at which the desk listens.")
    port: int = Field(8090, ge=0, le=65535, description="Port at which the desk listens; 0: `up` starts none.")
    url: Url = Field(
        default_factory=lambda valid: f"http://127.0.0.1:{valid.get('port', 8090)}",
        description="Address of the desk as browsers have it, for instance https://abgleich.kanzlei.example behind a "
        "proxy; pages of other addresses cannot send it anything.",
    )
    records: str = Field(
        "",
        pattern=r"^(https?://\S+\{id\}\S*)?$",
        description="Address at which people open a record in EspoCRM, where that is not below ESPOCRM_URL: "
        "https://crm.kanzlei.example/#CBeteiligte/view/{id}",
    )
    language: Language = Field(Language.GERMAN, description="Language of the desk: de or en.")
    key: Path = Field(
        Path("state/desk.key"),
        description="File of the key that seals links to log in; the desk, or `desk login`, makes it.",
    )
    link_life: timedelta = Field(
        timedelta(minutes=15), gt=timedelta(0), description="How long a link to log in can be used, once."
    )
    idle: timedelta = Field(
        timedelta(hours=1), gt=timedelta(0), description="A person who did nothing for so long has to log in again."
    )
    session: timedelta = Field(
        timedelta(hours=10), gt=timedelta(0), description="Longest time from a log-in to the next, whatever was done."
    )
    most_decided: int = Field(200, ge=1, description="Most parties that are decided with one click.")
