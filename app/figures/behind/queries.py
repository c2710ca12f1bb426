"""Which records behind a number somebody may see, in order, and the facts that decide about each. Nothing is written.

Facts are read as the question asks: as things stood, and as they were known. Who may see what is asked of today.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.access import Identity, Permission, Scope, permits
from app.actions.queries import sees_action
from app.figures.behind.rows import (
    ActionBehind,
    CaseBehind,
    ChildBehind,
    EpisodeBehind,
    MeetingBehind,
    ReferralBehind,
    RowBehind,
)
from app.figures.counting import Noun
from app.figures.interviews.queries import INTERVIEWED
from app.figures.queries import Records
from app.figures.rules import Question
from app.panels.chronology.queries import children_of_panels
from app.panels.referrals.queries import seen_in_sql
from app.panels.restricting.queries import seer

KNOWN_AS = "coalesce(nullif(c.name, ''), c.child_ref, '')"

ORDERED = {
    Noun.EPISODE: ("{episode} e JOIN {child} c ON c.id = e.child", "e.id", "e.started_at DESC, e.id DESC"),
    Noun.CHILD: ("{child} c", "c.id", f"lower({KNOWN_AS}), c.id"),
    Noun.CASE: ("{panel_case} k", "k.id", "coalesce(k.closed_on, k.accepted_on) DESC, k.id DESC"),
    Noun.REFERRAL: ("{referral} r", "r.id", "r.referred_on DESC, r.id DESC"),
    Noun.ACTION: (
        "{action} a LEFT JOIN agenda_item i ON i.id = a.agenda_item",
        "a.id",
        "a.original_due_on, a.id",
    ),
    Noun.MEETING: ("{meeting} m", "m.id", "m.starts_at DESC, m.id DESC"),
}
"""Where the records stand, and their order: the latest first, children by name, actions by the day first due."""


async def seen_in_order(who: Identity, question: Question, noun: Noun, ids: Sequence[int]) -> list[int]:
    """Of these records those that this person may open, by the rules of their own pages."""
    records = Records(question)
    seen = await SEEN[noun](who, records)
    records.arguments.append(list(ids))
    tables, id_, order = ORDERED[noun]
    rows = await records.rows(
        f"SELECT array_agg({id_} ORDER BY {order}) AS ids FROM {tables} "
        f"WHERE {id_} = ANY(${len(records.arguments)}::bigint[]) AND {seen}"
    )
    return list(rows[0]["ids"] or ())


async def _child_is_seen(who: Identity, records: Records) -> str:
    if permits(who, Permission.SEE_CHILD, Scope()):
        return "true"
    records.arguments.append(sorted(await children_of_panels(who.seat_panels(), who)))
    return f"coalesce(c.merged_into, c.id) = ANY(${len(records.arguments)}::bigint[])"


def _panel_is_seen(permission: Permission, panel: str) -> Callable[[Identity, Records], Awaitable[str]]:
    async def seen(who: Identity, records: Records) -> str:
        if permits(who, permission, Scope()):
            return "true"
        panels = [one for one in who.seat_panels() if permits(who, permission, Scope(frozenset({one})))]
        records.arguments.append(sorted(panels))
        return f"{panel} = ANY(${len(records.arguments)}::bigint[])"

    return seen


async def _referral_is_seen(who: Identity, records: Records) -> str:
    clause, values = seen_in_sql(who, 1)
    records.arguments.extend(values)
    return clause


async def _action_is_seen(who: Identity, records: Records) -> str:
    """As `action_for`: by role, panel, agency, owner or post; and no restricted item's but for those it names."""
    records.arguments.extend(seer(who))
    seen = sees_action(1)
    if permits(who, Permission.SEE_ACTION, Scope()):
        return seen
    records.arguments.extend([sorted(who.seat_panels()), who.agency_id])
    return (
        f"{seen} AND (a.panel = ANY($5::bigint[]) OR a.agency = $6::bigint OR a.owner = $1::bigint OR a.post IN "
        "(SELECT h.id FROM post h WHERE $1::bigint IN (h.holder, h.cover) AND h.ended_at IS NULL))"
    )


SEEN: dict[Noun, Callable[[Identity, Records], Awaitable[str]]] = {
    Noun.EPISODE: _child_is_seen,
    Noun.CHILD: _child_is_seen,
    Noun.CASE: _panel_is_seen(Permission.SEE_CASE, "k.panel"),
    Noun.REFERRAL: _referral_is_seen,
    Noun.ACTION: _action_is_seen,
    Noun.MEETING: _panel_is_seen(Permission.SEE_MEETING, "m.panel"),
}

OF_CHILD = f"c.id AS child_id, {KNOWN_AS} AS known_as, c.child_ref"

EPISODES = (
    f"""
WITH told AS MATERIALIZED (
    SELECT e.id, {OF_CHILD}, coalesce(e.episode_ref, '') AS episode_ref, e.started_at, e.date_only,
        CASE WHEN e.reported_at < {{until}} THEN e.reported_at END AS reported_at,
        CASE WHEN e.returned_at < {{until}} THEN e.returned_at END AS returned_at,
        CASE WHEN e.sw_contact_at < {{until}} THEN e.sw_contact_at END AS sw_contact_at,
        CASE WHEN e.end_unknown_after < {{as_at_on}} THEN e.end_unknown_after END AS end_unknown_after,
        'returned_at' <> ALL(e.date_only) AS is_timed, NULL::timestamptz AS informed_at, 1 AS ended_in
    FROM {{episode}} e JOIN {{child}} c ON c.id = e.child WHERE e.id = ANY($1::bigint[])
)
"""
    + INTERVIEWED
    + """
SELECT t.id, t.child_id, t.known_as, t.child_ref, t.episode_ref, t.started_at, t.reported_at, t.returned_at,
    t.sw_contact_at, t.date_only, t.end_unknown_after, CASE WHEN i.is_completed THEN 'completed'
        ELSE coalesce(({outcomes})[i.latest[3]], '') END AS outcome,
    (SELECT min(n.offered_at) FROM {interview_episode} ie JOIN {interview} n ON n.id = ie.interview
        WHERE ie.episode = t.id AND n.offered_at < {until} AND 'offered_at' <> ALL(n.date_only)) AS offered_at
FROM told t LEFT JOIN interviewed i ON i.id = t.id
"""
)

CHILDREN = f"""
SELECT c.id, {KNOWN_AS} AS known_as, c.child_ref, c.born_on, c.legal_status, c.responsible_authority, c.placed_in,
    coalesce(e.episodes, 0) AS episodes, e.first_at, e.last_at, {{as_at_on}} AS aged_on
FROM {{child}} c LEFT JOIN (
    SELECT child, count(*) AS episodes, min(started_at) AS first_at, max(started_at) AS last_at FROM {{episode}} o
    WHERE child = ANY($1::bigint[]) AND category = 'missing' AND merged_into IS NULL
        AND started_at >= {{from_at}} AND started_at < {{to_at}} AND started_at < {{until}} GROUP BY child
) e ON e.child = c.id WHERE c.id = ANY($1::bigint[])
"""

CASES = f"""
SELECT k.id, {OF_CHILD}, p.name AS panel_name, k.accepted_on, k.closure_reason,
    CASE WHEN k.first_meeting_on <= {{as_at_on}} THEN k.first_meeting_on END AS first_meeting_on,
    CASE WHEN k.closed_on <= {{as_at_on}} THEN k.closed_on END AS closed_on,
    (SELECT min(r.referred_on) FROM {{referral}} r WHERE r.panel = k.panel AND r.child = k.child
        AND r.threshold = 'met' AND r.referred_on > k.closed_on AND r.referred_on <= {{as_at_on}}) AS back_on
FROM {{panel_case}} k JOIN {{child}} c ON c.id = k.child JOIN panel p ON p.id = k.panel
WHERE k.id = ANY($1::bigint[])
"""

REFERRALS = f"""
SELECT r.id, {OF_CHILD}, coalesce(p.name, '') AS panel_name, r.referred_on, r.threshold,
    (SELECT max(o.referred_on) FROM {{referral}} o WHERE o.child = r.child AND o.panel IS NOT DISTINCT FROM r.panel
        AND (o.referred_on, o.id) < (r.referred_on, r.id)) AS earlier_on
FROM {{referral}} r JOIN {{child}} c ON c.id = r.child LEFT JOIN panel p ON p.id = r.panel
WHERE r.id = ANY($1::bigint[])
"""

ACTIONS = f"""
SELECT a.id, c.id AS child_id, {KNOWN_AS} AS known_as, a.text, p.name AS panel_name, g.name AS agency_name,
    coalesce(o.name, '') AS owner_name, a.issued_on, a.original_due_on, a.due_on,
    CASE WHEN a.finished_on > {{as_at_on}} THEN 'open then' ELSE a.status END AS status,
    CASE WHEN a.finished_on <= {{as_at_on}} THEN a.finished_on END AS finished_on
FROM {{action}} a JOIN panel p ON p.id = a.panel JOIN agency g ON g.id = a.agency
    LEFT JOIN person o ON o.id = a.owner LEFT JOIN {{child}} c ON c.id = a.child
WHERE a.id = ANY($1::bigint[])
"""

MEETINGS = """
SELECT m.id, p.name AS panel_name, m.starts_at, m.date_only, m.status, coalesce(h.name, m.chair_name) AS chair_name,
    coalesce(t.name, w.name, m.minute_taker_name) AS minute_taker_name, m.ended_at,
    CASE WHEN n.sent_to_chair_at < {until} THEN n.sent_to_chair_at END AS sent_to_chair_at,
    CASE WHEN n.approved_at < {until} THEN n.approved_at END AS approved_at,
    CASE WHEN n.circulated_at < {until} THEN n.circulated_at END AS circulated_at,
    coalesce(d.present, 0) AS present, coalesce(d.asked, 0) AS asked
FROM {meeting} m JOIN panel p ON p.id = m.panel LEFT JOIN {minutes} n ON n.meeting = m.id
    LEFT JOIN person h ON h.id = m.chair LEFT JOIN person t ON t.id = n.taker
    LEFT JOIN person w ON w.id = m.minute_taker
    LEFT JOIN (SELECT meeting, count(*) AS asked, count(*) FILTER (WHERE status IN ('present', 'deputy')) AS present
        FROM attendance WHERE meeting = ANY($1::bigint[]) GROUP BY meeting) d ON d.meeting = m.id
WHERE m.id = ANY($1::bigint[])
"""

FACTS: dict[Noun, tuple[type[Any], str]] = {
    Noun.EPISODE: (EpisodeBehind, EPISODES),
    Noun.CHILD: (ChildBehind, CHILDREN),
    Noun.CASE: (CaseBehind, CASES),
    Noun.REFERRAL: (ReferralBehind, REFERRALS),
    Noun.ACTION: (ActionBehind, ACTIONS),
    Noun.MEETING: (MeetingBehind, MEETINGS),
}


async def rows_of(question: Question, noun: Noun, ids: Sequence[int]) -> list[RowBehind]:
    """The records with their facts, in the order of their ids as given."""
    row_of, sql = FACTS[noun]
    records = Records(question)
    records.arguments.append(list(ids))
    found: dict[int, dict[str, Any]] = {row["id"]: row for row in await records.rows(sql)}
    return [row_of(**found[one]) for one in ids if one in found]
