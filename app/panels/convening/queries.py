"""Reads of children who are to be met about, and of the times that are taken. Nothing is written here."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from app import database
from app.london import add_working_days, day_start, london_date
from app.panels.convening.rules import (
    LONGEST_LOOK,
    Called,
    Convening,
    Due,
    LeftOff,
    Missed,
    Planned,
    convening,
)
from app.panels.selection.queries import triggers_on, triggers_outlined, triggers_told
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel

MOST_LEFT_OFF = 50


async def to_convene(panel: StandingPanel, today: date, now: datetime) -> Convening:
    """Whom the panel's rule calls a meeting for today, with what is planned, missed and left off."""
    outlined = await triggers_outlined(panel, today, now=now)
    terms = await terms_at(panel, today)

    @cache
    def due_on(day: date) -> date:
        return add_working_days(day, terms.timescales.convene)

    days = {child: london_date(at) for child, at in outlined.due.items()}
    since = day_start(today - timedelta(days=getattr(terms.rule, "proposed_days", 90)))
    return convening(
        [Due(child, day, due_on(day)) for child, day in days.items()],
        await planned_meetings(panel.id),
        [Missed(near.child_id, near.reason) for near in outlined.missed],
        await left_off_since(panel.id, since),
    )


async def called_for(
    panel: StandingPanel, children: Collection[int], today: date, now: datetime
) -> dict[int, Called]:
    """What calls for a meeting today about each of these children; nothing of a child whose episodes do not."""
    drafts = await triggers_told(panel, today, children, now=now)
    rows = await database.fetch(
        "SELECT id, started_at FROM episode WHERE id = ANY($1)", [draft.episode_ids[-1] for draft in drafts]
    )
    latest = {row["id"]: row["started_at"] for row in rows}
    return {
        draft.child_id: Called(
            child_id=draft.child_id,
            triggered_on=date.fromisoformat(draft.facts["triggered_on"]),
            due_on=date.fromisoformat(draft.facts["due_on"]),
            reason=draft.reason,
            trigger_episode=int(draft.facts["trigger_episode"]),
            answers_until=latest[draft.episode_ids[-1]],
            missed_triggers=tuple(date.fromisoformat(day) for day in draft.facts["missed_triggers"]),
        )
        for draft in drafts
    }


async def count_to_convene(panel: StandingPanel, today: date, now: datetime) -> tuple[int, int]:
    """How many children `to_convene` has without a meeting, and how many of these are past their date."""
    triggered = await triggers_on(panel, today, now=now)
    met = {meeting.child_id for meeting in await planned_meetings(panel.id)}
    within = (await terms_at(panel, today)).timescales.convene
    days = Counter(london_date(at) for child, at in triggered.items() if child not in met)
    overdue = sum(children for day, children in days.items() if add_working_days(day, within) < today)
    return days.total(), overdue


async def planned_meetings(panel_id: int, child_id: int | None = None) -> list[Planned]:
    """The panel's open meetings about one child each; about this child alone, where one is named."""
    return await database.fetch_as(
        Planned,
        "SELECT id AS meeting_id, child AS child_id, starts_at FROM meeting WHERE panel = $1 AND child IS NOT NULL "
        "AND status IN ('planned', 'agenda-issued') AND ($2::bigint IS NULL OR child = $2) ORDER BY starts_at DESC, id",
        panel_id,
        child_id,
    )


LEFT_OFF = """
    SELECT n.id, n.child AS child_id, n.reason, n.decided_at, p.name AS by
    FROM not_convened n JOIN person p ON p.id = n.decided_by WHERE n.panel = $1 AND n.withdrawn_at IS NULL
"""


async def left_off_since(panel_id: int, since: datetime) -> list[LeftOff]:
    """The triggers that were left off since an instant, the latest first."""
    return await database.fetch_as(
        LeftOff,
        LEFT_OFF + f"AND n.decided_at >= $2 ORDER BY n.decided_at DESC, n.id DESC LIMIT {MOST_LEFT_OFF}",
        panel_id,
        since,
    )


async def left_off_by_id(panel_id: int, left_off_id: int) -> LeftOff | None:
    rows = await database.fetch_as(LeftOff, LEFT_OFF + "AND n.id = $2", panel_id, left_off_id)
    return rows[0] if rows else None


async def times_of(
    panel_id: int, people: Collection[int], today: date, until: date
) -> list[tuple[datetime, int]]:
    """Start and minutes of the meetings that the panel or these people have in this time, the cancelled left out."""
    rows: list[dict[str, Any]] = await database.fetch(
        "SELECT starts_at, CASE WHEN date_only THEN 0 ELSE length_minutes END AS minutes FROM meeting "
        "WHERE status <> 'cancelled' AND starts_at >= $3 AND starts_at < $4 "
        "AND (panel = $1 OR chair = ANY($2) OR minute_taker = ANY($2))",
        panel_id,
        list(people),
        day_start(today),
        day_start(until + timedelta(days=LONGEST_LOOK + 7)),
    )
    return [(row["starts_at"], row["minutes"]) for row in rows]
