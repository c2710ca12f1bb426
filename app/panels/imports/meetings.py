"""The file of meetings: which were held or cancelled, and when their minutes reached each stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from app import database
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.rules import day, text, yes_or_no
from app.episodes.imports.staging import keep_last, stage
from app.london import day_start, london_date
from app.panels.handed_in import MinuteStamps, handed_in
from app.panels.imports.naming import NamedPanels, named_panels, named_people

STAGES = {
    "actions_issued_on": "actions_issued_at",
    "draft_sent_on": "sent_to_chair_at",
    "approved_on": "approved_at",
    "circulated_on": "circulated_at",
    "filed_on": "filed_at",
}
NOT_HELD = "This meeting was cancelled, so nothing of it can have been sent or filed."
CANCELLED = "Cancelled, as a file of past meetings tells."


def is_possible_meeting(row: Row, now: datetime) -> tuple[str, str] | None:
    today = london_date(now)
    if row["held_on"] > today and not row["cancelled"]:
        return "held_on", "This date lies in the future. Plan the meeting on the panel’s page."
    for name in STAGES:
        if row[name] and row["cancelled"]:
            return name, NOT_HELD
        if row[name] and row[name] < row["held_on"]:
            return name, "This is before the meeting was held."
    for name in ("agenda_circulated_on", *STAGES):
        if row[name] and row[name] > today:
            return name, "This date lies in the future."
    return None


@dataclass(frozen=True)
class LoggedMeeting:
    """A meeting as a log tells it. `id` is 0 for one that is not stored."""

    id: int
    panel: int
    starts_at: datetime
    date_only: bool
    status: str
    cancelled_reason: str = ""
    agenda_issued_at: datetime | None = None
    ended_at: datetime | None = None
    chair: int | None = None
    minute_taker: int | None = None
    chair_name: str = ""
    minute_taker_name: str = ""


STORED = """
    SELECT DISTINCT ON (m.panel, wanted.day) m.id, m.panel, m.starts_at, m.date_only, m.status, m.cancelled_reason,
           m.agenda_issued_at, m.ended_at, m.chair, m.minute_taker, m.chair_name, m.minute_taker_name
    FROM unnest($1::bigint[], $2::date[]) AS wanted(panel, day)
    JOIN meeting m ON m.panel = wanted.panel AND m.child IS NULL
     AND m.starts_at >= wanted.day::timestamp AT TIME ZONE 'Europe/London'
     AND m.starts_at < (wanted.day + 1)::timestamp AT TIME ZONE 'Europe/London'
    ORDER BY m.panel, wanted.day, m.status = 'cancelled', m.starts_at, m.id
"""

CHANGING = (
    "status",
    "cancelled_reason",
    "agenda_issued_at",
    "ended_at",
    "chair",
    "minute_taker",
    "chair_name",
    "minute_taker_name",
)
TYPES = {
    "id": "bigint",
    "panel": "bigint",
    "starts_at": "timestamptz",
    "date_only": "boolean",
    "status": "text",
    "cancelled_reason": "text",
    "agenda_issued_at": "timestamptz",
    "ended_at": "timestamptz",
    "chair": "bigint",
    "minute_taker": "bigint",
    "chair_name": "text",
    "minute_taker_name": "text",
}


async def import_meetings(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds and updates meetings by panel and London day, and hands their stamps to the minutes' room.

    A meeting that is planned or was held here keeps its time; those of a file have none.
    """
    panels, people = await named_panels(), await named_people()
    rejected = [row.problem("panel", panels.unknown) for row in rows if panels.id_of(row["panel"]) is None]
    good = [row for row in rows if panels.id_of(row["panel"]) is not None]
    kept, warnings = keep_last(good, lambda row: _key(row, panels), "held_on")
    stored = await _stored([_key(row, panels) for row in kept])
    logged: list[tuple[Row, LoggedMeeting]] = []
    for row in kept:
        known = stored.get(_key(row, panels))
        if known is not None and known.status == "held" and row["cancelled"]:
            rejected.append(
                row.problem("cancelled", "This meeting was held, so it can’t have been cancelled.")
            )
            continue
        logged.append((row, _logged(row, _key(row, panels), known, people, context)))
        warnings.extend(_doubts(row))
    added = {row.number for row, meeting in logged if meeting.id == 0}
    updated = {row.number for row, meeting in logged if meeting.id and meeting != stored[_key(row, panels)]}
    await _write([meeting for row, meeting in logged if row.number in added | updated])
    ids = await _stored([_key(row, panels) for row, _ in logged])
    stamped = await handed_in.record_stamps(
        [
            _stamps(row, ids[_key(row, panels)].id, context)
            for row, meeting in logged
            if meeting.status == "held"
        ],
        context.now,
    )
    updated |= {row.number for row, _ in logged if ids[_key(row, panels)].id in stamped} - added
    return Outcome(len(added), len(updated), rejected, warnings)


def _key(row: Row, panels: NamedPanels) -> tuple[int, date]:
    panel = panels.id_of(row["panel"])
    assert panel is not None
    return panel, row["held_on"]


async def _stored(keys: Sequence[tuple[int, date]]) -> dict[tuple[int, date], LoggedMeeting]:
    """The panel's meeting of each day: the first that was not cancelled, else the cancelled one."""
    found = await database.fetch_as(LoggedMeeting, STORED, [key[0] for key in keys], [key[1] for key in keys])
    return {(meeting.panel, london_date(meeting.starts_at)): meeting for meeting in found}


def _logged(
    row: Row,
    key: tuple[int, date],
    known: LoggedMeeting | None,
    people: dict[str, int],
    context: ImportContext,
) -> LoggedMeeting:
    midnight = day_start(key[1])
    meeting = known or LoggedMeeting(0, key[0], midnight, True, "")
    if row["cancelled"]:
        meeting = replace(meeting, status="cancelled", cancelled_reason=meeting.cancelled_reason or CANCELLED)
    else:
        meeting = replace(
            meeting, status="held", cancelled_reason="", ended_at=meeting.ended_at or meeting.starts_at
        )
    if "agenda_circulated_on" in context.columns and not _same_day(
        meeting.agenda_issued_at, row["agenda_circulated_on"]
    ):
        issued_on = row["agenda_circulated_on"]
        meeting = replace(meeting, agenda_issued_at=day_start(issued_on) if issued_on else None)
    for name in ("chair", "minute_taker"):
        if name in context.columns and (row[name] or meeting.date_only):
            named = row[name] or ""
            person = people.get(named.casefold())
            words: dict[str, Any] = {name: person, f"{name}_name": "" if person else named}
            meeting = replace(meeting, **words)
    return meeting


def _same_day(instant: datetime | None, told: date | None) -> bool:
    """A stamp with its time of day stays where the file tells the same day."""
    return instant is not None and told is not None and london_date(instant) == told


def _doubts(row: Row) -> list[Problem]:
    found = []
    if row["agenda_circulated_on"] and row["agenda_circulated_on"] > row["held_on"]:
        found.append(row.problem("agenda_circulated_on", "The agenda was circulated after the meeting."))
    steps = [name for name in ("draft_sent_on", "approved_on", "circulated_on", "filed_on") if row[name]]
    for earlier, later in pairwise(steps):
        if row[later] < row[earlier]:
            found.append(row.problem(later, f"This is before {earlier}."))
    return found


async def _write(meetings: Sequence[LoggedMeeting]) -> None:
    if not meetings:
        return
    await stage("staged_meeting", TYPES, [tuple(getattr(m, name) for name in TYPES) for m in meetings])
    await database.execute(
        f"UPDATE meeting t SET {', '.join(f'{name} = s.{name}' for name in CHANGING)}, version = t.version + 1 "
        "FROM staged_meeting s WHERE s.id = t.id"
    )
    names = ", ".join(name for name in TYPES if name != "id")
    await database.execute(f"INSERT INTO meeting ({names}) SELECT {names} FROM staged_meeting WHERE id = 0")


def _stamps(row: Row, meeting_id: int, context: ImportContext) -> MinuteStamps:
    told = {at: day_start(row[on]) if row[on] else None for on, at in STAGES.items()}
    columns = frozenset(at for on, at in STAGES.items() if on in context.columns)
    return MinuteStamps(meeting_id, columns=columns, **told)


MEETINGS = ImportKind(
    slug="meetings",
    label="Meetings",
    columns=(
        Column("panel", text, required=True),
        Column("held_on", day, required=True),
        Column("cancelled", yes_or_no),
        Column("agenda_circulated_on", day),
        *(Column(name, day) for name in STAGES),
        Column("chair", text),
        Column("minute_taker", text),
    ),
    check=is_possible_meeting,
    apply=import_meetings,
)
