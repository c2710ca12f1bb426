"""Reads of referrals. `referral_for` is the one way to a referral; nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.lifecycle import Forbidden, Invisible
from app.london import london_date
from app.panels.referrals.rules import ReferralFacts, Threshold, ToolScore, may_correct, may_decide, may_see

PER_PAGE = 50

REFERRAL = """
    SELECT r.id, r.child AS child_id, c.child_ref, c.name AS child_name, c.born_on,
           r.panel AS panel_id, coalesce(p.name, '') AS panel_name, coalesce(p.slug, '') AS panel_slug,
           r.asked_panel AS asked_panel_id, coalesce(q.name, '') AS asked_panel_name, r.referred_on, r.threshold,
           r.agency AS agency_id, coalesce(a.name, '') AS agency_name, r.referrer, r.concerns, r.tool_scores AS tools,
           r.risk_level, r.consent, r.consent_reason, r.lawful_basis, r.wanted, r.transition_note, r.received_at,
           r.received_by, coalesce(b.name, '') AS received_by_name, r.decided_at,
           coalesce(d.name, '') AS decided_by_name, r.rationale, r.diverted_to, r.version
    FROM referral r JOIN child c ON c.id = r.child LEFT JOIN panel p ON p.id = r.panel
    LEFT JOIN panel q ON q.id = r.asked_panel LEFT JOIN agency a ON a.id = r.agency
    LEFT JOIN person b ON b.id = r.received_by LEFT JOIN person d ON d.id = r.decided_by
"""


@dataclass(frozen=True)
class CaseLedTo:
    """A case that a referral opened, or joined: then another referral opened it."""

    id: int
    panel_name: str
    panel_slug: str
    accepted_on: date
    closed_on: date | None
    is_recall: bool
    was_opened_by_it: bool


@dataclass(frozen=True)
class HistoryLine:
    kind: str
    happened_at: datetime
    by: str
    details: dict[str, Any]


@dataclass(frozen=True)
class PanelChoice:
    id: int
    name: str


@dataclass(frozen=True)
class ReferralFilter:
    """What the list shows: a Threshold or '', a panel's id or 0, and a window of days of referral, both included."""

    status: str = ""
    panel_id: int = 0
    first: date | None = None
    last: date | None = None
    sort: str = "referred"
    descending: bool = True


SORTS = {
    "referred": "r.referred_on",
    "child": "nullif(c.name, '')",
    "status": "r.threshold",
    "decided": "r.decided_at",
}


async def referral_for(who: Identity, referral_id: int) -> ReferralFacts:
    """The referral, if this person may know of it. Raises Invisible."""
    referral = await referral_facts(referral_id)
    if referral is None or not may_see(who, referral):
        raise Invisible
    return referral


async def referral_to_correct(who: Identity, referral_id: int) -> ReferralFacts:
    """Raises Invisible, or Forbidden for somebody who may only read it."""
    referral = await referral_for(who, referral_id)
    if not may_correct(who, referral):
        raise Forbidden(Permission.REFER_CHILD)
    return referral


async def referral_to_decide(who: Identity, referral_id: int) -> ReferralFacts:
    """Raises Invisible, or Forbidden for somebody who may not decide on it."""
    referral = await referral_for(who, referral_id)
    if not may_decide(who, referral):
        raise Forbidden(Permission.DECIDE_REFERRAL)
    return referral


async def referral_facts(referral_id: int) -> ReferralFacts | None:
    rows = await database.fetch(REFERRAL + "WHERE r.id = $1", referral_id)
    return _facts(rows[0]) if rows else None


async def referrals_by_id(referral_ids: Collection[int]) -> dict[int, ReferralFacts]:
    rows = await database.fetch(REFERRAL + "WHERE r.id = ANY($1::bigint[])", list(referral_ids))
    return {row["id"]: _facts(row) for row in rows}


def _facts(row: dict[str, Any]) -> ReferralFacts:
    tools = tuple(ToolScore(one["tool"], one["score"]) for one in row["tools"])
    return ReferralFacts(**row | {"tools": tools, "concerns": tuple(row["concerns"])})


def seen_in_sql(who: Identity, first: int) -> tuple[str, list[Any]]:
    """SQL for `rules.may_see` on referral `r`, with arguments numbered from `first`."""
    if permits(who, Permission.SEE_REFERRAL, Scope()):
        return "true", []
    clauses = [f"r.received_by = ${first}", f"r.panel = ANY(${first + 1}::bigint[])"]
    clauses.append(f"r.asked_panel = ANY(${first + 1}::bigint[])")
    if permits(who, Permission.SEE_BRIEFING):
        clauses.append("(r.panel IS NULL AND r.asked_panel IS NULL)")
    return f"({' OR '.join(clauses)})", [who.person_id, sorted(who.seat_panels())]


async def referrals_seen_by(
    who: Identity, chosen: ReferralFilter, page: int
) -> tuple[list[ReferralFacts], int]:
    """One page of the list, and how many there are in all."""
    seen, values = seen_in_sql(who, 1)
    clauses = [seen]
    for clause, value in (
        ("r.threshold = ${}", chosen.status.replace(Threshold.WAITING, "") if chosen.status else None),
        ("coalesce(r.panel, r.asked_panel) = ${}", chosen.panel_id or None),
        ("r.referred_on >= ${}", chosen.first),
        ("r.referred_on <= ${}", chosen.last),
    ):
        if value is not None:
            values.append(value)
            clauses.append(clause.format(len(values)))
    where = " AND ".join(clauses)
    way = "DESC" if chosen.descending else "ASC"
    rows = await database.fetch(
        REFERRAL + f"WHERE {where} ORDER BY {SORTS[chosen.sort]} {way} NULLS LAST, r.id {way} "
        f"LIMIT {PER_PAGE} OFFSET {(page - 1) * PER_PAGE}",
        *values,
    )
    total: int = await database.fetch_value(f"SELECT count(*) FROM referral r WHERE {where}", *values)
    return [_facts(row) for row in rows], total


async def case_led_to(referral: ReferralFacts) -> CaseLedTo | None:
    """The case that a referral which met the threshold opened, else the one that was open when it was decided."""
    if referral.threshold != Threshold.MET or referral.panel_id is None:
        return None
    rows = await database.fetch_as(
        CaseLedTo,
        "SELECT k.id, p.name AS panel_name, p.slug AS panel_slug, k.accepted_on, k.closed_on, "
        "k.recall_of IS NOT NULL AS is_recall, k.referral = $1 AS was_opened_by_it "
        "FROM panel_case k JOIN panel p ON p.id = k.panel WHERE k.panel = $2 AND k.child = $3 "
        "AND (k.referral = $1 OR (k.accepted_on <= $4 AND (k.closed_on IS NULL OR k.closed_on >= $4))) "
        "ORDER BY k.referral = $1 DESC, k.accepted_on DESC LIMIT 1",
        referral.id,
        referral.panel_id,
        referral.child_id,
        london_date(referral.decided_at) if referral.decided_at else referral.referred_on,
    )
    return rows[0] if rows else None


async def history_of(referral_id: int) -> list[HistoryLine]:
    """What was done with a referral, the latest first; reads are not told here."""
    return await database.fetch_as(
        HistoryLine,
        "SELECT h.kind, h.happened_at, coalesce(p.name, '') AS by, h.details FROM history_entry h "
        "LEFT JOIN person p ON p.id = h.person_id "
        "WHERE h.about = 'referral' AND h.about_ids @> ARRAY[$1::bigint] AND h.kind NOT LIKE '% read' "
        "ORDER BY h.id DESC",
        referral_id,
    )


async def panel_choices(only: Sequence[int] | None = None) -> list[PanelChoice]:
    """The panels at work by name; with `only`, those of them."""
    return await database.fetch_as(
        PanelChoice,
        "SELECT id, name FROM panel WHERE active AND ($1::bigint[] IS NULL OR id = ANY($1)) ORDER BY name",
        list(only) if only is not None else None,
    )


async def panels_decided_by(who: Identity) -> list[PanelChoice]:
    """The panels on which this person may decide about a referral."""
    return [
        panel
        for panel in await panel_choices()
        if permits(who, Permission.DECIDE_REFERRAL, Scope(panel_ids=frozenset({panel.id})))
    ]


async def agency_choices(who: Identity) -> list[PanelChoice]:
    """The agencies in whose name this person may refer: the own ones, and all for whoever holds a role."""
    own = {who.agency_id, *(seat.agency_id for seat in who.seats)}
    return await database.fetch_as(
        PanelChoice,
        "SELECT id, name FROM agency WHERE $1 OR id = ANY($2::bigint[]) ORDER BY name",
        permits(who, Permission.RECORD_CHILD),
        sorted(own),
    )


async def last_closed_at() -> datetime | None:
    """When the last briefing closed."""
    found: datetime | None = await database.fetch_value("SELECT max(closed_at) FROM briefing")
    return found


async def risk_told(child_id: int, on: date) -> str:
    """The level of the latest risk assessment on or before a day; blank where there is none."""
    found: str | None = await database.fetch_value(
        "SELECT level FROM risk_assessment WHERE child = $1 AND assessed_on <= $2 "
        "ORDER BY assessed_on DESC, id DESC LIMIT 1",
        child_id,
        on,
    )
    return found or ""


@dataclass(frozen=True)
class NamedChild:
    id: int
    born_on: date | None


async def child_named(child_id: int) -> NamedChild | None:
    """The child with this id, whoever asks: who may name whom is `agenda.queries.require_pickable`."""
    rows = await database.fetch_as(NamedChild, "SELECT id, born_on FROM child WHERE id = $1", child_id)
    return rows[0] if rows else None
