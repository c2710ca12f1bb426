"""Reads of problems between services. `problem_for` is the only way to one; a restricted item's are kept as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.lifecycle import Forbidden, Invisible
from app.panels.problems.rules import ProblemFacts, WordFacts, key_of
from app.panels.restricting.queries import seer, sees_item

PROBLEM = f"""
    SELECT s.id, s.panel AS panel_id, p.slug AS panel_slug, p.name AS panel_name, i.id AS item_id,
           m.id AS meeting_id, m.starts_at, i.child AS child_id, coalesce(c.name, '') AS child_name,
           coalesce(c.child_ref, '') AS child_ref, i.title, s.service, s.problem,
           s.owner AS owner_id, coalesce(o.name, '') AS owner_name,
           s.agency AS agency_id, coalesce(a.name, '') AS agency_name,
           s.found_on, s.resolved_on, s.resolution, s.version,
           coalesce(w.words, '') AS last_words, w.said_at AS last_said_at
    FROM service_problem s JOIN panel p ON p.id = s.panel
    JOIN agenda_item i ON i.id = s.agenda_item JOIN meeting m ON m.id = i.meeting
    LEFT JOIN child c ON c.id = i.child LEFT JOIN person o ON o.id = s.owner LEFT JOIN agency a ON a.id = s.agency
    LEFT JOIN LATERAL (
        SELECT words, said_at FROM service_problem_word WHERE service_problem = s.id
        ORDER BY said_at DESC, id DESC LIMIT 1) w ON true
    WHERE {sees_item(1)}
"""
IN_ORDER = " ORDER BY s.found_on, s.id"


async def problem_for(
    who: Identity, problem_id: int, doing: Permission = Permission.SEE_MEETING
) -> ProblemFacts:
    """The problem, if this person may know of it (else Invisible) and may do this with it (else Forbidden)."""
    rows = await database.fetch_as(ProblemFacts, PROBLEM + "AND s.id = $5", *seer(who), problem_id)
    if not rows or not permits(who, Permission.SEE_MEETING, rows[0].scope):
        raise Invisible
    if not permits(who, doing, rows[0].scope):
        raise Forbidden(doing)
    return rows[0]


async def problems_of(who: Identity, panel_id: int, state: str = "open") -> list[ProblemFacts]:
    """A panel's problems that this person may see, oldest first. `state`: open, resolved, or all."""
    return await database.fetch_as(
        ProblemFacts,
        PROBLEM + "AND s.panel = $5 AND ($6 = 'all' OR (s.resolved_on IS NULL) = ($6 = 'open'))" + IN_ORDER,
        *seer(who),
        panel_id,
        state,
    )


async def problems_found_in(who: Identity, item_id: int) -> list[ProblemFacts]:
    return await database.fetch_as(
        ProblemFacts, PROBLEM + "AND s.agenda_item = $5" + IN_ORDER, *seer(who), item_id
    )


async def words_of(problem_id: int) -> list[WordFacts]:
    """What was said of a problem, latest first."""
    return await database.fetch_as(
        WordFacts,
        "SELECT w.words, p.name AS by, w.said_at, w.meeting AS meeting_id, m.starts_at AS meeting_at "
        "FROM service_problem_word w JOIN person p ON p.id = w.person LEFT JOIN meeting m ON m.id = w.meeting "
        "WHERE w.service_problem = $1 ORDER BY w.said_at DESC, w.id DESC",
        problem_id,
    )


@dataclass(frozen=True)
class SpokenAt:
    """A meeting at which a problem may have been spoken of."""

    id: int
    starts_at: datetime


async def meetings_since(problem: ProblemFacts, now: datetime) -> list[SpokenAt]:
    """The panel's meetings from the one that found the problem to now, latest first; cancelled ones left out."""
    return await database.fetch_as(
        SpokenAt,
        "SELECT id, starts_at FROM meeting WHERE panel = $1 AND starts_at BETWEEN $2 AND $3 "
        "AND status IN ('agenda-issued', 'held') ORDER BY starts_at DESC LIMIT 24",
        problem.panel_id,
        problem.starts_at,
        now,
    )


async def services_named(who: Identity, panel_id: int) -> Sequence[str]:
    """The services that this panel has named before in problems that this person may see, to choose from."""
    named = {key_of(one.service): one.service for one in await problems_of(who, panel_id, "all")}
    return [named[key] for key in sorted(named)]


async def owners_of(panel_id: int) -> list[tuple[str, str]]:
    """Who may take a problem on: the agencies with a seat on the panel, then its people, as (key, name)."""
    agencies = await database.fetch(
        "SELECT DISTINCT a.id, a.name FROM seat s JOIN agency a ON a.id = s.agency "
        "WHERE s.panel = $1 AND s.ended_at IS NULL ORDER BY a.name",
        panel_id,
    )
    people = await database.fetch(
        "SELECT p.id, p.name, a.name AS agency FROM seat s JOIN person p ON p.id = s.person "
        "JOIN agency a ON a.id = s.agency "
        "WHERE s.panel = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.name",
        panel_id,
    )
    return [(f"agency-{row['id']}", row["name"]) for row in agencies] + [
        (f"person-{row['id']}", f"{row['name']}, {row['agency']}") for row in people
    ]


async def agency_on_panel(panel_id: int, person_id: int) -> int | None:
    """The agency for which a person sits on a panel."""
    found: int | None = await database.fetch_value(
        "SELECT agency FROM seat WHERE panel = $1 AND person = $2 AND ended_at IS NULL", panel_id, person_id
    )
    return found
