"""Promptness as pages and files put it: the rows of the CSV file, the points of the run chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.minutes.promptness.rules import Group, Minuted
from app.minutes.timeliness.rules import STAGE_WORDS, Stage, StageFact
from app.web.documents.spreadsheets import csv_bytes

COLUMNS = (
    *("meeting", "panel", "held_on", "chair", "minute_taker", "ended_on"),
    *(
        f"{stage.value.replace('-', '_')}_{part}"
        for stage in Stage
        for part in ("on", "due_on", "working_days", "in_time")
    ),
    *("late", "waits", "since", "whose_turn", "first_missed", "missed_on", "working_days_late"),
)


def csv_of(meetings: Sequence[Minuted], today: date) -> bytes:
    """A row for each meeting with its stamps, standards and where it waits; spreadsheet formulas made harmless."""
    return csv_bytes(COLUMNS, (_row(meeting, today) for meeting in meetings))


def _row(meeting: Minuted, today: date) -> list[object]:
    late = meeting.late
    cells: list[object] = [
        meeting.meeting_id,
        meeting.panel_name,
        meeting.held_on,
        meeting.chair,
        meeting.minute_taker,
        meeting.stamps.ended_on,
    ]
    for fact in meeting.stages:
        cells += [fact.reached_on, fact.deadline, fact.days, in_time(fact)]
    if late is None:
        return [*cells, "no", *[""] * 6]
    return [
        *cells,
        "yes",
        late.words,
        late.since,
        late.turn.words,
        STAGE_WORDS[late.missed],
        late.due_on,
        late.days_late(today),
    ]


def in_time(fact: StageFact) -> str:
    """`yes`, `no`, or `not due` while it is unfinished and its day has not ended."""
    if fact.within_standard:
        return "yes"
    return "no" if fact.is_late else "not due"


@dataclass(frozen=True)
class Point:
    """One month of the run chart: the median of working days to circulation, None for a month without meetings."""

    label: str
    long_label: str
    value: int | None


def points(months: Sequence[Group]) -> list[Point]:
    return [
        Point(f"{date.fromisoformat(group.key + '-01'):%b %y}", group.label, group.headline.median_days)
        for group in months
    ]
