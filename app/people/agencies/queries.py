"""Reads of one agency: its people and the lead above each, its posts."""

from dataclasses import dataclass

from app import database
from app.access import Identity, Permission, Role, Scope, permits
from app.lifecycle import Forbidden, Invisible


@dataclass(frozen=True)
class AgencyShown:
    id: int
    name: str
    kind: str


@dataclass(frozen=True)
class Member:
    """Somebody of the agency; `lead_…` is the lead above them, blank where nobody is."""

    id: int
    name: str
    email: str
    leads_agency: bool
    disabled: bool
    lead_id: int | None
    lead_name: str
    lead_disabled: bool


@dataclass(frozen=True)
class PostShown:
    id: int
    agency_id: int
    name: str
    holder_id: int | None
    holder_name: str
    holder_disabled: bool
    cover_id: int | None
    cover_name: str
    cover_disabled: bool
    version: int

    @property
    def vacant(self) -> bool:
        """Nobody who can sign in holds or covers it."""
        return not self._here(self.holder_id, self.holder_disabled) and not self._here(
            self.cover_id, self.cover_disabled
        )

    @staticmethod
    def _here(person_id: int | None, disabled: bool) -> bool:
        return person_id is not None and not disabled


POST = """
SELECT t.id, t.agency AS agency_id, t.name, t.holder AS holder_id, coalesce(h.name, '') AS holder_name,
    h.disabled_at IS NOT NULL AS holder_disabled, t.cover AS cover_id, coalesce(c.name, '') AS cover_name,
    c.disabled_at IS NOT NULL AS cover_disabled, t.version
FROM post t LEFT JOIN person h ON h.id = t.holder LEFT JOIN person c ON c.id = t.cover
WHERE t.agency = $1 AND t.ended_at IS NULL
"""


async def agency_for(who: Identity, agency_id: int) -> AgencyShown:
    """The agency, if this person may look after it. Raises Invisible where there is none, else Forbidden."""
    rows = await database.fetch_as(AgencyShown, "SELECT id, name, kind FROM agency WHERE id = $1", agency_id)
    if not rows:
        raise Invisible
    if not permits(who, Permission.MANAGE_AGENCY, Scope(agency_id=agency_id)):
        raise Forbidden(Permission.MANAGE_AGENCY)
    return rows[0]


async def members_of(agency_id: int) -> list[Member]:
    """Everybody of the agency, those who can sign in first."""
    return await database.fetch_as(
        Member,
        "SELECT p.id, p.name, p.email, $2 = ANY(p.roles) AS leads_agency, p.disabled_at IS NOT NULL AS disabled, "
        "p.line_lead AS lead_id, coalesce(l.name, '') AS lead_name, l.disabled_at IS NOT NULL AS lead_disabled "
        "FROM person p LEFT JOIN person l ON l.id = p.line_lead WHERE p.agency = $1 "
        "ORDER BY p.disabled_at IS NOT NULL, p.name, p.id",
        agency_id,
        Role.AGENCY_LEAD,
    )


async def posts_of(agency_id: int) -> list[PostShown]:
    """The agency's posts that have not ended."""
    return await database.fetch_as(PostShown, f"{POST} ORDER BY t.name, t.id", agency_id)


async def post_in(agency_id: int, post_id: int) -> PostShown:
    """Raises Invisible where the agency has no such post, or it has ended."""
    rows = await database.fetch_as(PostShown, f"{POST} AND t.id = $2", agency_id, post_id)
    if not rows:
        raise Invisible
    return rows[0]
