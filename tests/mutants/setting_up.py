"""What is made in EspoCRM before the first sync: shown first, once, by the right user, and never over what is there."""

from tests.mutants.mutant import Mutant

SETUP = "tests/installation/test_espocrm_setup.py"
OTHERWISE = "tests/installation/test_espocrm_setup_otherwise.py"
TROUBLE = "tests/installation/test_espocrm_setup_trouble.py"
STEPS = "installation/espocrm/setup_steps.py"

SETTING_UP = (
    Mutant(
        name="a webhook is made beside the one that is there",
        file=STEPS,
        old="    if own:\n        return _webhook_there(found, wish, step, own)\n",
        new="",
        caught_by=f"{SETUP}::test_a_second_time_there_is_nothing_to_do",
    ),
    Mutant(
        name="a webhook is made by the administrator, so that it skips nothing of ours",
        file="installation/espocrm/making.py",
        old="        maker = await self._as_user()\n",
        new="        maker = self.admin\n",
        caught_by=f"{SETUP}::test_everything_is_made_as_it_was_recorded",
    ),
    Mutant(
        name="webhooks begin to deliver before anybody has looked",
        file="installation/espocrm/wanted.py",
        old='"skipOwn": True, "isActive": False}',
        new='"skipOwn": True}',
        caught_by=f"{SETUP}::test_everything_is_made_as_it_was_recorded",
    ),
    Mutant(
        name="what is otherwise than wanted counts as there",
        file=STEPS,
        old="        if unlike := field.unlike(defs):\n",
        new="        if unlike := ():\n",
        caught_by=f"{OTHERWISE}::test_a_field_that_is_otherwise_is_left_and_told",
    ),
    Mutant(
        name="whoever can log in is taken for an administrator",
        file="installation/espocrm/found.py",
        old='    if user.get("type") not in ADMINISTRATORS:\n',
        new='    if user.get("type") == "":\n',
        caught_by=f"{TROUBLE}::test_whoever_is_no_administrator_is_turned_away_before_anything",
    ),
    Mutant(
        name="the key of a user who is not active is tried",
        file="installation/espocrm/setup.py",
        old=' or named.type != "api" or not named.active or ',
        new=' or named.type != "api" or ',
        caught_by=f"{OTHERWISE}::test_an_api_user_who_is_not_active_is_told_and_his_key_is_not_tried",
    ),
    Mutant(
        name="a webhook is switched on whose deliveries the service refuses",
        file=STEPS,
        old="    if webhook.secret not in secrets.get(webhook.id, ()):\n",
        new="    if not secrets:\n",
        caught_by=f"{SETUP}::test_a_webhook_whose_secret_the_service_lacks_is_not_switched_on",
    ),
    Mutant(
        name="a secret that has a file of its own goes into .env",
        file="installation/env_lines.py",
        old="if (file := secret_files.file_of(name, path))}",
        new="if (file := None and secret_files.file_of(name, path))}",
        caught_by="tests/installation/test_env_lines.py::test_a_secret_that_has_a_file_of_its_own_is_written_there",
    ),
    Mutant(
        name="a secret whose file is empty is no trouble to anybody",
        file="runtime/secret_files.py",
        old="and not (name in may_lack and holds_nothing(named)):",
        new="and not holds_nothing(named):",
        caught_by="tests/runtime/test_secret_files.py::test_whoever_makes_a_secret_may_find_its_file_empty",
    ),
    Mutant(
        name="a setting that stands in .env is replaced",
        file="installation/env_lines.py",
        old="(there.get(name) and name in values)",
        new="not value",
        caught_by="tests/installation/test_env_lines.py::test_a_value_that_stands_there_is_kept",
    ),
)
