"""Reads of recommendations: one of them, lists of what somebody may see, those that fall due."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Role, Scope, permits
from app.actions.holding.rules import named_words
from app.actions.queries import ActionWord, whose
from app.actions.recommendations.rules import FINISHED, OPEN, OVERDUE, PER_PAGE, RecommendationFilters
from app.lifecycle import Forbidden, Invisible


@dataclass(frozen=True)
class ListedRecommendation:
    """A recommendation with its lead's names and the latest word on it. `holder_…`, `cover_…` are of its post, and
    only those who can sign in."""

    id: int
    source: str
    source_title: str
    source_on: date
    reference: str
    text: str
    owner_id: int | None
    owner_name: str
    owner_left: bool
    agency_id: int
    agency_name: str
    post_id: int | None
    post_name: str
    holder_id: int | None
    holder_name: str
    cover_id: int | None
    due_on: date
    original_due_on: date
    status: str
    finished_on: date | None
    tracking: int | None
    tracking_overruled: bool
    anticipated_on: date | None
    version: int
    last_note: str
    last_at: datetime | None
    last_by: str

    @property
    def scope(self) -> Scope:
        held = frozenset(person for person in (self.holder_id, self.cover_id) if person is not None)
        return Scope(frozenset(), self.owner_id, self.agency_id, held)

    @property
    def lead(self) -> str:
        """The person, or the post with who holds it; empty where only the agency is named."""
        return named_words(self.owner_name, self.post_name, self.holder_name)

    @property
    def lead_key(self) -> str:
        """The lead as forms name it."""
        if self.owner_id is not None:
            return f"person-{self.owner_id}"
        return f"post-{self.post_id}" if self.post_id is not None else f"agency-{self.agency_id}"


LISTED = f"""
SELECT r.id, r.source, r.source_title, r.source_on, r.reference, r.text, r.owner AS owner_id,
    coalesce(o.name, '') AS owner_name, o.disabled_at IS NOT NULL AS owner_left, r.agency AS agency_id,
    g.name AS agency_name, r.post AS post_id, coalesce(t.name, '') AS post_name, th.id AS holder_id,
    coalesce(th.name, '') AS holder_name, tc.id AS cover_id, r.due_on, r.original_due_on, r.status, r.finished_on,
    r.tracking, r.tracking_overruled, r.anticipated_on, r.version, coalesce(u.note, '') AS last_note,
    u.made_at AS last_at, coalesce(u.name, '') AS last_by
FROM recommendation r
{whose("r")}
LEFT JOIN LATERAL (
    SELECT w.note, w.made_at, person.name FROM recommendation_update w LEFT JOIN person ON person.id = w.person
    WHERE w.recommendation = r.id ORDER BY w.made_at DESC, w.id DESC LIMIT 1
) u ON true
"""


def sees_recommendation(first: int) -> str:
    """SQL: whether somebody may see recommendation `r`. `first`: of three arguments, whether they look after all of
    them, their id, and the agency they lead (or none): as the permission has it."""
    return (
        f"(${first}::boolean OR r.owner = ${first + 1}::bigint OR r.agency = ${first + 2}::bigint OR r.post IN "
        f"(SELECT h.id FROM post h WHERE ${first + 1}::bigint IN (h.holder, h.cover) AND h.ended_at IS NULL))"
    )


def led_agency(who: Identity) -> int | None:
    """The agency whose lead this person is."""
    return who.agency_id if Role.AGENCY_LEAD in who.roles else None


def _seer(who: Identity) -> list[Any]:
    return [permits(who, Permission.MANAGE_RECOMMENDATION), who.person_id, led_agency(who)]


async def recommendation_for(
    who: Identity, recommendation_id: int, doing: Permission = Permission.SEE_RECOMMENDATION
) -> ListedRecommendation:
    """The recommendation, if this person may know of it (else Invisible) and may do this (else Forbidden)."""
    found = await database.fetch_as(ListedRecommendation, f"{LISTED} WHERE r.id = $1", recommendation_id)
    if not found or not permits(who, Permission.SEE_RECOMMENDATION, found[0].scope):
        raise Invisible
    if not permits(who, doing, found[0].scope):
        raise Forbidden(doing)
    return found[0]


async def recommendations_seen(
    who: Identity, filters: RecommendationFilters, today: date, *, every: bool = False
) -> list[ListedRecommendation]:
    """One page of the list, or `every` row of it: the earliest due first, finished ones the latest first."""
    clause, values = _chosen(who, filters, today)
    order = (
        "r.finished_on DESC NULLS FIRST, r.due_on, r.id" if filters.state == FINISHED else "r.due_on, r.id"
    )
    limit = "" if every else f" LIMIT {PER_PAGE} OFFSET {PER_PAGE * (filters.page - 1)}"
    return await database.fetch_as(
        ListedRecommendation, f"{LISTED} WHERE {clause} ORDER BY {order}{limit}", *values
    )


async def count_recommendations(who: Identity, filters: RecommendationFilters, today: date) -> int:
    """How many the list has on all of its pages."""
    clause, values = _chosen(who, filters, today)
    return int(await database.fetch_value(f"SELECT count(*) FROM recommendation r WHERE {clause}", *values))


def _chosen(who: Identity, filters: RecommendationFilters, today: date) -> tuple[str, list[Any]]:
    values = [*_seer(who), filters.source, int(filters.lead) if filters.lead else None]
    clause = (
        f"{sees_recommendation(1)} AND ($4 = '' OR r.source = $4) AND ($5::bigint IS NULL OR r.agency = $5)"
    )
    if filters.state in (OPEN, OVERDUE):
        clause += " AND r.finished_on IS NULL"
    elif filters.state == FINISHED:
        clause += " AND r.finished_on IS NOT NULL"
    if filters.state == OVERDUE:
        return f"{clause} AND r.due_on < $6", [*values, today]
    return clause, values


@dataclass(frozen=True)
class Led:
    """How many open recommendations somebody leads on, and how many of them are overdue."""

    open: int
    overdue: int


async def led_by(who: Identity, today: date) -> Led:
    """Those of this person, of a post they hold or cover, or of the agency they lead."""
    rows = await database.fetch_as(
        Led,
        "SELECT count(*) AS open, count(*) FILTER (WHERE r.due_on < $4) AS overdue FROM recommendation r "
        f"WHERE r.finished_on IS NULL AND {sees_recommendation(1)}",
        False,
        who.person_id,
        led_agency(who),
        today,
    )
    return rows[0]


async def words_on(recommendation_id: int) -> list[ActionWord]:
    """Every word on a recommendation, the latest first."""
    return await database.fetch_as(
        ActionWord,
        "SELECT w.status, w.note, w.made_at, coalesce(person.name, '') AS by, coalesce(agency.name, '') AS by_agency "
        "FROM recommendation_update w LEFT JOIN person ON person.id = w.person "
        "LEFT JOIN agency ON agency.id = person.agency WHERE w.recommendation = $1 "
        "ORDER BY w.made_at DESC, w.id DESC",
        recommendation_id,
    )


@dataclass(frozen=True)
class Lead:
    """Who may lead on a recommendation. `key` is `person-12`, `post-4` or `agency-3`; `kind` the part before."""

    key: str
    kind: str
    label: str
    agency_id: int


async def leads_to_choose() -> list[Lead]:
    """Everybody who can sign in, the posts and the agencies that there are, by name."""
    return await database.fetch_as(
        Lead,
        "SELECT 'person-' || p.id AS key, 'person' AS kind, p.name || ' (' || g.name || ')' AS label, "
        "p.agency AS agency_id FROM person p JOIN agency g ON g.id = p.agency WHERE p.disabled_at IS NULL "
        "UNION ALL SELECT 'post-' || t.id, 'post', t.name || ' (' || g.name || ')', t.agency "
        "FROM post t JOIN agency g ON g.id = t.agency WHERE t.ended_at IS NULL AND g.active "
        "UNION ALL SELECT 'agency-' || g.id, 'agency', g.name, g.id FROM agency g WHERE g.active "
        "ORDER BY kind, label, key",
    )


async def leading_agencies(who: Identity) -> list[tuple[str, str]]:
    """Id and name of the agencies that lead on something this person may see, by name."""
    rows = await database.fetch(
        "SELECT g.id, g.name FROM agency g WHERE EXISTS (SELECT FROM recommendation r WHERE r.agency = g.id "
        f"AND {sees_recommendation(1)}) ORDER BY g.name",
        *_seer(who),
    )
    return [(str(row["id"]), row["name"]) for row in rows]


@dataclass(frozen=True)
class DueRecommendation:
    """An open recommendation, and the ids of those it is with now; `people` is empty where nobody is there."""

    id: int
    due_on: date
    agency_id: int
    people: tuple[int, ...]


# Its lead; else the holder of its post, or who covers where there is none; else the agency's leads. Never who left.
WITH_WHOM = f"""
SELECT r.id, r.due_on, r.agency AS agency_id, CASE
    WHEN o.id IS NOT NULL THEN ARRAY[o.id]
    WHEN th.id IS NOT NULL THEN ARRAY[th.id]
    WHEN tc.id IS NOT NULL THEN ARRAY[tc.id]
    ELSE ARRAY(SELECT l.id FROM person l WHERE l.agency = r.agency AND l.disabled_at IS NULL
        AND '{Role.AGENCY_LEAD}' = ANY(l.roles) ORDER BY l.id) END AS people
FROM recommendation r
LEFT JOIN person o ON o.id = r.owner AND o.disabled_at IS NULL
LEFT JOIN post t ON t.id = r.post AND t.ended_at IS NULL
LEFT JOIN person th ON th.id = t.holder AND th.disabled_at IS NULL
LEFT JOIN person tc ON tc.id = t.cover AND tc.disabled_at IS NULL
"""


async def recommendations_due(on_or_before: date) -> list[DueRecommendation]:
    """Every open recommendation due by that day, the earliest first, with whom it is with now."""
    rows = await database.fetch(
        f"{WITH_WHOM} WHERE r.finished_on IS NULL AND r.due_on <= $1 ORDER BY r.due_on, r.id", on_or_before
    )
    return [DueRecommendation(**{**row, "people": tuple(row["people"])}) for row in rows]


async def people_to_tell(recommendation_id: int) -> list[tuple[int, str]]:
    """Id and e-mail of those a recommendation is with now."""
    rows = await database.fetch(
        f"SELECT p.id, p.email FROM ({WITH_WHOM} WHERE r.id = $1) one JOIN person p ON p.id = ANY(one.people) "
        "ORDER BY p.id",
        recommendation_id,
    )
    return [(row["id"], row["email"]) for row in rows]
