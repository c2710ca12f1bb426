"""Reads of reports: one for whoever may read it, and the list. What they say: `content`."""

from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.figures.reports.kinds import kind_of
from app.figures.reports.rules import ReportFacts, ReportStatus, may_read
from app.lifecycle import Invisible

FACTS = (
    "SELECT r.id, r.kind, r.audience, r.from_on, r.to_on, p.slug AS panel_slug, p.name AS panel_name, r.status, "
    "r.number, r.follows, (SELECT min(n.id) FROM report n WHERE n.follows = r.id AND n.status <> 'discarded') "
    "AS followed_by, coalesce(m.name, '') AS made_by, r.made_at, coalesce(f.name, '') AS fixed_by, r.fixed_at, "
    "coalesce(w.name, '') AS written_by, w.id AS written_by_id, r.written_at, r.sha256, r.version, {texts} "
    "FROM report r LEFT JOIN panel p ON p.id = r.panel LEFT JOIN person m ON m.id = r.made_by "
    "LEFT JOIN person f ON f.id = r.fixed_by LEFT JOIN person w ON w.id = r.written_by "
)
WITH_TEXTS = FACTS.format(texts="r.narrative, r.content")
WITHOUT_TEXTS = FACTS.format(texts="'{}'::jsonb AS narrative, NULL AS content")


async def report_for(who: Identity, report_id: int) -> ReportFacts:
    """The report, for somebody who may read it. Raises Invisible; a draft that was discarded is there no more."""
    report = await report_by_id(report_id)
    if not _is_for(who, report):
        raise Invisible
    return report


async def report_by_id(report_id: int, *, lock: bool = False) -> ReportFacts:
    """The report, whoever asks. Raises Invisible."""
    if lock:
        await database.execute("SELECT FROM report WHERE id = $1 FOR UPDATE", report_id)
    rows = await database.fetch_as(
        ReportFacts, f"{WITH_TEXTS} WHERE r.id = $1 AND r.status <> 'discarded'", report_id
    )
    if not rows:
        raise Invisible
    return rows[0]


async def reports(who: Identity, page: int, size: int) -> tuple[list[ReportFacts], int]:
    """One page of the reports that this person may read, the latest first, and how many there are in all."""
    only_fixed = not permits(who, Permission.MAKE_REPORT)
    where = "WHERE r.status <> 'discarded' AND (NOT $1 OR (r.status = 'fixed' AND r.audience = 'committee'))"
    found = await database.fetch_as(
        ReportFacts,
        f"{WITHOUT_TEXTS} {where} ORDER BY r.made_at DESC, r.id DESC LIMIT $2 OFFSET $3",
        only_fixed,
        size,
        (page - 1) * size,
    )
    total: int = await database.fetch_value(f"SELECT count(*) FROM report r {where}", only_fixed)
    return [one for one in found if _is_for(who, one)], total


async def words_of_version(report: ReportFacts, version: int) -> dict[str, str]:
    """The officer's words as they were in an earlier version; none where there never was such a version."""
    if version == report.version:
        return report.narrative
    found: Any = await database.fetch_value(
        "SELECT \"row\" -> 'narrative' FROM report_past WHERE id = $1 AND (\"row\" ->> 'version')::int = $2 "
        "ORDER BY held_until DESC LIMIT 1",
        report.id,
        version,
    )
    return found or {}


def _is_for(who: Identity, report: ReportFacts) -> bool:
    kind = kind_of(report.kind)
    names_children = kind is not None and kind.names_children
    if names_children and not permits(who, Permission.SEE_CHILD):
        return False
    return report.status != ReportStatus.DISCARDED and may_read(who, report.status, report.audience)
