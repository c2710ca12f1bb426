"""Whom actions are with, as a condition for lists and by action. The rule itself is in `rules.with_whom`."""

from collections.abc import Collection
from itertools import groupby

from app import database
from app.access import Role
from app.actions.holding.rules import (
    COVER,
    HOLDER,
    LEAD,
    OWNER,
    REPRESENTATIVE,
    SPEAKING_SEATS,
    Candidate,
    with_whom,
)

SPEAKING = ", ".join(f"'{role}'" for role in SPEAKING_SEATS)
LEADING = f"'{Role.AGENCY_LEAD}'"
PANEL_LEADS = f"'{SPEAKING_SEATS[0]}', '{SPEAKING_SEATS[1]}'"

# Who takes the agency's actions on a panel, of those not hidden from them by a restriction of the item
SPEAKS = f"""
    s.panel = a.panel AND s.agency = a.agency AND s.ended_at IS NULL AND s.role IN ({SPEAKING})
    AND NOT EXISTS (SELECT FROM agenda_item r WHERE r.id = a.agenda_item AND r.restricted
        AND NOT (s.agency = ANY(r.allowed_agencies) OR s.person = ANY(r.allowed_people) OR s.role IN ({PANEL_LEADS})))
"""
LEADS_AGENCY = f"""
    l.agency = a.agency AND {LEADING} = ANY(l.roles)
    AND NOT EXISTS (SELECT FROM agenda_item r WHERE r.id = a.agenda_item AND r.restricted
        AND NOT l.id = ANY(r.allowed_people))
"""
POST_IS_VACANT = """
    NOT EXISTS (SELECT FROM post v JOIN person vp ON vp.id IN (v.holder, v.cover) AND vp.disabled_at IS NULL
        WHERE v.id = a.post AND v.ended_at IS NULL)
"""


def held_by(first: int) -> str:
    """SQL: whether action `a` is with the person whose id is argument `first`. For lists and counts.

    Every arm begins with what an index finds, so that one person's are found among all. A list adds `not_hidden`.
    """
    me = f"${first}::bigint"
    left = "SELECT id FROM person WHERE disabled_at IS NOT NULL"
    mine = f"SELECT id FROM person WHERE id = {me} AND disabled_at IS NULL"
    posts = f"""
        SELECT h.id FROM post h LEFT JOIN person hp ON hp.id = h.holder
        WHERE h.ended_at IS NULL AND EXISTS ({mine})
            AND (h.holder = {me} OR h.cover = {me} AND (h.holder IS NULL OR hp.disabled_at IS NOT NULL))
    """
    agencies = f"""
        SELECT s.agency FROM seat s WHERE s.person = {me} AND s.ended_at IS NULL AND s.role IN ({SPEAKING})
            AND EXISTS ({mine})
        UNION SELECT l.agency FROM person l WHERE l.id = {me} AND {LEADING} = ANY(l.roles) AND l.disabled_at IS NULL
    """
    by_agency = f"""
        a.agency = ANY(ARRAY({agencies})) AND {POST_IS_VACANT}
        AND (EXISTS (SELECT FROM seat s WHERE s.person = {me} AND {SPEAKS})
            OR EXISTS (SELECT FROM person l WHERE l.id = {me} AND {LEADS_AGENCY})
            AND NOT EXISTS (SELECT FROM seat s JOIN person sp ON sp.id = s.person AND sp.disabled_at IS NULL
                WHERE {SPEAKS}))
    """
    return f"""(
        a.owner = (({mine}))
        OR a.post = ANY(ARRAY({posts})) AND (a.owner IS NULL OR a.owner = ANY(ARRAY({left})))
        OR a.owner IS NULL AND {by_agency}
        OR a.owner = ANY(ARRAY({left})) AND {by_agency}
    )"""


def covered_by(first: int) -> str:
    """SQL: whether argument `first` is the cover of action `a`'s post: they may see and update it at any time."""
    return (
        "a.post = ANY(ARRAY(SELECT h.id FROM post h "
        f"WHERE h.cover = ${first}::bigint AND h.ended_at IS NULL))"
    )


CANDIDATES = f"""
WITH a AS MATERIALIZED (
    SELECT id, panel, agency, owner, post, agenda_item FROM action WHERE id = ANY($1::bigint[])
), asked AS (
    SELECT a.id, a.owner AS person, '{OWNER}' AS stands_as FROM a WHERE a.owner IS NOT NULL
    UNION ALL SELECT a.id, h.holder, '{HOLDER}' FROM a JOIN post h ON h.id = a.post
        WHERE h.ended_at IS NULL AND h.holder IS NOT NULL
    UNION ALL SELECT a.id, h.cover, '{COVER}' FROM a JOIN post h ON h.id = a.post
        WHERE h.ended_at IS NULL AND h.cover IS NOT NULL
    UNION ALL SELECT DISTINCT a.id, s.person, '{REPRESENTATIVE}' FROM a JOIN seat s ON {SPEAKS}
        WHERE a.owner IS NULL OR EXISTS (SELECT FROM person o WHERE o.id = a.owner AND o.disabled_at IS NOT NULL)
    UNION ALL SELECT a.id, l.id, '{LEAD}' FROM a JOIN person l ON {LEADS_AGENCY}
        WHERE a.owner IS NULL OR EXISTS (SELECT FROM person o WHERE o.id = a.owner AND o.disabled_at IS NOT NULL)
)
SELECT asked.id AS action_id, p.id AS person_id, p.name, p.email, asked.stands_as, p.disabled_at IS NOT NULL AS left
FROM asked JOIN person p ON p.id = asked.person ORDER BY asked.id, p.id
"""


async def holders_of(action_ids: Collection[int]) -> dict[int, list[Candidate]]:
    """By action, the people it is with now, with their addresses; an empty list where it is with nobody."""
    rows = await database.fetch_as(Candidate, CANDIDATES, sorted(set(action_ids)))
    found: dict[int, list[Candidate]] = {action_id: [] for action_id in action_ids}
    for action_id, candidates in groupby(rows, key=lambda candidate: candidate.action_id):
        found[action_id] = with_whom(candidates)
    return found
