"""Writes the pages that are made from the code: `python -m docs_generator` (`make docs`).

Each is made by a module of its own here; a test compares them with the code, so they cannot go stale.
"""

from pathlib import Path

from docs_generator import dashboard
from docs_generator.dependencies import dependencies_page
from docs_generator.fields import fields_page
from docs_generator.messages import messages_page
from docs_generator.openapi import codec_description, webhook_description, written
from docs_generator.owed import owed_picture
from docs_generator.settings import env_example, settings_page

ROOT = Path(__file__).parent.parent


def documents() -> dict[Path, str]:
    """Path below the checkout's root to text."""
    return {
        Path(".env.example"): env_example(),
        Path("docs/settings.md"): settings_page(),
        Path("docs/dependencies.md"): dependencies_page(),
        Path("docs/fields.md"): fields_page(),
        Path("docs/messages.md"): messages_page(),
        Path("docs/pictures/owed.svg"): owed_picture(),
        Path("docs/openapi/webhook.json"): written(webhook_description()),
        Path("docs/openapi/codec.json"): written(codec_description()),
        Path(dashboard.FILE): dashboard.dashboard(),
    }


def main() -> None:
    """Write all of them."""
    for path, text in documents().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
