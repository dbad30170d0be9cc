"""Plans, pauses, deliveries, workers and what Temporal keeps: what an operator relies on."""

from tests.mutants.mutant import Mutant

MODES = "tests/scenarios/test_observe_and_pause.py"
PLAN = "tests/starter/test_plan.py"
CODEC = "tests/starter/test_codec_endpoint.py"

OPERATION = (
    Mutant(
        name="a planned link is entered before it is compared",
        file="workflows/party/linking.py",
        old=" or not await self._may_enter(bet_nr)",
        new="",
        caught_by=f"{PLAN}::test_a_link_that_would_be_something_else_by_now_is_not_entered",
    ),
    Mutant(
        name="what a plan has done before is called changed",
        file="workflows/party/sync.py",
        old="plan_changed=left,",
        new="plan_changed=True,",
        caught_by=f"{PLAN}::test_a_plan_applied_again_says_what_is_done_and_what_really_differs",
    ),
    Mutant(
        name="a diff does not look for an existing party",
        file="workflows/preview.py",
        old="            if searches_first(compared.decision, look_up=compared.look_up):\n",
        new="            if False:\n",
        caught_by="tests/starter/test_diff.py::test_with_a_look_up_it_shows_the_link_that_a_sync_enters",
    ),
    Mutant(
        name="echoes are known by a mark alone",
        file="beteiligte/settle/echo.py",
        old="    if not changed or not changed <= bookkeeping.ALL:\n",
        new="    if bookkeeping.LAST_SYNC in changed:\n        return True\n"
        "    if not changed or not changed <= bookkeeping.ALL:\n",
        caught_by="tests/domain/test_echo.py tests/laws/test_odd_input.py",
    ),
    Mutant(
        name="a delivery's content decides what is looked at",
        file="starter/webhook/deliveries.py",
        old="        elif reason is Reason.UPDATED and isinstance(element, dict) and is_echo(element):\n",
        new='        elif reason is Reason.UPDATED and not {"firstName", "lastName", "titel"} & element.keys():\n',
        caught_by="tests/starter/test_webhook.py::test_a_recorded_echo_is_dropped_and_a_dirty_record_is_not",
    ),
    Mutant(
        name="an outage is told once for each party",
        file="workflows/party/failing.py",
        old="        if not outage and not known:\n",
        new="        if not known:\n",
        caught_by="tests/scenarios/test_outages.py::"
        "test_a_night_without_advoware_ends_with_equal_parties_and_two_messages",
    ),
    Mutant(
        name="a message is lost when a run is continued",
        file="workflows/party/workflow.py",
        old="        await self._outbox.stop()\n",
        new="        await self._outbox.stop()\n        self._memory.outbox.clear()\n",
        caught_by="tests/workflows/test_continue_as_new.py",
    ),
    Mutant(
        name="anybody may deliver",
        file="starter/webhook/intake.py",
        old="if judged is not SignatureVerdict.SIGNED and",
        new="if False and",
        caught_by="tests/starter/test_webhook.py::test_bad_deliveries_get_a_clear_error",
    ),
    Mutant(
        name="a plan is applied whatever it means by now",
        file="workflows/party/plan_hold.py",
        old="        if not self.holds or (self.shows",
        new="        if True or (self.shows",
        caught_by=f"{PLAN}::test_what_changed_since_the_plan_is_named_and_not_written",
    ),
    Mutant(
        name="a plan is held to values whoever holds them",
        file="beteiligte/decide/plan.py",
        old=' and number == str(bet_nr or "")',
        new="",
        caught_by="tests/starter/test_plan_takeover.py::"
        "test_an_equal_party_that_differs_by_now_is_named_and_left_alone",
    ),
    Mutant(
        name="whatever a row's request was answered with is called done",
        file="starter/commands/apply.py",
        old='    if outcome.fingerprint in ("", line.fingerprint) and not elsewhere:\n',
        new="    if True:\n",
        caught_by="tests/starter/test_plan_beside.py::"
        "test_a_row_that_ended_as_something_else_is_named_with_what_was_done",
    ),
    Mutant(
        name="a write-back that starts over forgets what landed",
        file="workflows/party/plan_hold.py",
        old="self.first_written or begun_as or fingerprint",
        new="self.first_written or fingerprint",
        caught_by="tests/starter/test_plan_beside.py::test_a_row_whose_write_back_starts_over_is_done_as_planned",
    ),
    Mutant(
        name="a plan leaves out who moves while it is made",
        file="starter/plan/planning.py",
        old="        for _ in range(1 + FURTHER_PASSES):\n",
        new="        for _ in range(1):\n",
        caught_by="tests/starter/test_plan_moving.py::"
        "test_a_party_that_moves_while_it_is_planned_is_in_the_plan_as_it_is_now",
    ),
    Mutant(
        name="a pause stops nothing",
        file="runtime/control.py",
        old="        if self._paused and await self._look():\n",
        new="        if False:\n",
        caught_by=f"{MODES}::test_a_pause_stops_all_writing_and_resume_catches_up",
    ),
    Mutant(
        name="observe mode writes",
        file="workflows/party/sync.py",
        old="        if self._calls.timing.observe or fetched.espocrm.excluded:\n",
        new="        if fetched.espocrm.excluded:\n",
        caught_by=f"{MODES}::test_observe_mode_decides_and_shows_and_writes_nothing",
    ),
    Mutant(
        name="payloads are kept in clear",
        file="runtime/codec.py",
        old="        payload_codec=codec,\n        # Failures",
        new="        # Failures",
        caught_by="tests/runtime/test_codec.py::test_nothing_of_a_client_stands_in_temporal_s_files",
    ),
    Mutant(
        name="a new key encrypts before everybody knows it",
        file="runtime/key_file.py",
        old="(*kept, key), ring.encrypts if ring else None)",
        new="(key, *kept), key.id)",
        caught_by="tests/runtime/test_codec.py::test_a_new_key_is_known_before_it_is_used",
    ),
    Mutant(
        name="a first key is made over what another has closed",
        file="runtime/first_key.py",
        old="not (closed := _closed_by(temporal))",
        new="not (closed := ())",
        caught_by="tests/runtime/test_first_key.py::test_over_a_state_that_another_key_closed_none_is_made",
    ),
    Mutant(
        name="of the key that closed a run only the id is looked at",
        file="starter/views/checks/keys.py",
        old="    except Unreadable:\n        return False\n",
        new="    except Unreadable:\n        pass\n",
        caught_by="tests/starter/test_doctor.py::test_payloads_under_a_key_that_is_missing_here_are_named",
    ),
    Mutant(
        name="a run that no key here opens is taken for one that does not name the party",
        file="starter/keeping/traces.py",
        old="    return False if all_read else None\n",
        new="    return False\n",
        caught_by="tests/starter/test_forget.py::"
        "test_what_can_be_read_is_erased_and_a_run_that_no_key_here_opens_is_named",
    ),
    Mutant(
        name="of two keys only the ids are compared",
        file="runtime/key_file.py",
        old='if known.get(key := mark.rpartition(":")[0], mark) != mark}',
        new='if not known.get(key := mark.rpartition(":")[0], mark)}',
        caught_by="tests/runtime/test_codec.py::"
        "test_of_two_keys_of_one_id_a_fingerprint_tells_whether_they_are_the_same",
    ),
    Mutant(
        name="a key is used that a worker does not know",
        file="starter/commands/keys.py",
        old="        used = force or not lacking\n",
        new="        used = True\n",
        caught_by="tests/starter/test_keys.py::test_a_key_that_one_worker_lacks_is_not_used_and_nobody_meets_it",
    ),
    Mutant(
        name="who began in clear comes to encrypt a half",
        file="runtime/codec.py",
        old="self._active = self._active and (ring.encrypts or self._active)",
        new="self._active = ring.encrypts or self._active",
        caught_by="tests/runtime/test_codec.py",
    ),
    Mutant(
        name="of backups whatever has the name is removed",
        file="starter/keeping/backups.py",
        old="NAMED.fullmatch(file.name)) and state_file.is_copy(file)",
        new="NAMED.fullmatch(file.name))",
        caught_by="tests/starter/test_backup.py",
    ),
    Mutant(
        name="a party is erased with the create that has no answer",
        file="starter/cli/forget_lines.py",
        old="    if stands is not RecordStanding.GONE and (begun",
        new="    if stands is RecordStanding.UNKNOWN and (begun",
        caught_by="tests/starter/test_forget.py",
    ),
    Mutant(
        name="a party is erased with those whose id begins alike",
        file="starter/keeping/traces.py",
        old="if run.workflow_type != PREVIEW or looks.fullmatch(run.id)",
        new="if True",
        caught_by="tests/starter/test_forget.py",
    ),
    Mutant(
        name="every worker takes the whole rate",
        file="clients/call_limits.py",
        old="_limiter(self._access.calls_per_second / workers)\n",
        new="_limiter(self._access.calls_per_second)\n",
        caught_by="tests/clients/test_limits.py::test_two_workers_keep_one_limit_together",
    ),
    Mutant(
        name="a worker takes more than gets its turn within the rate",
        file="worker/wiring.py",
        old="    return max(FEWEST, int(min((MOST, *served))))\n",
        new="    return MOST\n",
        caught_by="tests/scenarios/test_several_workers.py::test_a_worker_takes_no_more_than_gets_its_turn_in_time",
    ),
    Mutant(
        name="a worker that nobody announced takes a rate of its own",
        file="runtime/workers.py",
        old="        return max(self.expected, self._seen)\n",
        new="        return self.expected\n",
        caught_by="tests/runtime/test_workers.py::test_more_workers_than_set_are_counted",
    ),
    Mutant(
        name="a large delivery that comes again is taken for the same one",
        file="workflows/delivery.py",
        old="        while answered < self._arrived:\n            answered = self._arrived\n",
        new="        while not answered:\n            answered = self._arrived\n",
        caught_by="tests/starter/test_large_deliveries.py",
    ),
    Mutant(
        name="a large delivery that comes again is a second run beside the first",
        file="workflows/client.py",
        old='            id=f"delivery-{reason}-{_hash(party_ids)}",\n',
        new='            id=f"delivery-{reason}-{_hash(party_ids)}-{uuid.uuid4()}",\n',
        caught_by="tests/starter/test_large_deliveries.py",
    ),
    Mutant(
        name="of a large delivery only the first portion is asked for",
        file="workflows/delivery.py",
        old="            for start in range(0, len(order.party_ids), PORTION):\n",
        new="            for start in range(0, min(PORTION, len(order.party_ids)), PORTION):\n",
        caught_by="tests/starter/test_large_deliveries.py",
    ),
    Mutant(
        name="the codec decrypts for any page that can send",
        file="starter/codec_server.py",
        old='        if request.headers.getlist("origin") not in [[page] for page in pages]:\n',
        new="        if False:\n",
        caught_by=f"{CODEC}::test_no_other_page_does",
    ),
    Mutant(
        name="the codec answers by any name that leads to it",
        file="starter/codec_server.py",
        old="allowed_hosts=LOOPBACK",
        new='allowed_hosts=["*"]',
        caught_by=f"{CODEC}::test_a_name_that_was_made_to_lead_here_is_refused",
    ),
    Mutant(
        name="the codec looks at a body's size when all of it is there",
        file="starter/codec_server.py",
        old="                if len(body) + len(chunk) > MAX_BODY:\n",
        new="                if False:\n",
        caught_by=f"{CODEC}::test_a_body_without_end_is_refused_while_it_comes",
    ),
)
