"""The lines of `status` about edits in Advoware: how late they are seen, or why they are not seen at all."""

from datetime import timedelta

from contracts.reconciliation import Unseen
from starter.cli import report
from starter.schedules import PAUSED_WITH_WRITING
from starter.views.detection import Detection
from starter.views.detection_lag import DetectionMode

LEFT = {
    Unseen.LINKS: "the other links",
    Unseen.DOUBLED: "whether a betNr of theirs is held twice",
    Unseen.ONLY_ADVOWARE: "parties that only Advoware has (it lists nothing in bulk)",
}
NOT_SEEN = "Edits in Advoware are not seen"


def lines(seen: Detection) -> list[str]:
    """For people: how late; what that is known from; and whether seeing is all that sweeps do."""
    said = [_lateness(seen)]
    if seen.detection_lag.how is not DetectionMode.UNSCHEDULED:
        under_way = "".join(f"; under way: {run} (`reconcile watch {run}`)" for run in seen.running)
        said.append(f"Last completed sweep: {report.moment(seen.last_sweep) or 'none known'}{under_way}")
        said += _compared(seen)
    if seen.observed:
        said.append("Observe mode: sweeps only report what they see")
    return said


def _lateness(seen: Detection) -> str:
    late = seen.detection_lag
    match late.how:
        case DetectionMode.UNSCHEDULED:
            return f"{NOT_SEEN}: there is no schedule of sweeps; `beteiligte-sync schedules apply` makes one"
        case DetectionMode.PAUSED:
            remedy = "resume" if seen.note == PAUSED_WITH_WRITING else "schedules resume sweep"
            return f"{NOT_SEEN}: the schedule `sweep` is paused ({seen.note or 'no note'}); `beteiligte-sync {remedy}`"
        case DetectionMode.UNREAD:
            return f"{NOT_SEEN} by sweeps: there is no listing (SWEEP_LISTING), and they may not read (SWEEP_READS=0)"
        case DetectionMode.LISTED:
            return f"An edit in Advoware is seen {_within(late.any_party)}, by its listing"
        case DetectionMode.READ:
            linked = report.counted(seen.linked or 0, "linked party", "linked parties")
            return f"An edit in Advoware is seen {_within(late.any_party)} ({linked}){_recent(seen)}"
        case DetectionMode.UNCOUNTED:
            return f"How late an edit in Advoware is seen is not known until a sweep has counted parties{_recent(seen)}"


def _compared(seen: Detection) -> list[str]:
    """What the last sweep did not look at: else nothing found would read as nothing there."""
    if not seen.not_looked_at:
        return []
    of = f" of {seen.linked}" if seen.linked is not None else ""
    oldest = f"; the oldest comparison of any is of {report.moment(seen.oldest)}" if seen.oldest else ""
    left = ", ".join(LEFT[what] for what in seen.not_looked_at)
    return [f"It compared {seen.compared}{of} linked parties with Advoware{oldest}; not looked at: {left}"]


def _recent(seen: Detection) -> str:
    if seen.detection_lag.recent is None:
        return ""
    return f"; of the {seen.recent_reads} modified last in EspoCRM {_within(seen.detection_lag.recent)}"


def _within(span: timedelta | None) -> str:
    assert span is not None
    minutes = round(span.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    parts = ((days, "d"), (hours, "h"), (minutes % 60, "min"))
    return "within " + (" ".join(f"{number} {unit}" for number, unit in parts if number) or "a minute")
