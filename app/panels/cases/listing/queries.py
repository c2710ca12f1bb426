"""Reads a panel's cases by the page: a few queries, however many there are. Nothing is written here."""

from dataclasses import dataclass
from datetime import date

from app import database
from app.episodes.queries import is_ours_in_sql
from app.episodes.rules import Cohort, names_of_ours
from app.panels.cases.listing.rules import PER_PAGE, CaseChoice


@dataclass(frozen=True)
class CaseLine:
    """A case in the list. `risk_now` is the latest assessment; `risk_top`: it is the scale's highest level."""

    id: int
    child_id: int
    child_ref: str
    child_name: str
    responsible_authority: str
    placed_in: str
    accepted_on: date
    last_reviewed_on: date | None
    next_review_on: date | None
    closed_on: date | None
    closure_reason: str
    risk_at_start: str
    risk_now: str
    risk_position: int
    risk_levels: int
    is_recall: bool
    came_by: str
    came_from_panel: str

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref


@dataclass(frozen=True)
class CaseCounts:
    open: int
    overdue: int
    recalled: int
    closed: int


RISK = """
    LEFT JOIN LATERAL (
        SELECT level, assessed_on FROM risk_assessment WHERE child = k.child AND assessed_on <= $2
        ORDER BY assessed_on DESC, id DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(array_position(levels, a.level), 0) AS position, cardinality(levels) AS many FROM risk_scale
        WHERE holds_from <= greatest(a.assessed_on, DATE '2000-01-01') ORDER BY holds_from DESC LIMIT 1) s ON true
"""
CONDITIONS = {
    "open": "k.closed_on IS NULL",
    "overdue": "k.closed_on IS NULL AND k.next_review_on < $2",
    "recalled": "k.closed_on IS NULL AND k.recall_of IS NOT NULL",
    "closed": "k.closed_on IS NOT NULL",
    "all": "true",
}
ORDERS = {
    "child": "lower(nullif(c.name, ''))",
    "since": "k.accepted_on",
    "risk": "coalesce(s.position, 0)",
    "review": "k.next_review_on",
}


async def counts_of(panel_id: int, today: date) -> CaseCounts:
    """How many cases a panel has in each state, whatever is filtered."""
    rows = await database.fetch_as(
        CaseCounts,
        "SELECT count(*) FILTER (WHERE closed_on IS NULL) AS open, "
        "count(*) FILTER (WHERE closed_on IS NULL AND next_review_on < $2) AS overdue, "
        "count(*) FILTER (WHERE closed_on IS NULL AND recall_of IS NOT NULL) AS recalled, "
        "count(closed_on) AS closed FROM panel_case WHERE panel = $1",
        panel_id,
        today,
    )
    return rows[0]


async def cases_listed(
    panel_id: int, choice: CaseChoice, today: date, own_names: tuple[str, ...]
) -> tuple[list[CaseLine], int]:
    """One page of the list, and how many cases fit the choice."""
    own, here = is_ours_in_sql("c.responsible_authority", "$3"), is_ours_in_sql("c.placed_in", "$3")
    cohort = {
        Cohort.OWN_HERE.value: f"AND {own} AND {here}",
        Cohort.OWN_AWAY.value: f"AND {own} AND NOT {here}",
        Cohort.PLACED_BY_OTHERS.value: f"AND NOT {own}",
    }.get(choice.cohort, "")
    turned = "DESC" if choice.down else "ASC"
    rows = await database.fetch(
        "SELECT k.id, count(*) OVER () AS total FROM panel_case k JOIN child c ON c.id = k.child "
        + (RISK if choice.sort == "risk" else "")
        + f"WHERE k.panel = $1 AND {CONDITIONS[choice.show]} {cohort} AND $2::date IS NOT NULL "
        "AND cardinality($3::text[]) > 0 "
        f"ORDER BY {ORDERS[choice.sort]} {turned} NULLS LAST, k.closed_on DESC NULLS FIRST, k.accepted_on, k.id "
        f"LIMIT {PER_PAGE} OFFSET {(choice.page - 1) * PER_PAGE}",
        panel_id,
        today,
        names_of_ours(own_names),
    )
    lines = await _lines([row["id"] for row in rows], today)
    return lines, rows[0]["total"] if rows else 0


LINE = f"""
    SELECT k.id, k.child AS child_id, c.child_ref, c.name AS child_name, c.responsible_authority, c.placed_in,
           k.accepted_on, k.last_reviewed_on, k.next_review_on, k.closed_on, k.closure_reason, k.risk_at_start,
           coalesce(a.level, '') AS risk_now, coalesce(s.position, 0) AS risk_position,
           coalesce(s.many, 3) AS risk_levels, k.recall_of IS NOT NULL AS is_recall, k.came_by,
           coalesce(fp.name, '') AS came_from_panel
    FROM panel_case k JOIN child c ON c.id = k.child
    LEFT JOIN panel_case f ON f.id = k.came_from LEFT JOIN panel fp ON fp.id = f.panel
    {RISK}
    WHERE k.id = ANY($1::bigint[])
"""


async def _lines(case_ids: list[int], today: date) -> list[CaseLine]:
    found = {line.id: line for line in await database.fetch_as(CaseLine, LINE, case_ids, today)}
    return [found[case_id] for case_id in case_ids]
