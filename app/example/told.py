"""Meetings held before the service was there: brought in from the council's lists, with the agendas the rules give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app import database
from app.episodes.places.queries import places_by_name
from app.episodes.rules import folded
from app.example.calendar import CONVENED_A_WEEK, MACE, REPEAT, Sitting
from app.example.files import bring_in
from app.example.held import came
from app.example.log import LogEntry, entries_of, lines_of
from app.example.rules import chance, london
from app.example.stage import Stage
from app.london import add_working_days, day_start, london_date
from app.panels.agenda.preparing import NewItem, item_of_child, item_of_place
from app.panels.selection.queries import proposal_for, proposal_on

ITEM_COLUMNS = (
    "meeting", "kind", "child", "panel_case", "title", "status", "position", "minutes", "reason", "rule_version",
    "episode_ids", "facts", "added_by", "place",
)  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """A meeting as it is stored."""

    id: int
    sitting: Sitting


async def tell_meetings(stage: Stage, told: Sequence[Sitting], now: datetime) -> None:
    """The list of meetings as a file, then agendas, attendance and the action log that belong to it."""
    who = stage.cast.officer.person_id
    await bring_in("meetings", [meeting_row(stage, one, london_date(now)) for one in told], who, now)
    ids = {
        (row["slug"], london_date(row["starts_at"])): row["id"]
        for row in await database.fetch(
            "SELECT m.id, p.slug, m.starts_at FROM meeting m JOIN panel p ON p.id = m.panel WHERE m.child IS NULL"
        )
    }
    log: list[LogEntry] = []
    weeks = sorted({one.day - timedelta(days=one.day.weekday()) for one in told})
    held = [_Told(ids[one.slug, one.day], one) for one in told if not one.cancelled_reason]
    for meeting in held:
        items = await _agenda(stage, meeting)
        log += await entries_of(stage, meeting.sitting, items)
    for monday in weeks:
        alone, entries = await _repeat_meetings(stage, monday, now)
        held += alone
        log += entries
    await _attendance(stage, held)

    lines = lines_of(log)

    async def bring_in_lists(at: datetime) -> None:
        known_on = london_date(at)
        await bring_in("meetings", [meeting_row(stage, one, known_on) for one in told], who, at)
        rows = [line.as_row(number, known_on) for number, line in enumerate(lines, 1)]
        await bring_in("actions", rows, who, at)

    # once more when the late ones have come
    for days in (0, 14, 45):
        stage.diary.at(now + timedelta(days=days), bring_in_lists)


def meeting_row(stage: Stage, sitting: Sitting, known_on: date) -> dict[str, str]:
    """One line of the list of meetings, with the day of each stage its minutes had come to by a day."""
    pace, day = sitting.pace, sitting.day

    def after(count: int | None) -> str:
        on = None if pace is None or count is None else add_working_days(day, count)
        return on.isoformat() if on and on <= known_on else ""

    ahead = 2 if pace and (pace.circulated or 9) < 8 else 1
    return {
        "panel": sitting.slug,
        "held_on": day.isoformat(),
        "cancelled": "yes" if sitting.cancelled_reason else "",
        "agenda_circulated_on": add_working_days(day, -ahead).isoformat() if pace else "",
        "actions_issued_on": after(1 if pace and (pace.draft or 0) < 5 else 3),
        "draft_sent_on": after(pace.draft if pace else None),
        "approved_on": after(pace.approved if pace else None),
        "circulated_on": after(pace.circulated if pace else None),
        "filed_on": after(pace.filed if pace else None),
        "chair": (stage.cast.vice_chair if day.day % 4 == 0 else stage.cast.chair).name,
        "minute_taker": (stage.cast.second_taker if sitting.slug == MACE else stage.cast.taker).name,
    }


async def _agenda(stage: Stage, meeting: _Told) -> list[tuple[int, NewItem]]:
    """What the panel's rule would have listed then, as items; returns them with their ids."""
    panel = stage.cast.panels[meeting.sitting.slug]
    starts_at = meeting.sitting.starts_at
    proposal = await proposal_for(panel, starts_at, now=starts_at, meeting_id=meeting.id)
    minutes = panel.kind.minutes_per_item
    items = [item_of_child(item, proposal, minutes) for item in proposal.items]
    items += [item_of_place(place, proposal, minutes) for place in proposal.places]
    return await _store(meeting.id, items)


async def _store(meeting_id: int, items: Sequence[NewItem]) -> list[tuple[int, NewItem]]:
    places = await places_by_name()
    rows = [
        (*_values(meeting_id, number, item), places.get(folded(item.title)) if item.kind == "place" else None)
        for number, item in enumerate(items, 1)
    ]
    await database.copy_rows("agenda_item", ITEM_COLUMNS, rows)
    stored = await database.fetch(
        "SELECT id FROM agenda_item WHERE meeting = $1 ORDER BY position", meeting_id
    )
    return [(row["id"], item) for row, item in zip(stored, items, strict=True)]


def _values(meeting_id: int, position: int, item: NewItem) -> tuple[Any, ...]:
    return (
        meeting_id, item.kind, item.child_id, item.case_id, item.title, item.status, position, item.minutes,
        item.reason, item.rule_version, list(item.episode_ids), item.facts or {}, item.added_by,
    )  # fmt: skip


async def _repeat_meetings(stage: Stage, monday: date, now: datetime) -> tuple[list[_Told], list[LogEntry]]:
    """Some children of the week, each met about alone; such meetings stood in no list and are entered one by one."""
    cast, luck = stage.cast, chance(f"repeat meetings of {monday}")
    panel = cast.panels[REPEAT]
    held: list[_Told] = []
    log: list[LogEntry] = []
    proposal = await proposal_on(panel, monday, now=day_start(monday))
    for number, proposed in enumerate(proposal.items[:CONVENED_A_WEEK]):
        starts_at = london(add_working_days(monday, 2 + number // 2), 11 + 3 * (number % 2))
        if starts_at > now:
            continue
        trigger = proposed.facts.get("trigger_episode")
        meeting_id = await database.fetch_value(
            "INSERT INTO meeting (panel, starts_at, length_minutes, child, trigger_episode, status, ended_at, "
            "chair, minute_taker, agenda_issued_at) "
            "VALUES ($1, $2, 60, $3, $4, 'held', $5, $6, $7, $8) RETURNING id",
            panel.id,
            starts_at,
            proposed.child_id,
            int(str(trigger)) if trigger else None,
            starts_at + timedelta(minutes=55),
            cast.chair.person_id,
            cast.taker.person_id,
            starts_at - timedelta(days=2),
        )
        told = _Told(meeting_id, Sitting(REPEAT, starts_at, 60))
        held.append(told)
        items = await _store(meeting_id, [item_of_child(proposed, proposal, panel.kind.minutes_per_item)])
        if luck.random() < 0.97:
            await _circulated(meeting_id, starts_at, luck)
        log += await entries_of(stage, told.sitting, items)
    return held, log


async def _circulated(meeting_id: int, starts_at: datetime, luck: Random) -> None:
    day = london_date(starts_at)
    days = (1, 3 + luck.randrange(3), 6 + luck.randrange(3), 8 + luck.randrange(4), 10 + luck.randrange(3))
    await database.execute(
        "INSERT INTO minutes (meeting, status, actions_issued_at, sent_to_chair_at, approved_at, circulated_at, "
        "filed_at) VALUES ($1, 'circulated', $2, $3, $4, $5, $6)",
        meeting_id,
        *(london(add_working_days(day, count), 15) for count in days),
    )


async def _attendance(stage: Stage, held: Sequence[_Told]) -> None:
    kinds = {agency_id: kind for kind, agency_id in stage.cast.agencies.items()}
    rows: list[tuple[Any, ...]] = []
    for meeting in held:
        luck = chance(f"attendance of {meeting.sitting.slug} on {meeting.sitting.starts_at}")
        panel_id = stage.cast.panels[meeting.sitting.slug].id
        for who in stage.cast.people.values():
            seat = next((seat for seat in who.seats if seat.panel_id == panel_id), None)
            if seat is None:
                continue
            status = came(luck, seat.role, kinds[seat.agency_id])
            deputy = "Dee Stepping-Inwell" if status == "deputy" else ""
            rows.append((meeting.id, who.person_id, seat.agency_id, status, deputy))
    await database.copy_rows("attendance", ("meeting", "person", "agency", "status", "deputy_name"), rows)
