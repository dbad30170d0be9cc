"""A record as people open it: a link in EspoCRM's own Markdown."""


def record_link(party_id: str, entity_type: str) -> str:
    """To its page in EspoCRM."""
    return f"[{party_id}](#{entity_type}/view/{party_id})"
