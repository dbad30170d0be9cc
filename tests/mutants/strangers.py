"""What strangers and odd answers may do: where the password goes, what is unpacked and read, who holds the service."""

from tests.mutants.mutant import Mutant

ANSWERS = "tests/clients/test_hostile_answers.py"
DOORS = "tests/starter/test_webhook_strangers.py"
DELIVERIES = "tests/starter/test_odd_deliveries.py"

OF_STRANGERS = (
    Mutant(
        name="any address that discovery tells gets the password",
        file="clients/advoware_endpoints.py",
        old="        if why := told_address.refusal(address, plain_http=plain, hosts=self._access.allowed_hosts):\n",
        new='        if why := "" and (plain, told_address):\n',
        caught_by="tests/clients/test_advoware_discovery.py",
    ),
    Mutant(
        name="an address is link-local only in its usual spelling",
        file="clients/told_address.py",
        old="    return [address, *(within for within in inner if within is not None)]\n",
        new="    return [address, *(within for within in inner if within is not None)][:1]\n",
        caught_by="tests/clients/test_told_address.py",
    ),
    Mutant(
        name="an answer is unpacked whole before it is measured",
        file="clients/answer_body.py",
        old="            unpacked = self._inflate.decompress(chunk, most)\n",
        new="            unpacked = self._inflate.decompress(chunk)\n",
        caught_by="tests/clients/test_answer_body.py",
    ),
    Mutant(
        name="half of a packed answer is a whole one",
        file="clients/answer_body.py",
        old="    if content and not unpacked.whole:\n",
        new="    if False:\n",
        caught_by="tests/clients/test_answer_body.py",
    ),
    Mutant(
        name="JSON is taken that no history holds",
        file="clients/answer_json.py",
        old="    _hold(parsed)\n    return parsed\n",
        new="    return parsed\n",
        caught_by=f"{ANSWERS}::test_what_no_history_holds_is_odd",
    ),
    Mutant(
        name="an error of a library has no type",
        file="clients/transport.py",
        old="            except Exception as error:\n",
        new="            except ZeroDivisionError as error:\n",
        caught_by=ANSWERS,
    ),
    Mutant(
        name="a token is sent as it came",
        file="clients/advoware_token.py",
        old="not isinstance(text, str) or not _TOKEN.fullmatch(text):\n",
        new="not isinstance(text, str) or not text:\n",
        caught_by="tests/clients/test_advoware_contract.py",
    ),
    Mutant(
        name="another record of EspoCRM is this party's",
        file="clients/espocrm.py",
        old='    if record.attributes.get("id", party_id) != party_id:\n',
        new="    if False:\n",
        caught_by=ANSWERS,
    ),
    Mutant(
        name="a body is read before it is known who sends it",
        file="starter/webhook/intake.py",
        old="    if not settings.allow_unsigned and (stranger := ",
        new="    if False and (stranger := ",
        caught_by=f"{DOORS}::test_an_unknown_webhook_is_refused_before_its_body",
    ),
    Mutant(
        name="half a header is waited for without end",
        file="starter/webhook/doors.py",
        old="        elif self._late is None:\n",
        new="        elif False:\n",
        caught_by=DOORS,
    ),
    Mutant(
        name="strangers keep a delivery out",
        file="starter/webhook/doors.py",
        old="            next(iter(self.strangers)).cut()\n",
        new="            one.cut()\n",
        caught_by=DOORS,
    ),
    Mutant(
        name="bodies hold as much memory as they like",
        file="starter/webhook/bodies.py",
        old="        if self._taken + more > max(self.settings.max_in_flight, self.settings.max_body):\n",
        new="        if False:\n",
        caught_by=DOORS,
    ),
    Mutant(
        name="an answer names every odd element",
        file="starter/webhook/deliveries.py",
        old="            if odd <= NAMED:\n",
        new="            if True:\n",
        caught_by=DELIVERIES,
    ),
    Mutant(
        name="the deletes of any delivery are one run",
        file="starter/requests.py",
        old="party_ids[start : start + MOST_TOGETHER]",
        new="party_ids",
        caught_by=DELIVERIES,
    ),
    Mutant(
        name="the same trouble is a line of the log each time",
        file="runtime/seldom.py",
        old="        if now - self._said.get(about, -EVERY) < EVERY:\n",
        new="        if False:\n",
        caught_by="tests/runtime/test_seldom.py",
    ),
    Mutant(
        name="only control characters are taken for what steers a terminal",
        file="runtime/streams.py",
        old='STEERING = frozenset({"Cc", "Cf", "Zl", "Zp"})',
        new='STEERING = frozenset({"Cc"})',
        caught_by="tests/runtime/test_streams.py tests/starter/test_hostile_values.py",
    ),
    Mutant(
        name="a JSON document is printed as the library writes it",
        file="starter/cli/report.py",
        old="visible_json(json.dumps(what, indent=2, ensure_ascii=not is_unicode(sys.stdout)))",
        new="json.dumps(what, indent=2, ensure_ascii=not is_unicode(sys.stdout))",
        caught_by="tests/starter/test_hostile_values.py",
    ),
    Mutant(
        name="a narrow table breaks names and moments after ten letters",
        file="starter/cli/column_widths.py",
        old="min(cell_len(word), LONGEST)",
        new="min(cell_len(word), 10)",
        caught_by="tests/starter/test_terminals.py",
    ),
    Mutant(
        name="an error of the system is logged by its type alone",
        file="runtime/logs.py",
        old="if isinstance(error, SyncFault) else _of_the_system(error)",
        new='if isinstance(error, SyncFault) else ""',
        caught_by="tests/runtime/test_telemetry.py",
    ),
    Mutant(
        name="what a process makes is as open as its user's other files",
        file="starter/commands/__init__.py",
        old="    keep_private()\n",
        new="",
        caught_by="tests/starter/test_private_files.py",
    ),
    Mutant(
        name="a webhook may have an empty secret",
        file="runtime/values.py",
        old="BeforeValidator(_json), AfterValidator(_none_empty)]",
        new="BeforeValidator(_json)]",
        caught_by="tests/runtime/test_settings.py::test_a_wrong_value_gets_a_clear_line",
    ),
)
