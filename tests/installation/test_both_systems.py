"""Both systems as doctor looks at them: side by side, by what the settings say."""

import asyncio
from pathlib import Path

import pytest

from beteiligte.faults import System
from installation.check import Verdict
from installation.checks import systems
from installation.checks.systems import SharedEspoCrm
from runtime.loading import Loaded, load_all
from runtime.settings import EspoCrmSettings
from tests.installation.espocrm_firm import Firm


@pytest.fixture
def loaded(firm: Firm, tmp_path: Path) -> Loaded:
    """Settings with a key that EspoCRM does not know."""
    settings = {**firm.world.environment(), "ESPOCRM_API_KEY": "f" * 32}
    env_file = tmp_path / ".env"
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return load_all(*dict.fromkeys((*systems.OF_ESPOCRM, *systems.OF_ADVOWARE)), env_file=env_file)


async def test_all_that_is_asked_of_espocrm_tries_a_wrong_key_once(firm: Firm, loaded: Loaded, tmp_path: Path) -> None:
    """Advoware's checks ask EspoCRM for linked parties at the same time; they are shut out with the others."""
    shared = SharedEspoCrm(loaded[EspoCrmSettings])

    espocrm, _ = await asyncio.gather(
        systems.of_espocrm(loaded, shared, None), systems.of_advoware(loaded, shared, tmp_path)
    )

    assert (espocrm[0].name, espocrm[0].verdict) == ("API key", Verdict.WRONG)
    assert [call.status for call in firm.world.calls.since(name=f"{System.ESPOCRM}.*")] == [401]
