"""Reads for the home page: coming meetings, minutes in hand, children away, what waits to be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.clocks.queries import interview_due_in_sql
from app.episodes.clocks.rules import HIGH_RISK_NOTIFICATION_HOURS, STRATEGY_DISCUSSION_HOURS
from app.figures.attention.rules import ChildrenAway
from app.figures.home.rules import MeetingInHand
from app.london import london_date
from app.minutes.timeliness.queries import stamps_of_meetings
from app.panels.contributions.queries import Standing, standing_of
from app.panels.convening.queries import count_to_convene
from app.panels.meetings.queries import meeting_for
from app.panels.terms.queries import standing_panels

MOST_MEETINGS = 8
LOOK_BACK = timedelta(days=180)
INTERVIEWS_LOOK_BACK = timedelta(days=30)
NOT_MARKED_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class ComingMeeting:
    """A meeting that is planned, with how far its agenda has come."""

    id: int
    panel_id: int
    panel_name: str
    starts_at: datetime
    date_only: bool
    place: str
    status: str
    items: int


@dataclass(frozen=True)
class ToConvene:
    """How many children of a panel need a meeting that nobody has planned; `overdue` of them past their date."""

    slug: str
    name: str
    due: int
    overdue: int


async def coming_meetings(who: Identity, now: datetime) -> list[ComingMeeting]:
    """The next meetings that this person may see, and those of the last week that nobody marked as held."""
    return await database.fetch_as(
        ComingMeeting,
        "SELECT m.id, p.id AS panel_id, p.name AS panel_name, m.starts_at, m.date_only, m.place, m.status, "
        "(SELECT count(*) FROM agenda_item i WHERE i.meeting = m.id AND i.status = 'on-agenda') AS items "
        "FROM meeting m JOIN panel p ON p.id = m.panel "
        "WHERE m.status IN ('planned', 'agenda-issued') AND m.starts_at > $1 AND ($2 OR m.panel = ANY($3)) "
        "ORDER BY m.starts_at, m.id LIMIT $4",
        now - NOT_MARKED_LOOK_BACK,
        sees_all(who),
        list(who.seat_panels()),
        MOST_MEETINGS,
    )


async def contributions_asked(who: Identity, meetings: list[ComingMeeting]) -> dict[int, Standing]:
    """How contributions stand for this person, by meeting; of those whose agenda is out."""
    asked = {}
    for meeting in meetings:
        if meeting.status == "agenda-issued":
            asked[meeting.id] = await standing_of(who, await meeting_for(who, meeting.id))
    return asked


async def minutes_in_hand(who: Identity, now: datetime) -> list[MeetingInHand]:
    """Held meetings of the last half year that this person may see and whose minutes are not circulated."""
    held = await stamps_of_meetings(london_date(now - LOOK_BACK), london_date(now) + timedelta(days=1))
    seats = who.seat_panels()
    return [
        MeetingInHand(
            meeting.meeting_id,
            meeting.panel_id,
            meeting.panel_name,
            meeting.held_on,
            meeting.chair,
            meeting.minute_taker,
            meeting.stages(now),
            meeting.returned_on is not None,
        )
        for meeting in held
        if meeting.stamps.circulated_on is None and (sees_all(who) or meeting.panel_id in seats)
    ]


async def meetings_to_convene(who: Identity, now: datetime) -> list[ToConvene]:
    """The panels for one child at a time whose meetings this person plans, with how many are to be convened."""
    found = []
    for panel in await standing_panels():
        if panel.kind.for_one_child and permits(who, Permission.PLAN_MEETING, Scope(frozenset({panel.id}))):
            due, overdue = await count_to_convene(panel, london_date(now), now)
            found.append(ToConvene(panel.slug, panel.name, due, overdue))
    return found


def sees_all(who: Identity) -> bool:
    """Whether this person sees the meetings of every panel by their role."""
    roles_alone = Identity(who.person_id, who.name, who.email, who.agency_id, who.agency_name, who.roles)
    return permits(roles_alone, Permission.SEE_MEETING)


async def children_away(now: datetime) -> ChildrenAway:
    """Counts over missing episodes alone; an end that a statutory table left unknown has no clock."""
    rows = await database.fetch_as(
        ChildrenAway,
        "SELECT count(*) AS open, count(DISTINCT e.child) AS children, "
        "count(*) FILTER (WHERE e.strategy_discussion_at IS NULL AND (e.immediate_concern OR e.started_at < $2)) "
        "  AS no_strategy_discussion, "
        "count(*) FILTER (WHERE e.high_risk_notified_at IS NULL AND e.started_at < $3 "
        "  AND coalesce(e.legal_status, c.legal_status) = 'cla') AS no_notification, "
        "(SELECT count(*) FROM episode r WHERE r.category = 'missing' AND r.merged_into IS NULL "
        f"  AND r.returned_at >= $4 AND {interview_due_in_sql('r')} < $1 AND NOT EXISTS ("
        "    SELECT FROM interview_episode x JOIN interview i ON i.id = x.interview WHERE x.episode = r.id "
        "    AND (i.outcome <> 'pending' OR i.offered_at IS NOT NULL))) AS no_interview_offered "
        "FROM episode e JOIN child c ON c.id = e.child "
        "WHERE e.category = 'missing' AND e.returned_at IS NULL AND e.end_unknown_after IS NULL "
        "AND e.merged_into IS NULL AND e.started_at <= $1",
        now,
        now - timedelta(hours=STRATEGY_DISCUSSION_HOURS),
        now - timedelta(hours=HIGH_RISK_NOTIFICATION_HOURS),
        now - INTERVIEWS_LOOK_BACK,
    )
    return rows[0]


def prepares(who: Identity, meeting: ComingMeeting) -> bool:
    """Whether this person prepares the agenda of the meeting."""
    return permits(who, Permission.PREPARE_AGENDA, Scope(frozenset({meeting.panel_id})))


def takes(who: Identity, meeting: ComingMeeting) -> bool:
    """Whether this person takes the minutes of the meeting."""
    return permits(who, Permission.TAKE_MINUTES, Scope(frozenset({meeting.panel_id})))
