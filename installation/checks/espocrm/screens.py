"""Where in EspoCRM's screens something is mended, in their own words (English; its language files have them all)."""

from installation.espocrm import admin

CLEAR_CACHE = "then Administration → Clear Cache"
AGAIN = "run doctor again; if it stays so, look at EspoCRM's web server and its log (data/logs)"
RIGHT_FIRST = "mend the lines about the entity type and the role first, then run doctor again"
AS_ADMINISTRATOR = f"run doctor with {admin.LOGIN} and {admin.PASSWORD} in the environment"
LOGIN = f"{admin.LOGIN} and {admin.PASSWORD} in the environment: an administrator's, without two-factor authentication"
CONFIGURATION = "EspoCRM's data/config.php"
AUTH_LOG = "Administration → Auth Log"
JOBS = "Administration → Scheduled Jobs"
API_USERS = "Administration → API Users"
SETUP = "beteiligte-sync espocrm-setup"


def entity(entity_type: str) -> str:
    """The entity type itself."""
    return f"Administration → Entity Manager → {entity_type}"


def switch(entity_type: str, name: str) -> str:
    """A switch of the entity type, by its label."""
    return f"{entity(entity_type)} → Edit → {name}"


def field(entity_type: str, name: str) -> str:
    """One field."""
    return f"{entity(entity_type)} → Fields → {name}"


def new_field(entity_type: str) -> str:
    """Where one is made."""
    return f"{entity(entity_type)} → Fields → Add Field"


def role(what: str) -> str:
    """The role of the API user."""
    return f"{API_USERS} → the user's role: {what}; {CLEAR_CACHE}"


def webhook(what: str) -> str:
    """One of the webhooks."""
    return f"Administration → Webhooks → {what}"
