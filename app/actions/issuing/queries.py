"""Reads for issuing an action: the item, the people, posts and agencies that may be given one, the meeting after."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, Role
from app.actions.holding.queries import SPEAKING
from app.actions.issuing.rules import AgencyFacts, ItemFacts, OwnerFacts, PostFacts
from app.lifecycle import Invisible
from app.london import london_date
from app.panels.meetings.queries import meeting_for
from app.panels.restricting.queries import require_seen_item, seer, sees_item


@dataclass(frozen=True)
class ItemShown:
    """The item as the page names it."""

    id: int
    meeting_id: int
    panel_id: int
    panel_name: str
    panel_slug: str
    meeting_at: datetime
    meeting_status: str
    child_id: int | None
    child_name: str
    title: str
    kind: str
    status: str
    restricted: bool

    @property
    def name(self) -> str:
        return self.child_name or self.title

    @property
    def facts(self) -> ItemFacts:
        return ItemFacts(
            id=self.id,
            meeting_id=self.meeting_id,
            meeting_status=self.meeting_status,
            meeting_on=london_date(self.meeting_at),
            panel_id=self.panel_id,
            child_id=self.child_id,
            status=self.status,
        )


@dataclass(frozen=True)
class ChildChoice:
    id: int
    name: str


OWNER = """
SELECT p.id, p.name, p.email, p.agency AS agency_id, g.name AS agency_name, p.disabled_at IS NOT NULL AS disabled,
    EXISTS (SELECT FROM seat s WHERE s.panel = $1 AND s.person = p.id AND s.ended_at IS NULL) AS on_panel
FROM person p JOIN agency g ON g.id = p.agency
"""
POST = """
SELECT t.id, t.name, t.agency AS agency_id, g.name AS agency_name, coalesce(h.name, '') AS holder_name,
    coalesce(c.name, '') AS cover_name
FROM post t JOIN agency g ON g.id = t.agency AND g.active
LEFT JOIN person h ON h.id = t.holder AND h.disabled_at IS NULL
LEFT JOIN person c ON c.id = t.cover AND c.disabled_at IS NULL
WHERE t.ended_at IS NULL
"""
AGENCY = f"""
SELECT g.id, g.name,
    EXISTS (SELECT FROM seat s JOIN person p ON p.id = s.person AND p.disabled_at IS NULL WHERE s.panel = $1
        AND s.agency = g.id AND s.ended_at IS NULL AND s.role IN ({SPEAKING}))
    OR EXISTS (SELECT FROM person l WHERE l.agency = g.id AND l.disabled_at IS NULL
        AND '{Role.AGENCY_LEAD}' = ANY(l.roles)) AS heard
FROM agency g WHERE g.active
"""


async def item_for(
    who: Identity, meeting_id: int, item_id: int, doing: Permission = Permission.SEE_MEETING
) -> ItemShown:
    """The item of this meeting, if this person may know of it (else Invisible) and may do this (else Forbidden)."""
    meeting = await meeting_for(who, meeting_id, doing)
    rows = await database.fetch(
        "SELECT i.id, i.child AS child_id, coalesce(nullif(c.name, ''), c.child_ref, '') AS child_name, i.title, "
        "i.kind, i.status, i.restricted FROM agenda_item i LEFT JOIN child c ON c.id = i.child "
        "WHERE i.id = $1 AND i.meeting = $2",
        item_id,
        meeting_id,
    )
    if not rows:
        raise Invisible
    await require_seen_item(who, item_id)
    return ItemShown(
        meeting_id=meeting.id,
        panel_id=meeting.panel_id,
        panel_name=meeting.panel_name,
        panel_slug=meeting.panel_slug,
        meeting_at=meeting.starts_at,
        meeting_status=meeting.status,
        **rows[0],
    )


async def next_meeting_on(item: ItemShown, now: datetime) -> date | None:
    """The day of the panel's next meeting that is planned, after this one and after now; None where none is.

    Of meetings that are held for one child alone, only those about the item's own child.
    """
    starts_at: datetime | None = await database.fetch_value(
        "SELECT starts_at FROM meeting WHERE panel = $1 AND status IN ('planned', 'agenda-issued') "
        "AND starts_at > greatest($2::timestamptz, $3::timestamptz) AND (child IS NULL OR child = $4) "
        "AND id <> $5 ORDER BY starts_at, id LIMIT 1",
        item.panel_id,
        item.meeting_at,
        now,
        item.child_id,
        item.meeting_id,
    )
    return london_date(starts_at) if starts_at else None


async def owners_to_choose(panel_id: int) -> list[OwnerFacts]:
    """Everybody who can sign in: those with a seat on the panel first."""
    return await database.fetch_as(
        OwnerFacts, f"{OWNER} WHERE p.disabled_at IS NULL ORDER BY on_panel DESC, p.name, p.id", panel_id
    )


async def owner_of(panel_id: int, person_id: int) -> OwnerFacts | None:
    rows = await database.fetch_as(OwnerFacts, f"{OWNER} WHERE p.id = $2", panel_id, person_id)
    return rows[0] if rows else None


async def posts_to_choose() -> list[PostFacts]:
    """Every post of an agency that has not ended."""
    return await database.fetch_as(PostFacts, f"{POST} ORDER BY g.name, t.name, t.id")


async def post_of(post_id: int) -> PostFacts | None:
    rows = await database.fetch_as(PostFacts, f"{POST} AND t.id = $1", post_id)
    return rows[0] if rows else None


async def agencies_to_choose(panel_id: int) -> list[AgencyFacts]:
    return await database.fetch_as(AgencyFacts, f"{AGENCY} ORDER BY g.name", panel_id)


async def agency_of(panel_id: int, agency_id: int) -> AgencyFacts | None:
    rows = await database.fetch_as(AgencyFacts, f"{AGENCY} AND g.id = $2", panel_id, agency_id)
    return rows[0] if rows else None


async def children_to_choose(who: Identity, item: ItemShown) -> list[ChildChoice]:
    """The children on this agenda that this person may see, for an action under an item that is about no child."""
    if item.child_id is not None:
        return []
    return await database.fetch_as(
        ChildChoice,
        "SELECT DISTINCT c.id, coalesce(nullif(c.name, ''), c.child_ref) AS name FROM agenda_item i "
        "JOIN meeting m ON m.id = i.meeting JOIN child c ON c.id = i.child "
        f"WHERE i.meeting = $1 AND i.status = 'on-agenda' AND {sees_item(2)} ORDER BY name, c.id",
        item.meeting_id,
        *seer(who),
    )
