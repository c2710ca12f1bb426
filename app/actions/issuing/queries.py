"""Reads for issuing an action: the item, and the people and agencies that may be given one."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.actions.issuing.rules import ItemFacts, OwnerFacts
from app.lifecycle import Invisible
from app.london import london_date
from app.panels.meetings.queries import meeting_for
from app.panels.restricting.queries import require_seen_item


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
class AgencyChoice:
    id: int
    name: str


OWNER = """
SELECT p.id, p.name, p.email, p.agency AS agency_id, g.name AS agency_name, p.disabled_at IS NOT NULL AS disabled,
    EXISTS (SELECT FROM seat s WHERE s.panel = $1 AND s.person = p.id AND s.ended_at IS NULL) AS on_panel
FROM person p JOIN agency g ON g.id = p.agency
"""


async def item_for(
    who: Identity, meeting_id: int, item_id: int, doing: Permission = Permission.SEE_MEETING
) -> ItemShown:
    """The item of this meeting, if this person may know of it (else Invisible) and may do this (else Forbidden)."""
    meeting = await meeting_for(who, meeting_id, doing)
    rows = await database.fetch(
        "SELECT i.id, i.child AS child_id, coalesce(nullif(c.name, ''), c.child_ref, '') AS child_name, i.title, "
        "i.kind, i.status FROM agenda_item i LEFT JOIN child c ON c.id = i.child WHERE i.id = $1 AND i.meeting = $2",
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


async def owners_to_choose(panel_id: int) -> list[OwnerFacts]:
    """Everybody who can sign in: those with a seat on the panel first."""
    return await database.fetch_as(
        OwnerFacts, f"{OWNER} WHERE p.disabled_at IS NULL ORDER BY on_panel DESC, p.name, p.id", panel_id
    )


async def owner_of(panel_id: int, person_id: int) -> OwnerFacts | None:
    rows = await database.fetch_as(OwnerFacts, f"{OWNER} WHERE p.id = $2", panel_id, person_id)
    return rows[0] if rows else None


async def agencies_to_choose() -> list[AgencyChoice]:
    return await database.fetch_as(AgencyChoice, "SELECT id, name FROM agency WHERE active ORDER BY name")


async def people_to_tell(panel_id: int, agency_id: int) -> list[tuple[int, str]]:
    """Id and e-mail of those who hold the agency's seats on the panel, told when it is given an action."""
    rows = await database.fetch(
        "SELECT p.id, p.email FROM seat s JOIN person p ON p.id = s.person "
        "WHERE s.panel = $1 AND s.agency = $2 AND s.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.id",
        panel_id,
        agency_id,
    )
    return [(row["id"], row["email"]) for row in rows]
