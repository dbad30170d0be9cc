"""Figures as bars, drawn into the page: no script, and a text for whoever does not see them."""

from dataclasses import dataclass

from beteiligte.messages.language import Phrase
from starter.desk.texts import state
from starter.desk.wording import Wording
from starter.views.past_syncs import PastSyncs, Stretch

WIDTH, HEIGHT, BELOW = 320.0, 80.0, 16.0
"""Of a plot, in its own units; below it stands when it begins and ends."""
GAP = 1.0


@dataclass(frozen=True)
class Bar:
    """One stretch of time."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True)
class Plot:
    """One figure over one span."""

    title: str
    told: str
    bars: tuple[Bar, ...]
    highest: str
    begins: str
    ends: str
    names: tuple[str, ...] = ()
    """Of the series, where there are several."""


def plots(past: PastSyncs, span: Phrase, w: Wording) -> list[Plot]:
    """The four figures over one span."""
    seconds = [[one.median or 0 for one in past.stretches]]
    conflicts = [[float(one.conflicts) for one in past.stretches]]
    failed = [[100 * one.failed_ratio for one in past.stretches]]
    systems = sorted({name for one in past.stretches for name in one.calls})
    calls = [[one.calls.get(system, 0) for one in past.stretches] for system in systems]
    names = tuple(w.system(system) for system in systems)
    return [
        _plot(state.DURATION, seconds, past, span, w),
        _plot(state.CONFLICTS, conflicts, past, span, w),
        _plot(state.CALLS, calls or [[0.0] * len(past.stretches)], past, span, w, names),
        _plot(state.FAILED, failed, past, span, w),
    ]


def _plot(
    what: Phrase, series: list[list[float]], past: PastSyncs, span: Phrase, w: Wording, names: tuple[str, ...] = ()
) -> Plot:
    highest = max(value for some in series for value in some)
    last = sum(some[-1] for some in series)
    said = {"what": w.say(what), "span": w.say(span), "highest": number(highest, w), "last": number(last, w)}
    return Plot(
        title=w.say(what),
        told=w.say(state.PLOT, **said),
        bars=tuple(_bars(series, past.stretches, highest, w, names)),
        highest=number(highest, w),
        begins=w.moment(past.stretches[0].begins),
        ends=w.moment(past.stretches[-1].begins + past.of_each),
        names=names,
    )


def _bars(
    series: list[list[float]], stretches: tuple[Stretch, ...], highest: float, w: Wording, names: tuple[str, ...]
) -> list[Bar]:
    """Next to each other within their stretch."""
    step = WIDTH / len(stretches)
    width = (step - GAP) / len(series)
    return [
        Bar(
            x=round(place * step + which * width, 2),
            y=round(HEIGHT - HEIGHT * value / highest, 2),
            width=round(width, 2),
            height=round(HEIGHT * value / highest, 2),
            series=which,
            title=" ".join(
                (*names[which : which + 1], w.say(state.BAR, at=w.moment(at.begins), value=number(value, w)))
            ),
        )
        for which, some in enumerate(series)
        for place, (at, value) in enumerate(zip(stretches, some, strict=True))
        if value
    ]


def number(value: float, w: Wording) -> str:
    """As the language writes it."""
    shown = f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return shown.replace(".", ",") if w.language == "de" else shown
