"""What is seen from outside: figures that tell the truth, lines of the log that are one."""

from tests.mutants.mutant import Mutant

FIGURES = "tests/runtime/test_telemetry.py"

OF_SEEING = (
    Mutant(
        name="what an earlier run left open counts as settled within a moment",
        file="workflows/metrics.py",
        old="        self._older |= not self._differed and found in LEFT_BEFORE\n",
        new="",
        caught_by=FIGURES,
    ),
    Mutant(
        name="a difference counts from the moment at which its system works again",
        file="workflows/metrics.py",
        old="        self._older |= request.reason in RECOVERED\n",
        new="",
        caught_by=FIGURES,
    ),
    Mutant(
        name="trouble that is over stays a figure for ever",
        file="starter/gauges.py",
        old="    return none | met\n",
        new="    return met if none else met\n",
        caught_by=FIGURES,
    ),
    Mutant(
        name="a restart of the webhook service looks like a silence of EspoCRM",
        file="starter/webhook/received.py",
        old="        for kind, of_it in self._received.kinds.items():\n            _measure_last(kind, of_it)\n",
        new="",
        caught_by=FIGURES,
    ),
    Mutant(
        name="nobody counts attempts that failed",
        file="activities/boundary.py",
        old="        _count(fault)\n",
        new="",
        caught_by=FIGURES,
    ),
    Mutant(
        name="an escape in a line of the log reaches whoever reads the file",
        file="runtime/log_lines.py",
        old="        return visible_json(json.dumps(line, ensure_ascii=False))\n",
        new="        return json.dumps(line, ensure_ascii=False) if visible_json else ''\n",
        caught_by="tests/runtime/test_log_lines.py",
    ),
    Mutant(
        name="a look at a party stays in Temporal as a run",
        file="starter/views/previews.py",
        old="        await runs.delete(requests.client, handle.id)\n",
        new="        assert runs\n",
        caught_by="tests/starter/test_diff.py",
    ),
    Mutant(
        name="of a run that hangs the error's text is logged",
        file="runtime/telemetry.py",
        old="append_log_fields_to_message=False)",
        new="append_log_fields_to_message=True)",
        caught_by="tests/runtime/test_log_lines.py",
    ),
)
