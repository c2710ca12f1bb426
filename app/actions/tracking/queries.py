"""Reads for tracking: what was due in a quarter, its words, and how one action or recommendation was judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.actions.queries import not_hidden
from app.actions.recommendations.queries import led_agency, sees_recommendation
from app.actions.rules import WITHDRAWN
from app.actions.tracking.rules import ACTION, RECOMMENDATION, Assessment, Tracked
from app.panels.restricting.queries import seer
from app.windows import Window

MOST_MEETINGS = 12


async def due_in(who: Identity, window: Window) -> list[Tracked]:
    """Everything first due in the window that this person tracks: the actions of their panels (all by role), as far
    as they are not hidden from them, and the recommendations they may see; the earliest due first."""
    return await database.fetch_as(
        Tracked,
        f"""
        SELECT * FROM (
            SELECT '{ACTION}' AS kind, a.id, p.slug AS panel_slug, p.name AS panel_name, a.agency AS agency_id,
                g.name AS agency_name, a.original_due_on, a.status, a.finished_on, a.tracking, a.tracking_overruled
            FROM action a JOIN panel p ON p.id = a.panel JOIN agency g ON g.id = a.agency
            WHERE a.original_due_on >= $1 AND a.original_due_on < $2 AND ($3 OR a.panel = ANY($4::bigint[]))
                AND a.status <> '{WITHDRAWN}' AND {not_hidden(5)}
            UNION ALL
            SELECT '{RECOMMENDATION}', r.id, '', '', r.agency, g.name, r.original_due_on, r.status, r.finished_on,
                r.tracking, r.tracking_overruled
            FROM recommendation r JOIN agency g ON g.id = r.agency
            WHERE r.original_due_on >= $1 AND r.original_due_on < $2 AND {sees_recommendation(9)}
        ) due ORDER BY original_due_on, kind, id
        """,
        window.first,
        window.last,
        tracks_every_panel(who),
        panels_tracked(who),
        *seer(who),
        permits(who, Permission.MANAGE_RECOMMENDATION),
        who.person_id,
        led_agency(who),
    )


def tracks_every_panel(who: Identity) -> bool:
    """Whether this person's role shows the tracking of every panel."""
    by_role = Identity(who.person_id, who.name, who.email, who.agency_id, who.agency_name, who.roles)
    return permits(by_role, Permission.SEE_TRACKING)


def panels_tracked(who: Identity) -> list[int]:
    return sorted(
        panel
        for panel in who.seat_panels()
        if permits(who, Permission.SEE_TRACKING, Scope(frozenset({panel})))
    )


@dataclass(frozen=True)
class TrackedWords:
    """What the table says of one row. `remarks`: the latest word, of a judgement or of whoever has it."""

    kind: str
    id: int
    reference: str
    text: str
    lead: str
    due_on: date
    anticipated_on: date | None
    remarks: str
    child_id: int | None

    @property
    def address(self) -> str:
        return f"/{self.kind}s/{self.id}"


def _words(kind: str, reference: str, child: str) -> str:
    return f"""
        SELECT '{kind}' AS kind, a.id, {reference} AS reference, a.text,
            coalesce(o.name, t.name, '') AS lead, a.due_on, a.anticipated_on,
            CASE WHEN j.assessed_at >= u.made_at THEN coalesce(nullif(j.words, ''), u.note, '')
                ELSE coalesce(nullif(u.note, ''), j.words, '') END AS remarks, {child} AS child_id
        FROM {kind} a LEFT JOIN person o ON o.id = a.owner LEFT JOIN post t ON t.id = a.post
        LEFT JOIN LATERAL (SELECT words, assessed_at FROM tracking_assessment WHERE {kind} = a.id
            ORDER BY id DESC LIMIT 1) j ON true
        LEFT JOIN LATERAL (SELECT note, made_at FROM {kind}_update WHERE {kind} = a.id
            ORDER BY made_at DESC, id DESC LIMIT 1) u ON true
        WHERE a.id = ANY(${1 if kind == ACTION else 2}::bigint[])
    """


async def words_of_rows(rows: Sequence[Tracked]) -> dict[tuple[str, int], TrackedWords]:
    """By kind and id, what the table says of these rows: of `due_in`, which holds only what the reader may see."""
    found = await database.fetch_as(
        TrackedWords,
        f"{_words(ACTION, 'coalesce(a.action_ref, ' + repr('') + ')', 'a.child')} "
        f"UNION ALL {_words(RECOMMENDATION, 'a.reference', 'NULL::bigint')}",
        [row.id for row in rows if row.kind == ACTION],
        [row.id for row in rows if row.kind == RECOMMENDATION],
    )
    return {(words.kind, words.id): words for words in found}


async def assessments_of(kind: str, about: int) -> list[Assessment]:
    """How an action or a recommendation was judged, the latest first. The caller may see it."""
    assert kind in (ACTION, RECOMMENDATION)
    return await database.fetch_as(
        Assessment,
        "SELECT j.category, j.overruled, j.anticipated_on, j.words, coalesce(p.name, '') AS by, "
        "j.meeting AS meeting_id, (m.starts_at AT TIME ZONE 'Europe/London')::date AS meeting_on, "
        "(j.assessed_at AT TIME ZONE 'Europe/London')::date AS assessed_on FROM tracking_assessment j "
        "LEFT JOIN person p ON p.id = j.person LEFT JOIN meeting m ON m.id = j.meeting "
        f"WHERE j.{kind} = $1 ORDER BY j.id DESC",
        about,
    )


@dataclass(frozen=True)
class ReviewMeeting:
    id: int
    starts_at: datetime


async def meetings_to_name(panel_id: int, now: datetime) -> list[ReviewMeeting]:
    """The panel's latest meetings that have begun, at which something may have been judged."""
    return await database.fetch_as(
        ReviewMeeting,
        "SELECT id, starts_at FROM meeting WHERE panel = $1 AND status IN ('agenda-issued', 'held') "
        "AND starts_at <= $2 ORDER BY starts_at DESC, id DESC LIMIT $3",
        panel_id,
        now,
        MOST_MEETINGS,
    )
