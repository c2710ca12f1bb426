"""What panels say of a child to the rooms before: which panels list it, and its moments for the chronology."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import ChronologyMoment
from app.london import day_start
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.restricting.queries import seer, sees_item

LISTED = f"""
    SELECT i.child, m.panel FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    WHERE i.child = ANY($1) AND i.status = 'on-agenda'
      AND (m.status = 'held' OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL))
      AND {sees_item(2)}
    UNION
    SELECT child, panel FROM panel_case WHERE child = ANY($1)
"""

THRESHOLDS = {"met": "threshold met", "not-met": "threshold not met", "diverted": "diverted"}


async def scopes_of_children(
    child_ids: Collection[int], who: Identity | None = None
) -> dict[int, frozenset[int]]:
    """The panels of each child: those with it on an issued agenda, at a held meeting, or with a case of it.

    A restricted item brings a child into sight of those alone who may see the item.
    """
    scopes: dict[int, set[int]] = {}
    for row in await database.fetch(LISTED, list(child_ids), *seer(who)):
        scopes.setdefault(row["child"], set()).add(row["panel"])
    return {child: frozenset(panels) for child, panels in scopes.items()}


async def children_of_panels(panel_ids: Collection[int], who: Identity | None = None) -> set[int]:
    """The other way round: the children that any of these panels lists."""
    # as one list: thousands come sooner than as rows
    found = await database.fetch_value(
        "SELECT array_agg(child) FROM (SELECT i.child FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        "WHERE m.panel = ANY($1::bigint[]) AND i.child IS NOT NULL AND i.status = 'on-agenda' "
        "AND (m.status = 'held' OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL)) "
        f"AND {sees_item(2)} UNION SELECT child FROM panel_case WHERE panel = ANY($1::bigint[])) listed",
        list(panel_ids),
        *seer(who),
    )
    return set(found or ())


async def moments_of(who: Identity, child_id: int) -> list[ChronologyMoment]:
    """Panel discussions, referrals and cases of a child, on the panels whose meetings this person may see."""
    found = [*await _discussions(who, child_id), *await _referrals(child_id), *await _cases(child_id)]
    allowed: dict[int, bool] = {}
    moments = []
    for panel_id, moment in found:
        if panel_id not in allowed:
            allowed[panel_id] = permits(who, Permission.SEE_MEETING, Scope(panel_ids=frozenset({panel_id})))
        if allowed[panel_id]:
            moments.append(moment)
    return moments


Found = list[tuple[int, ChronologyMoment]]


async def _discussions(who: Identity, child_id: int) -> Found:
    rows = await database.fetch(
        "SELECT m.id, m.panel, p.name, m.starts_at, m.date_only, m.status, i.reason FROM agenda_item i "
        "JOIN meeting m ON m.id = i.meeting JOIN panel p ON p.id = m.panel "
        "WHERE i.child = $1 AND i.status = 'on-agenda' "
        "AND (m.status = 'held' OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL)) "
        f"AND {sees_item(2)}",
        child_id,
        *seer(who),
    )
    return [(row["panel"], _discussion(row)) for row in rows]


def _discussion(row: dict[str, Any]) -> ChronologyMoment:
    verb = "Discussed at" if row["status"] == "held" else "On the agenda of"
    return ChronologyMoment(
        at=row["starts_at"],
        kind="panel",
        title=f"{verb} {row['name']}",
        words=row["reason"],
        url=f"/meetings/{row['id']}",
        date_only=row["date_only"],
    )


async def _referrals(child_id: int) -> Found:
    rows = await database.fetch(
        "SELECT r.panel, p.name, p.slug, r.referred_on, r.threshold FROM referral r JOIN panel p ON p.id = r.panel "
        "WHERE r.child = $1",
        child_id,
    )
    return [
        (
            row["panel"],
            _on_a_day(
                row["referred_on"],
                f"Referred to {row['name']}"
                + (f": {THRESHOLDS[row['threshold']]}" if row["threshold"] else ""),
                row["slug"],
            ),
        )
        for row in rows
    ]


async def _cases(child_id: int) -> Found:
    rows = await database.fetch(
        "SELECT c.panel, p.name, p.slug, c.accepted_on, c.closed_on, c.closure_reason, c.recall_of "
        "FROM panel_case c JOIN panel p ON p.id = c.panel WHERE c.child = $1",
        child_id,
    )
    found: Found = []
    for row in rows:
        opened = "Recalled to" if row["recall_of"] else "Case opened by"
        found.append((row["panel"], _on_a_day(row["accepted_on"], f"{opened} {row['name']}", row["slug"])))
        if row["closed_on"]:
            why = CLOSURE_REASONS[row["closure_reason"]].lower()
            found.append(
                (
                    row["panel"],
                    _on_a_day(row["closed_on"], f"Case closed by {row['name']}: {why}", row["slug"]),
                )
            )
    return found


def _on_a_day(day: date, title: str, slug: str) -> ChronologyMoment:
    at: datetime = day_start(day)
    return ChronologyMoment(at=at, kind="panel", title=title, url=f"/panels/{slug}", date_only=True)
