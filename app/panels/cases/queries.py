"""Reads of panel cases. `case_for` is the one way to a case of a page; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.lifecycle import Forbidden, Invisible
from app.london import london_date
from app.panels.cases.rules import CaseFacts, Target
from app.panels.restricting.queries import seer, sees_item

CASE = """
    SELECT id, panel AS panel_id, child AS child_id, recall_of, accepted_on, first_meeting_on, last_reviewed_on,
           next_review_on, closed_on, closure_reason, risk_at_start, risk_at_close, version, closure_rationale,
           closed_despite, came_from, came_by
    FROM panel_case
"""


async def case_facts(case_id: int, lock: bool = False) -> CaseFacts | None:
    """The case; with `lock` nobody else changes it until the transaction ends."""
    rows = await database.fetch_as(
        CaseFacts, CASE + "WHERE id = $1" + (" FOR UPDATE" if lock else ""), case_id
    )
    return rows[0] if rows else None


async def case_for(
    who: Identity, case_id: int, doing: Permission = Permission.SEE_CASE, lock: bool = False
) -> CaseFacts:
    """The case, if this person may know of it (else Invisible) and may do this with it (else Forbidden)."""
    case = await case_facts(case_id, lock)
    if case is None or not permits(who, Permission.SEE_CASE, case.scope):
        raise Invisible
    if not permits(who, doing, case.scope):
        raise Forbidden(doing)
    return case


async def cases_on_panel(panel_id: int, child_ids: Sequence[int]) -> dict[int, CaseFacts]:
    """The open case of each of these children on a panel, else the one closed last."""
    rows = await database.fetch_as(
        CaseFacts,
        "SELECT DISTINCT ON (child_id) * FROM ("
        + CASE
        + "WHERE panel = $1 AND child = ANY($2)) c ORDER BY child_id, closed_on DESC NULLS FIRST, accepted_on DESC",
        panel_id,
        list(child_ids),
    )
    return {row.child_id: row for row in rows}


async def open_case_counts(panel_ids: Sequence[int]) -> dict[int, int]:
    """How many cases are open on each panel."""
    rows = await database.fetch(
        "SELECT panel, count(*) AS cases FROM panel_case WHERE panel = ANY($1) AND closed_on IS NULL GROUP BY panel",
        list(panel_ids),
    )
    return {row["panel"]: row["cases"] for row in rows}


@dataclass(frozen=True)
class CaseHead:
    """Whose case it is, on which panel, by which referral, where it came from and what it went on as."""

    child_id: int
    child_ref: str
    child_name: str
    panel_slug: str
    panel_name: str
    panel_kind: str
    referred_on: date
    referral_panel: str
    referral_note: str
    closed_by: str
    came_from_panel: str
    before_id: int | None
    before_closed_on: date | None
    before_reason: str
    later_id: int | None
    risk_now: str
    risk_on: date | None

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref


HEAD = """
    SELECT k.child AS child_id, c.child_ref, c.name AS child_name, p.slug AS panel_slug, p.name AS panel_name,
           p.kind AS panel_kind, r.referred_on, coalesce(rp.name, '') AS referral_panel, r.note AS referral_note,
           coalesce(y.name, '') AS closed_by, coalesce(fp.name, '') AS came_from_panel,
           b.id AS before_id, b.closed_on AS before_closed_on, coalesce(b.closure_reason, '') AS before_reason,
           (SELECT l.id FROM panel_case l WHERE l.panel = k.panel AND l.child = k.child
            AND (l.accepted_on, l.id) > (k.accepted_on, k.id)
            ORDER BY l.accepted_on DESC, l.id DESC LIMIT 1) AS later_id,
           coalesce(a.level, '') AS risk_now, a.assessed_on AS risk_on
    FROM panel_case k JOIN child c ON c.id = k.child JOIN panel p ON p.id = k.panel
    JOIN referral r ON r.id = k.referral LEFT JOIN panel rp ON rp.id = r.panel
    LEFT JOIN person y ON y.id = k.closed_by
    LEFT JOIN panel_case f ON f.id = k.came_from LEFT JOIN panel fp ON fp.id = f.panel
    LEFT JOIN panel_case b ON b.id = k.recall_of
    LEFT JOIN LATERAL (
        SELECT level, assessed_on FROM risk_assessment WHERE child = k.child AND assessed_on <= $2
        ORDER BY assessed_on DESC, id DESC LIMIT 1) a ON true
    WHERE k.id = $1
"""


async def case_head(case_id: int, today: date) -> CaseHead:
    return (await database.fetch_as(CaseHead, HEAD, case_id, today))[0]


@dataclass(frozen=True)
class Discussed:
    """A meeting of the panel with this child on its agenda, held or to come."""

    meeting_id: int
    item_id: int
    starts_at: datetime
    date_only: bool
    status: str
    reason: str


DISCUSSED = f"""
    SELECT m.id AS meeting_id, i.id AS item_id, m.starts_at, m.date_only, m.status, i.reason
    FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    WHERE i.child = $1 AND m.panel = $2 AND i.status = 'on-agenda'
      AND (m.status = 'held' OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL))
      AND (m.starts_at AT TIME ZONE 'Europe/London')::date >= $3
      AND ($4::date IS NULL OR (m.starts_at AT TIME ZONE 'Europe/London')::date <= $4)
      AND {sees_item(5)}
    ORDER BY m.starts_at, m.id
"""


async def discussed_at(who: Identity, case: CaseFacts) -> list[Discussed]:
    """The panel's meetings with the child while the case was open, oldest first; restricted items for the named."""
    return await database.fetch_as(
        Discussed,
        DISCUSSED,
        case.child_id,
        case.panel_id,
        case.accepted_on,
        case.closed_on,
        *seer(who),
    )


@dataclass(frozen=True)
class CaseEntry:
    """One entry of the record about this case: what was done, when, by whom."""

    kind: str
    happened_at: datetime
    by: str
    rationale: str


async def entries_of(case_id: int) -> list[CaseEntry]:
    """What was done with the case by hand, oldest first."""
    return await database.fetch_as(
        CaseEntry,
        "SELECT h.kind, h.happened_at, coalesce(p.name, '') AS by, "
        "coalesce(h.details ->> 'rationale', '') AS rationale "
        "FROM history_entry h LEFT JOIN person p ON p.id = h.person_id "
        "WHERE h.about = 'panel case' AND h.about_ids @> ARRAY[$1::bigint] AND h.kind = ANY($2) ORDER BY h.id",
        case_id,
        ["case reopened"],
    )


async def reopened_on(case_id: int) -> date | None:
    """The London day on which somebody last took a closure of this case back."""
    entries = await entries_of(case_id)
    return london_date(entries[-1].happened_at) if entries else None


async def next_cases(case_id: int) -> list[tuple[int, str, str, date]]:
    """Where a case went on: id, panel's name, how, and since when."""
    rows = await database.fetch(
        "SELECT k.id, p.name, k.came_by, k.accepted_on FROM panel_case k JOIN panel p ON p.id = k.panel "
        "WHERE k.came_from = $1 ORDER BY k.id",
        case_id,
    )
    return [(row["id"], row["name"], row["came_by"], row["accepted_on"]) for row in rows]


async def risks_between(child_id: int, first: date, last: date | None) -> list[tuple[date, str]]:
    """The days and levels of a child's risk assessments in a span, oldest first."""
    rows = await database.fetch(
        "SELECT assessed_on, level FROM risk_assessment WHERE child = $1 AND assessed_on >= $2 "
        "AND ($3::date IS NULL OR assessed_on <= $3) ORDER BY assessed_on, id",
        child_id,
        first,
        last,
    )
    return [(row["assessed_on"], row["level"]) for row in rows]


async def has_later_case(case: CaseFacts) -> bool:
    """Whether this child has another case on this panel that is open or began after this one."""
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM panel_case WHERE panel = $1 AND child = $2 AND id <> $3 "
        "AND (closed_on IS NULL OR (accepted_on, id) > ($4::date, $3)))",
        case.panel_id,
        case.child_id,
        case.id,
        case.accepted_on,
    )
    return found


async def targets_for(case: CaseFacts) -> list[Target]:
    """Every other panel that meets, and whether the child has an open case there."""
    return await database.fetch_as(
        Target,
        "SELECT p.id AS panel_id, p.name, p.kind, p.active, EXISTS (SELECT FROM panel_case k WHERE k.panel = p.id "
        "AND k.child = $2 AND k.closed_on IS NULL) AS has_open_case FROM panel p WHERE p.id <> $1 AND p.active "
        "ORDER BY p.name, p.id",
        case.panel_id,
        case.child_id,
    )


async def review_before_closing(case_id: int) -> date | None:
    """When the next review was due before the case was closed."""
    found: date | None = await database.fetch_value(
        "SELECT (\"row\" ->> 'next_review_on')::date FROM panel_case_past WHERE id = $1 "
        "AND \"row\" ->> 'closed_on' IS NULL ORDER BY held_until DESC LIMIT 1",
        case_id,
    )
    return found


async def latest_level(child_id: int, day: date) -> str:
    """The level of the child's latest risk assessment on or before a day; blank where there is none."""
    found: str | None = await database.fetch_value(
        "SELECT level FROM risk_assessment WHERE child = $1 AND assessed_on <= $2 "
        "ORDER BY assessed_on DESC, id DESC LIMIT 1",
        child_id,
        day,
    )
    return found or ""
