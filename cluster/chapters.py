"""What is shown on the cluster beside the demo's chapters: how it is set up, swept, asked and looked into."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

from cluster import asking, questions
from cluster.engine import run_temporal
from cluster.measuring import dashboard
from cluster.playing import ClusterPlay
from cluster.questions import Asker
from contracts import visibility
from demo.night import held_by_both
from starter.cli.exits import Exit

SWEPT_WITHIN = 90
SEEN_WITHIN = 30
"""Seconds for Prometheus to have looked at everything twice."""


async def set_up(play: ClusterPlay) -> None:
    """A Temporal that knows nothing of the program yet: doctor says what is missing, and it is made"""
    stage = play.stage
    name = stage.program.temporal.namespace
    remedy = f"temporal operator namespace create --namespace {name} --retention 30d"
    await play.command_ends(("doctor",), Exit.BROKEN, says=(f"none of the name {name}", remedy))
    await play.command_ends(("worker",), Exit.NO_TEMPORAL, says=(remedy,))
    play.happens(f"$ {remedy}")
    await run_temporal(stage.program.temporal, *remedy.split()[1:])
    await stage.prepare()  # what a deployment does at each start: nothing changes by it
    play.happens("Two workers, the webhook service, the codec and the desk are started.")
    await stage.start_program()
    await stage.start_prometheus()
    there = await _search_attributes(play)
    lacking = [each for each in visibility.ALL if there.get(each) != IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]
    play.holds("the worker made the search attributes", not lacking, f"missing: {', '.join(lacking)}")


async def _search_attributes(play: ClusterPlay) -> dict[str, int]:
    client = play.stage.client
    request = ListSearchAttributesRequest(namespace=client.namespace)
    answer = await client.operator_service.list_search_attributes(request)
    return {name: int(kind) for name, kind in answer.custom_attributes.items()}


async def swept(play: ClusterPlay) -> None:
    """Schedules: a sweep finds what no webhook told of, on both sides"""
    world = play.stage.world
    await play.command_ends(("schedules", "apply"), Exit.DONE)
    await play.swept(SWEPT_WITHIN)  # the first one has nothing to go by, and reads everything
    silent, edited = (held_by_both(world, play.stage.night * 10 + number) for number in range(2))
    play.happens("A script changes a record in EspoCRM without an event; somebody edits a party in Advoware.")
    world.espocrm.import_silently(silent, titel="Dr.")
    world.advoware.edit(play.bet_nr(edited), zusatz="c/o Kanzlei")
    await play.swept(SWEPT_WITHIN)
    await play.quiet(SWEPT_WITHIN)
    play.holds("what was changed silently in EspoCRM is in Advoware", play.in_advoware(silent)["titel"] == "Dr.")
    play.holds("what was edited in Advoware is in EspoCRM", play.in_espocrm(edited)["zusatz"] == "c/o Kanzlei")


async def commanded(play: ClusterPlay) -> None:
    """Every command that asks Temporal answers as it does on one machine"""
    party = _well(play)[0]
    await play.command_ends(("status",), Exit.DONE, Exit.PERSON_DECIDES)
    await play.command_ends(("status", party), Exit.DONE)
    await play.command_ends(("sync", party), Exit.DONE)
    await play.command_ends(("diff", party), Exit.DONE)
    await play.command_ends(("conflicts",), Exit.DONE, Exit.PERSON_DECIDES)
    await play.command_ends(("history", party), Exit.DONE)
    await play.command_ends(("explain", party), Exit.DONE)
    await play.command_ends(("retry-failed",), Exit.DONE)
    await play.command_ends(("reconcile", "run"), Exit.DONE)
    await play.command_ends(("schedules", "list"), Exit.DONE)
    await play.command_ends(("pause", "--note", "a kill"), Exit.DONE)
    await play.command_ends(("resume",), Exit.DONE)
    await play.command_ends(("keys", "add"), Exit.DONE)
    await play.command_ends_in_time(("keys", "use", "key-2"), Exit.DONE)  # workers follow their file within seconds
    await play.command_ends(("schedules", "apply"), Exit.DONE)
    await play.command_ends(("sync", party), Exit.DONE)
    await play.command_ends(("keys", "list"), Exit.DONE, says=("key-2",))
    await play.command_ends(("replay", "--all"), Exit.DONE, says=("fit today's code",))
    await play.command_ends(("backup", "state.db"), Exit.SETTINGS, says=("Temporal runs elsewhere",))
    await play.command_ends(("doctor", "--quiet"), Exit.DONE)
    await _forgotten(play)


async def _forgotten(play: ClusterPlay) -> None:
    """A party that is deleted in both systems leaves nothing behind."""
    world = play.stage.world
    party = await play.party("Ørjan", "Vergessen")
    bet_nr = play.bet_nr(party)
    play.happens("Ørjan Vergessen is deleted in both systems, and what the program keeps of him is erased.")
    world.espocrm.delete(party)
    world.advoware.remove(bet_nr)
    await play.quiet(SWEPT_WITHIN)
    await play.command_ends(("forget", party, "--yes"), Exit.DONE)
    await play.command_ends(("history", party), Exit.UNKNOWN)


async def asked(play: ClusterPlay) -> None:
    """Every question that the program asks of visibility, against PostgreSQL"""
    stage = play.stage
    party, another = _well(play)[:2]
    asker = Asker(stage.client, stage.program.temporal, party, play.bet_nr(party), another)
    with asking.written_down() as heard:
        await asker.all()
    silent = asking.silent(heard)
    play.holds(
        f"all {len(asking.places())} places in the source that ask have asked", not silent, ", ".join(map(str, silent))
    )
    answers = await questions.answered(stage.client, heard)
    for wrong in (answer for answer in answers if answer.problem):
        play.holds(wrong.query, False, wrong.problem)
    some = sum(answer.found > 0 for answer in answers)
    well = sum(not answer.problem for answer in answers)
    play.holds(
        f"{well} of {len(answers)} queries find what is so, in the order that is meant; {some} find any",
        well == len(answers),
    )


async def measured(play: ClusterPlay) -> None:
    """Prometheus: everything is scraped, every query of the dashboard answers, no rule is in error"""
    prometheus = play.stage.prometheus
    if prometheus is None:
        play.sees("Not looked at: Prometheus is not installed (apt-get install prometheus).")
        return
    up = await play.eventually(prometheus.targets_up, lambda up: bool(up) and all(up.values()), SEEN_WITHIN)
    play.holds(f"{len(up)} processes are scraped", all(up.values()), str(up))
    found = [(title, await prometheus.series(query)) for title, query in dashboard()]
    refused = sorted({title for title, series in found if series is None})
    play.holds(f"{len(found)} queries of the dashboard are answered", not refused, ", ".join(refused))
    empty = sorted({title for title, series in found if not series} - {title for title, series in found if series})
    shown = len({title for title, _ in found}) - len(empty)
    play.holds(f"{shown} panels show something; empty: {', '.join(empty) or 'none'}", shown > len(empty))
    rules = await prometheus.rules()
    wrong = {name: why for name, why in rules.items() if why}
    play.holds(f"{len(rules)} alerts are evaluated, none is in error", bool(rules) and not wrong, str(wrong))


def _well(play: ClusterPlay) -> list[str]:
    """Parties that stand well in both systems."""
    records = play.stage.world.espocrm.records
    return [party for party, record in records.items() if record["syncStatus"] == "clean"]
