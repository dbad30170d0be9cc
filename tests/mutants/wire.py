"""What the two systems answer, and what Temporal takes: limits, clocks, refusals, bare answers (rules 1 and 5)."""

from tests.mutants.mutant import Mutant

LARGE = "tests/scenarios/test_large_parties.py"
SWITCHES = "tests/clients/test_espocrm_switches.py"

WIRE = (
    Mutant(
        name="a value of any length is taken",
        file="beteiligte/record/size.py",
        old="    return isinstance(wire, str) and len(wire) >= MAX_TEXT\n",
        new="    return False\n",
        caught_by=f"{LARGE}::test_a_text_too_long_in_espocrm_is_told_and_the_rest_is_synced",
    ),
    Mutant(
        name="what cannot be stored is tried for ever",
        file="runtime/payloads.py",
        old="        if (size := sum(len(payload.data) for payload in payloads)) > MOST:\n",
        new="        if (size := sum(len(payload.data) for payload in payloads)) < 0:\n",
        caught_by="tests/workflows/test_what_cannot_be_stored.py tests/runtime/test_payloads.py",
    ),
    Mutant(
        name="a step that cannot be stored ends the run untold",
        file="workflows/party/workflow.py",
        old="        except (StepFailed, ApplicationError) as failed:\n",
        new="        except StepFailed as failed:\n",
        caught_by="tests/workflows/test_what_cannot_be_stored.py",
    ),
    Mutant(
        name="a namesake is checked for duplicates",
        file="clients/espocrm.py",
        old='SKIP_DUPLICATE_CHECK = {"X-Skip-Duplicate-Check": "true"}\n',
        new="SKIP_DUPLICATE_CHECK: dict[str, str] = {}\n",
        caught_by=SWITCHES,
    ),
    Mutant(
        name="fewer rows than a page are the last",
        file="clients/espocrm.py",
        old="        more = total == -1 or (total != -2 and len(rows) >= asked.max_size)\n",
        new="        more = len(rows) >= 200\n",
        caught_by=SWITCHES,
    ),
    Mutant(
        name="all try at once after a refusal",
        file="clients/circuit_breaker.py",
        old="        if self._trying is None:\n",
        new="        if True:\n",
        caught_by="tests/clients/test_refused_credentials.py",
    ),
    Mutant(
        name="a sweep ends by our clock",
        file="activities/listing.py",
        old="            until=order.until or max(bookkeeping.espo_datetime(at + A_SECOND), newest),\n",
        new="            until=bookkeeping.espo_datetime(now() + A_SECOND),\n",
        caught_by="tests/starter/test_plan_moving.py tests/starter/test_sweep_clocks.py",
    ),
    Mutant(
        name="the answer of a PUT is taken for the whole",
        file="activities/advoware.py",
        old="        return landed if landed.row_id is not None and shown else",
        new="        return landed if True else",
        caught_by="tests/scenarios/test_bare_answers.py",
    ),
)
