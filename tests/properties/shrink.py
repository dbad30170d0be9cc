"""Makes a failing history as short as it gets: steps, parties, switches go while it still breaks the same promise."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from tests.properties.script import At, OfParty, Outage, Script, Step

Breaks = Callable[[Script], Awaitable[bool]]


async def shrunk(script: Script, breaks: Breaks, *, tries: int = 150) -> Script:
    """The shortest script found that still breaks, after so many plays at most."""
    again = True
    while again:
        again = False
        for smaller in _smaller(script):
            if tries <= 0:
                return script
            tries -= 1
            if await breaks(smaller):
                script, again = smaller, True
                break
    return script


def _smaller(script: Script) -> Iterator[Script]:
    """Scripts with less in them, the greatest leaps first."""
    yield from _fewer_steps(script)
    if len(script.parties) > 1:
        yield from (_without(script, number) for number in range(len(script.parties) - 1, -1, -1))
    yield from _usual_parties(script)
    yield from _plainer(script)
    yield from _shorter_outages(script)


def _fewer_steps(script: Script) -> Iterator[Script]:
    steps, size = script.steps, len(script.steps) // 2
    while size:
        for start in range(0, len(steps), size):
            yield replace(script, steps=steps[:start] + steps[start + size :])
        size //= 2


def _usual_parties(script: Script) -> Iterator[Script]:
    for number, party in enumerate(script.parties):
        if party.begin != "linked":
            parties = list(script.parties)
            parties[number] = replace(party, begin="linked")
            yield replace(script, parties=tuple(parties))


def _plainer(script: Script) -> Iterator[Script]:
    for plainer in (
        replace(script, concurrency=False),
        replace(script, look_up=False),
        replace(script, skip_own=False),
        replace(script, fresh=True),
        replace(script, manual=False),
    ):
        if plainer != script:
            yield plainer


def _shorter_outages(script: Script) -> Iterator[Script]:
    steps = script.steps
    for place, step in enumerate(steps):
        if isinstance(step, Outage) and step.calls > 1:
            yield replace(script, steps=(*steps[:place], replace(step, calls=step.calls // 2), *steps[place + 1 :]))


def _without(script: Script, number: int) -> Script:
    parties = script.parties[:number] + script.parties[number + 1 :]
    steps = tuple(_moved(step, number) for step in script.steps if not _of(step, number))
    return replace(script, parties=parties, steps=steps)


def _of(step: Step, number: int) -> bool:
    return isinstance(step, OfParty) and number in _parties(step)


def _parties(step: OfParty) -> set[int]:
    return {step.party, step.step.party} if isinstance(step, At) and step.step else {step.party}


def _moved(step: Step, number: int) -> Step:
    """The parties behind the one that goes move up."""
    if isinstance(step, At) and step.step:
        step = replace(step, step=_moved(step.step, number))  # type: ignore[arg-type]
    if isinstance(step, OfParty) and step.party > number:
        return replace(step, party=step.party - 1)
    return step
