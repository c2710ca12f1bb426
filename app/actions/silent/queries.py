"""Reads what agencies owe the panels that somebody answers for. Contributions are read by the panels' own queries."""

from collections.abc import Sequence
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import OPEN_SQL, not_hidden
from app.actions.silent.rules import (
    Owed,
    PanelSilence,
    contributions_are_due,
    last_day_to_have_acknowledged,
    silences,
)
from app.panels.contributions.queries import agencies_asked, contributions_to, items_asked_about
from app.panels.contributions.rules import Progress, progress_of
from app.panels.contributions.words import nobody_seated_for
from app.panels.meetings.queries import MEETING
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer
from app.panels.restricting.rules import may_see_item
from app.panels.standing.rules import scope_of
from app.panels.terms.queries import standing_panels, terms_at
from app.panels.terms.rules import StandingPanel

LOOKED_AT = """
    SELECT coalesce(
        (SELECT id FROM meeting m WHERE m.panel = wanted.panel AND m.status = 'agenda-issued' AND m.starts_at >= $2
            ORDER BY starts_at, id LIMIT 1),
        (SELECT id FROM meeting m WHERE m.panel = wanted.panel AND m.status IN ('agenda-issued', 'held')
            AND m.starts_at < $2 ORDER BY starts_at DESC, id DESC LIMIT 1))
    FROM unnest($1::bigint[]) AS wanted(panel)
"""
OWED = f"""
    SELECT o.*, g.name AS agency_name, g.kind AS agency_kind FROM (
        SELECT a.panel AS panel_id, a.agency AS agency_id,
            count(*) FILTER (WHERE a.status = 'issued' AND a.issued_on <= wanted.issued_to) AS unacknowledged,
            count(*) FILTER (WHERE a.due_on < $3) AS overdue
        FROM unnest($1::bigint[], $2::date[]) AS wanted(panel, issued_to) JOIN action a ON a.panel = wanted.panel
        WHERE a.{OPEN_SQL} AND {not_hidden(4)} GROUP BY a.panel, a.agency
    ) o JOIN agency g ON g.id = o.agency_id WHERE o.unacknowledged > 0 OR o.overdue > 0
"""


async def panels_answered_for(who: Identity) -> list[StandingPanel]:
    """The panels whose silent agencies this person sees: the living ones."""
    return [
        panel
        for panel in await standing_panels()
        if panel.active and permits(who, Permission.SEE_SILENT_AGENCIES, scope_of(panel.id))
    ]


async def silence_on(
    who: Identity, panels: Sequence[StandingPanel], now: datetime, today: date
) -> list[PanelSilence]:
    """How the agencies stand with each of these panels, as far as this person may know."""
    terms = {panel.id: await terms_at(panel, today) for panel in panels}
    issued_to = {
        panel.id: last_day_to_have_acknowledged(today, terms[panel.id].timescales.acknowledged)
        for panel in panels
    }
    owed = await _owed(who, issued_to, today)
    meetings = await _looked_at(panels, now)
    items = await items_asked_about([meeting.id for meeting in meetings.values()])
    found = []
    for panel in panels:
        meeting = meetings.get(panel.id)
        holding = terms[panel.id]
        progress: list[Progress] = []
        nobody: list[str] = []
        if meeting:
            holding = await terms_at(panel, meeting.on)
            seen = [item for item in items[meeting.id] if may_see_item(who, panel.id, item)]
            agencies = await agencies_asked(meeting, holding.required_agencies)
            progress = progress_of(agencies, seen, await contributions_to(meeting, seen))
            nobody = nobody_seated_for(agencies, holding.required_agencies)
        these = [one for one in owed if one.panel_id == panel.id]
        found.append(
            PanelSilence(
                panel=panel,
                meeting=meeting,
                within=terms[panel.id].timescales.acknowledged,
                issued_to=issued_to[panel.id],
                agencies=silences(
                    progress,
                    these,
                    holding.required_agencies,
                    meeting is not None and contributions_are_due(meeting, now),
                ),
                nobody=tuple(nobody),
            )
        )
    return found


async def _owed(who: Identity, issued_to: dict[int, date], today: date) -> list[Owed]:
    return await database.fetch_as(Owed, OWED, list(issued_to), list(issued_to.values()), today, *seer(who))


async def _looked_at(panels: Sequence[StandingPanel], now: datetime) -> dict[int, MeetingFacts]:
    """Of each panel the next meeting whose agenda is issued, else the last one that had its day."""
    found = await database.fetch_as(
        MeetingFacts, MEETING + f"WHERE m.id IN ({LOOKED_AT})", [panel.id for panel in panels], now
    )
    return {meeting.panel_id: meeting for meeting in found}
