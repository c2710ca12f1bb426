"""Reads of briefings: what the open one lists, and what closed ones decided. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, SeatRole, permits
from app.lifecycle import Invisible
from app.panels.briefing.rules import (
    FIRST_DAYS,
    NOTIFIED_WITHIN,
    BriefingFacts,
    Line,
    NotificationFacts,
    line_of_notification,
    line_of_referral,
)
from app.panels.referrals.queries import referrals_by_id

MOST_LISTED = 300
"""Of each kind; the newest first, so that a backlog does not keep today's from being seen."""

PER_PAGE = 50

BRIEFING = """
    SELECT b.id, b.closed_at, p.name AS closed_by_name, b.note,
           (SELECT max(x.closed_at) FROM briefing x WHERE x.closed_at < b.closed_at) AS since
    FROM briefing b JOIN person p ON p.id = b.closed_by
"""

NOTIFICATION = """
    SELECT e.id AS episode_id, e.child AS child_id, c.child_ref, c.name AS child_name,
           coalesce(e.responsible_authority, c.responsible_authority) AS responsible_authority,
           coalesce(e.placed_in, c.placed_in) AS placed_in, e.category, e.started_at, e.returned_at, e.date_only,
           e.missing_from, e.police_risk, e.first_recorded_at, coalesce(d.threshold, '') AS threshold,
           d.panel AS panel_id, coalesce(p.name, '') AS panel_name, coalesce(d.diverted_to, '') AS diverted_to,
           coalesce(d.rationale, '') AS rationale, d.decided_at, coalesce(w.name, '') AS decided_by_name,
           d.referral AS referral_id, coalesce(d.version, 0) AS version
    FROM episode e JOIN child c ON c.id = e.child LEFT JOIN briefing_decision d ON d.episode = e.id
    LEFT JOIN panel p ON p.id = d.panel LEFT JOIN person w ON w.id = d.decided_by
"""

UNDECIDED = """
    SELECT e.id FROM episode e
    WHERE e.first_recorded_at > $1 AND e.category = $2 AND e.merged_into IS NULL AND e.end_unknown_after IS NULL
      AND e.started_at > e.first_recorded_at - $3::interval
      AND NOT EXISTS (SELECT FROM briefing_decision d WHERE d.episode = e.id)
    ORDER BY e.first_recorded_at DESC, e.id DESC LIMIT $4
"""


@dataclass(frozen=True)
class Listed:
    """The lines of a briefing: referrals, missing, curfew. `since`: when the one before it closed."""

    since: datetime | None
    lines: list[Line]

    def of_kind(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]


async def last_briefing() -> BriefingFacts | None:
    rows = await database.fetch_as(BriefingFacts, BRIEFING + "ORDER BY b.closed_at DESC LIMIT 1")
    return rows[0] if rows else None


async def briefing_by_id(briefing_id: int) -> BriefingFacts:
    """Raises Invisible for one that is not there."""
    rows = await database.fetch_as(BriefingFacts, BRIEFING + "WHERE b.id = $1", briefing_id)
    if not rows:
        raise Invisible
    return rows[0]


async def past_briefings(page: int) -> tuple[list[dict[str, Any]], int]:
    """One page of closed briefings, the latest first, each with how many it decided; and how many there are."""
    rows = await database.fetch(
        "WITH shown AS (" + BRIEFING + f"ORDER BY b.closed_at DESC LIMIT {PER_PAGE} OFFSET $1) "
        "SELECT s.*, "
        "(SELECT count(*) FROM referral r WHERE r.decided_at <= s.closed_at "
        "AND (s.since IS NULL OR r.decided_at > s.since) "
        "AND NOT EXISTS (SELECT FROM briefing_decision x WHERE x.referral = r.id)) AS referrals, "
        "(SELECT count(*) FROM briefing_decision d WHERE d.decided_at <= s.closed_at "
        "AND (s.since IS NULL OR d.decided_at > s.since)) AS notifications FROM shown s ORDER BY s.closed_at DESC",
        (page - 1) * PER_PAGE,
    )
    return rows, await database.fetch_value("SELECT count(*) FROM briefing")


async def open_briefing(who: Identity, now: datetime) -> Listed:
    """What has come in and is not decided, and what has been decided since the last briefing closed."""
    last = await last_briefing()
    since = last.closed_at if last else None
    first: datetime | None = await database.fetch_value("SELECT min(closed_at) FROM briefing")
    listening_since = (first or now) - FIRST_DAYS
    episodes = await _undecided(listening_since, "missing")
    episodes += await _undecided(since or listening_since, "curfew")
    return await _listed(who, since, None, episodes, with_waiting=True)


async def closed_briefing(who: Identity, briefing: BriefingFacts) -> Listed:
    """What a closed briefing decided."""
    return await _listed(who, briefing.since, briefing.closed_at, [], with_waiting=False)


async def _undecided(after: datetime, category: str) -> list[int]:
    rows = await database.fetch(UNDECIDED, after, category, NOTIFIED_WITHIN, MOST_LISTED)
    return [row["id"] for row in rows]


async def _listed(
    who: Identity,
    since: datetime | None,
    until: datetime | None,
    undecided: Sequence[int],
    *,
    with_waiting: bool,
) -> Listed:
    seen, values = _seen_in_sql(who)
    ids = await database.fetch(
        "SELECT r.id FROM referral r WHERE ((r.threshold = '' AND $3) "
        # what a tracker decided has no such instant
        "OR (r.threshold <> '' AND r.decided_at IS NOT NULL AND ($1::timestamptz IS NULL OR r.decided_at > $1) "
        "AND ($2::timestamptz IS NULL OR r.decided_at <= $2))) "
        f"AND NOT EXISTS (SELECT FROM briefing_decision d WHERE d.referral = r.id) AND {seen} "
        "ORDER BY coalesce(r.received_at, r.referred_on::timestamp AT TIME ZONE 'Europe/London') DESC, r.id DESC "
        f"LIMIT {MOST_LISTED}",
        since,
        until,
        with_waiting,
        *values,
    )
    decided = await database.fetch(
        "SELECT d.episode AS id FROM briefing_decision d WHERE ($1::timestamptz IS NULL OR d.decided_at > $1) "
        "AND ($2::timestamptz IS NULL OR d.decided_at <= $2)",
        since,
        until,
    )
    referrals = await referrals_by_id([row["id"] for row in ids])
    told = await _notifications([*undecided, *(row["id"] for row in decided)])
    lines = [line_of_referral(who, referrals[row["id"]], since) for row in ids]
    lines += [line_of_notification(who, one, since) for one in told]
    return Listed(since, lines)


def _seen_in_sql(who: Identity) -> tuple[str, list[Any]]:
    """Whoever runs or watches briefings by role sees every referral; a seat, those for its panel or for none."""
    if permits(who, Permission.SEE_BRIEFING, Scope()):
        return "true", []
    held = who.seat_panels(SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.MINUTE_TAKER)
    return "coalesce(r.panel, r.asked_panel, 0) = ANY($4::bigint[])", [[0, *sorted(held)]]


async def _notifications(episode_ids: Sequence[int]) -> list[NotificationFacts]:
    rows = await database.fetch(
        NOTIFICATION + "WHERE e.id = ANY($1::bigint[]) ORDER BY e.first_recorded_at DESC, e.id DESC",
        list(episode_ids),
    )
    return [NotificationFacts(**row | {"date_only": tuple(row["date_only"])}) for row in rows]


async def notification_facts(episode_id: int) -> NotificationFacts:
    """An episode that a briefing may decide on. Raises Invisible for others."""
    found = await _notifications([episode_id])
    if not found or found[0].category not in ("missing", "curfew"):
        raise Invisible
    return found[0]


async def met_elsewhere(referral_id: int, episode_id: int) -> bool:
    """Whether another notification's decision leans on this referral."""
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM briefing_decision WHERE referral = $1 AND episode <> $2 AND threshold = 'met')",
        referral_id,
        episode_id,
    )
    return found


async def referral_of_the_day(child_id: int, day: Any, panel_id: int) -> int | None:
    """The referral without an agency that asks this panel for this child on a day."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM referral WHERE child = $1 AND referred_on = $2 AND agency IS NULL AND asked_panel = $3 "
        "AND received_at IS NOT NULL",
        child_id,
        day,
        panel_id,
    )
    return found
