"""What the example has to know of its own records: who is here, and whom the next story can be about."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.people.queries import example_people_exist
from app.people.rules import EXAMPLE_EMAILS


async def is_empty() -> bool:
    """Whether there are neither people nor children."""
    return not await database.fetch_value("SELECT EXISTS (SELECT FROM person) OR EXISTS (SELECT FROM child)")


async def example_is_here() -> bool:
    return await example_people_exist(EXAMPLE_EMAILS)


async def counts() -> dict[str, int]:
    """How many of everything there is, by what a person calls it."""
    row = await database.fetch_one(
        "SELECT (SELECT count(*) FROM child) AS children, "
        "(SELECT count(*) FROM episode) AS episodes, (SELECT count(*) FROM interview) AS interviews, "
        "(SELECT count(*) FROM meeting) AS meetings, (SELECT count(*) FROM action) AS actions"
    )
    return dict(row or {})


async def planned_at(panel_id: int, starts_at: datetime) -> int | None:
    """The meeting that a panel's rhythm has planned for this instant."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM meeting WHERE panel = $1 AND starts_at = $2 AND child IS NULL AND status = 'planned'",
        panel_id,
        starts_at,
    )
    return found


async def meetings_to_come(panel_id: int, now: datetime, skipped: int, number: int) -> list[int]:
    """A panel's planned meetings after an instant, the next ones skipped."""
    rows = await database.fetch(
        "SELECT id FROM meeting WHERE panel = $1 AND starts_at > $2 AND status = 'planned' "
        "ORDER BY starts_at OFFSET $3 LIMIT $4",
        panel_id,
        now,
        skipped,
        number,
    )
    return [row["id"] for row in rows]


async def schools_of(child_ids: list[int]) -> dict[int, str]:
    rows = await database.fetch("SELECT id, school FROM child WHERE id = ANY($1::bigint[])", child_ids)
    return {row["id"]: row["school"] for row in rows}


async def held_meetings(panel_id: int, number: int) -> list[int]:
    """A panel's latest held meetings, the oldest of them first."""
    rows = await database.fetch(
        "SELECT id FROM meeting WHERE panel = $1 AND status = 'held' ORDER BY starts_at DESC LIMIT $2",
        panel_id,
        number,
    )
    return [row["id"] for row in reversed(rows)]


async def open_problems(panel_id: int) -> list[tuple[int, int]]:
    """Unresolved problems between services, oldest first: id and version."""
    rows = await database.fetch(
        "SELECT id, version FROM service_problem WHERE panel = $1 AND resolved_on IS NULL ORDER BY id",
        panel_id,
    )
    return [(row["id"], row["version"]) for row in rows]


CASE = "SELECT FROM panel_case k WHERE k.child = c.id"
LATELY = "SELECT FROM referral r WHERE r.child = c.id AND r.referred_on > $2::date - 60"
YOUNG = f"c.born_on > $2::date - interval '17 years' AND c.child_ref <> ALL($3) AND NOT EXISTS ({LATELY})"
WHOM = {
    "new": f"{YOUNG} AND NOT EXISTS ({CASE})",
    # there are not many of them, so it may be one whom a panel knows
    "adult": "c.born_on <= $2::date - interval '18 years'",
    "closed": f"{YOUNG} AND EXISTS ({CASE} AND k.panel = $1 AND k.closed_on < $2::date) "
    f"AND NOT EXISTS ({CASE} AND k.panel = $1 AND k.closed_on IS NULL)",
}


async def child_to_refer(whom: str, panel_id: int, today: date, not_about: frozenset[str]) -> int | None:
    """The next child of this kind, one whom no panel knows if there is one; who was missing most comes first."""
    found: int | None = await database.fetch_value(
        f"SELECT c.id FROM child c WHERE {WHOM[whom]} AND $1 > 0 AND c.merged_into IS NULL "
        f"AND cardinality($3::text[]) >= 0 ORDER BY EXISTS ({CASE}), (SELECT count(*) FROM episode e "
        "WHERE e.child = c.id AND e.started_at > $2::date - interval '90 days') DESC, c.id LIMIT 1",
        panel_id,
        today,
        sorted(not_about),
    )
    return found


@dataclass(frozen=True)
class OpenCase:
    """`is_listed`: it is on the agenda of a meeting that is still to be held, or whose minutes may not be approved."""

    id: int
    version: int
    accepted_on: date
    was_met_about: bool
    is_listed: bool


async def open_cases(panel_id: int, now: datetime) -> list[OpenCase]:
    """The open cases of a panel, the next review first."""
    return await database.fetch_as(
        OpenCase,
        "SELECT k.id, k.version, k.accepted_on, k.first_meeting_on IS NOT NULL AS was_met_about, "
        "EXISTS (SELECT FROM agenda_item i JOIN meeting m ON m.id = i.meeting WHERE i.panel_case = k.id "
        "AND m.status <> 'cancelled' AND m.starts_at > $2::timestamptz - interval '12 days') AS is_listed "
        "FROM panel_case k WHERE k.panel = $1 AND k.closed_on IS NULL "
        "ORDER BY k.next_review_on NULLS FIRST, k.id",
        panel_id,
        now,
    )


IDS = "SELECT e.id FROM episode e WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.date_only = '{}' AND "


async def latest_returns(since: datetime, until: datetime, number: int) -> list[int]:
    """Episodes that ended between two instants, of so many different children, the latest first."""
    rows = await database.fetch(
        "SELECT id FROM (SELECT DISTINCT ON (e.child) e.id, e.returned_at FROM episode e "
        "WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.date_only = '{}' AND e.returned_at >= $1 "
        "AND e.returned_at < $2::timestamptz - interval '1 hour' ORDER BY e.child, e.returned_at DESC) x "
        "ORDER BY returned_at DESC, id LIMIT $3",
        since,
        until,
        number,
    )
    return [row["id"] for row in rows]


async def not_talked_about(since: datetime, now: datetime, number: int) -> list[int]:
    """Episodes that ended some days ago and have no interview, the latest first."""
    rows = await database.fetch(
        IDS + "e.returned_at >= $1 AND e.returned_at < $2::timestamptz - interval '7 days' "
        "AND NOT EXISTS (SELECT FROM interview_episode i WHERE i.episode = e.id) "
        "ORDER BY e.returned_at DESC, e.id LIMIT $3",
        since,
        now,
        number,
    )
    return [row["id"] for row in rows]


async def open_since(before: datetime, number: int) -> list[int]:
    """Episodes that go on since before an instant, the longest first."""
    rows = await database.fetch(
        IDS + "e.returned_at IS NULL AND e.end_unknown_after IS NULL AND e.started_at < $1 "
        "ORDER BY e.started_at, e.id LIMIT $2",
        before,
        number,
    )
    return [row["id"] for row in rows]


async def children_missing_often(since: datetime, until: datetime, number: int) -> list[int]:
    """The children with the most missing episodes that began between two instants."""
    rows = await database.fetch(
        "SELECT e.child FROM episode e JOIN child c ON c.id = e.child WHERE e.category = 'missing' "
        "AND e.merged_into IS NULL AND c.merged_into IS NULL AND e.started_at >= $1 AND e.started_at < $2 "
        "GROUP BY e.child ORDER BY count(*) DESC, e.child LIMIT $3",
        since,
        until,
        number,
    )
    return [row["child"] for row in rows]


async def post_of(person_id: int) -> int | None:
    """The post that this person holds or covers."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM post WHERE $1 IN (holder, cover) AND ended_at IS NULL ORDER BY id LIMIT 1", person_id
    )
    return found


async def actions_to_judge(first: date, before: date) -> list[int]:
    """What was first due in [first, before), is neither done nor found not possible, and nobody has judged."""
    rows = await database.fetch(
        "SELECT id FROM action WHERE original_due_on >= $1 AND original_due_on < $2 AND tracking IS NULL "
        "AND status NOT IN ('completed', 'not-possible') ORDER BY id",
        first,
        before,
    )
    return [row["id"] for row in rows]


async def actions_done_late(first: date, before: date) -> list[int]:
    """What was first due in [first, before) and done the day after or later, the least late first."""
    rows = await database.fetch(
        "SELECT id FROM action WHERE original_due_on >= $1 AND original_due_on < $2 AND status = 'completed' "
        "AND finished_on > original_due_on ORDER BY finished_on - original_due_on, id",
        first,
        before,
    )
    return [row["id"] for row in rows]
