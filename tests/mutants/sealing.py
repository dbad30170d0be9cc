"""What a stranger at Temporal's port may try, and how Temporal is reached."""

from tests.mutants.mutant import Mutant

STRANGERS = "tests/workflows/test_strangers.py"
STRANGERS_RUNS = "tests/starter/test_strangers_runs.py"
CODEC = "tests/runtime/test_sealing.py"
CONNECTION = "tests/runtime/test_guarded_connection.py"

SEALING = (
    Mutant(
        name="what a stranger calls his run is a party",
        file="starter/views/runs.py",
        old="        if visibility.is_party(execution.id):\n",
        new="        if execution.id:\n",
        caught_by=f"{STRANGERS_RUNS}::test_everybody_else_is_still_seen",
    ),
    Mutant(
        name="the command against a stranger's run is his",
        file="starter/views/checks/strangers.py",
        old="{shlex.quote(next(iter(begun)))}",
        new="{next(iter(begun))}",
        caught_by=f"{STRANGERS_RUNS}::test_no_remedy_is_a_command_of_his",
    ),
    Mutant(
        name="what ends as no run of ours ends everybody's list",
        file="starter/views/inspection.py",
        old="    except (ValueError, TypeError, LookupError, RuntimeError):\n",
        new="    except ZeroDivisionError:\n",
        caught_by=f"{STRANGERS_RUNS}::test_everybody_else_is_still_seen",
    ),
    Mutant(
        name="an error that leads back to itself is told for ever",
        file="runtime/logs.py",
        old="    while error is not None and id(error) not in seen:\n        seen.add(id(error))\n        text",
        new="    while error is not None:\n        text",
        caught_by="tests/runtime/test_log_lines.py::test_an_error_that_leads_back_to_itself_is_told_once",
    ),
    Mutant(
        name="a run believes what is clear though a key encrypts",
        file="runtime/codec.py",
        old="return payload if self._accept_clear or not self._keys.active else not_believed(Disbelief.CLEAR)",
        new="return payload",
        caught_by=f"{STRANGERS}::test_a_clear_word_is_dropped_and_told",
    ),
    Mutant(
        name="what was sealed for one party is believed of another",
        file="runtime/codec.py",
        old="        if written != mine.written and not sibling:\n",
        new="        if not written:\n",
        caught_by=f"{STRANGERS}::test_a_word_that_was_sealed_for_another_party_is_dropped",
    ),
    Mutant(
        name="what is sealed is bound to a run in name only",
        file="runtime/codec.py",
        old='    return key + b"\\0" + bound\n',
        new="    return key\n",
        caught_by=f"{CODEC}::test_what_it_is_bound_to_cannot_be_changed",
    ),
    Mutant(
        name="the order of one kind of step is one of every kind",
        file="runtime/sealing.py",
        old='f"activity {context.activity_type}"',
        new='"activity"',
        caught_by=f"{CODEC}::test_what_is_sealed_opens_for_its_run_and_purpose_alone",
    ),
    Mutant(
        name="runs whose ids begin alike share what is sealed",
        file="runtime/sealing.py",
        old="        known = mine is not None and mine == _schedule_of(str(workflow_id))\n",
        new="        known = self.workflow_id.startswith(str(workflow_id))\n",
        caught_by=f"{STRANGERS}::test_an_order_of_one_party_starts_no_run_of_another",
    ),
    Mutant(
        name="a word to one run of a schedule is believed by the next",
        file="runtime/payloads.py",
        old="    if metadata.get(SIBLING) and _is_said(hint):\n",
        new="    if metadata.get(KIND) == SIBLING:\n",
        caught_by=f"{CODEC}::test_a_run_of_a_schedule_takes_its_order_and_is_told_nothing_that_another_was",
    ),
    Mutant(
        name="another model with the same fields is believed",
        file="runtime/payloads.py",
        old='    return Disbelief.OTHER if kind and kind.decode(errors="replace") != hint.__name__ else None\n',
        new="    return None\n",
        caught_by=f"{STRANGERS}::test_what_is_something_else_is_no_request",
    ),
    Mutant(
        name="a payload that no key opens stops its run for ever",
        file="runtime/codec.py",
        old="            return not_believed(Disbelief.CHANGED)\n",
        new="            raise\n",
        caught_by=f"{STRANGERS}::test_what_nobody_can_read_does_not_stop_a_run",
    ),
    Mutant(
        name="a word is dropped in silence",
        file="runtime/payloads.py",
        old="        if hint is None or _is_said(hint):\n",
        new="        if hint is None:\n",
        caught_by=f"{STRANGERS}::test_a_clear_word_is_dropped_and_told",
    ),
    Mutant(
        name="a decision that is sent again a day later is carried out",
        file="contracts/inbox.py",
        old="        if not request.decides:\n",
        new="        if request.decides:\n",
        caught_by=f"{STRANGERS}::test_an_old_word_that_is_sent_again_decides_nothing",
    ),
    Mutant(
        name="a word under a key that is on its way is dropped",
        file="runtime/codec.py",
        old="                raise\n            return not_believed(Disbelief.FOREIGN)\n",
        new="                pass\n            return not_believed(Disbelief.FOREIGN)\n",
        caught_by=f"{CODEC}::test_a_key_that_is_on_its_way_is_waited_for",
    ),
    Mutant(
        name="undo puts back what a stranger answered in a worker's place",
        file="starter/views/overwritten.py",
        old="    client = only_sealed(client)\n",
        new="",
        caught_by=f"{STRANGERS}::test_what_undo_puts_back_was_sealed",
    ),
    Mutant(
        name="a request that is not believed leaves the run open that it began",
        file="contracts/inbox.py",
        old="        return cls(reason=Reason.UPDATED, at=at)\n",
        new="        return None\n",
        caught_by=f"{STRANGERS}::test_of_a_request_that_is_not_believed_the_asking_counts",
    ),
    Mutant(
        name="a replay believes more than the worker did",
        file="starter/views/replays.py",
        old="strict(client.data_converter, only_sealed=False)",
        new="client.data_converter",
        caught_by=f"{STRANGERS}::test_a_clear_word_is_dropped_and_told",
    ),
    Mutant(
        name="settings of TLS are read and not used",
        file="runtime/temporal_profile.py",
        old="{**_environment(), **dict(_written(settings))}",
        new="{}",
        caught_by=CONNECTION,
    ),
    Mutant(
        name="a file in a home folder says which server is meant",
        file="runtime/temporal_profile.py",
        old="            disable_file=not named,\n",
        new="            disable_file=False,\n",
        caught_by=f"{CONNECTION}::test_a_file_that_nobody_named_is_not_read",
    ),
)
