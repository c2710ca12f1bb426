"""Reads which earlier actions come to a meeting, and how many it has looked at. What was said: `reviewing.queries`."""

from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.actions.queries import OPEN_SQL, ListedAction, listed_from, sees_action, whose
from app.actions.reviewing.rules import Tally
from app.panels.meetings.rules import OPEN, MeetingFacts
from app.panels.restricting.queries import hidden_items, seer

# When an action was agreed: with its meeting, whenever somebody wrote it down; else at the start of its day.
AGREED_AT = "coalesce(s.starts_at, a.issued_on::timestamp AT TIME ZONE 'Europe/London')"

# Another meeting settled it, or it was settled before panels reviewed anything. While this meeting is open a later
# one counts as well; afterwards it keeps what it met on its day. What a cancelled meeting said settles nothing.
SETTLED = """
    FROM action_review r LEFT JOIN meeting rm ON rm.id = r.meeting
    WHERE r.action = a.id AND r.settles AND r.meeting IS DISTINCT FROM $2
    AND (rm.id IS NULL OR rm.status <> 'cancelled')
"""


# $1 panel, $2 meeting, $3 its start, $4 the one child it is held for, $5 whether it is still open
def coming_of(these: str) -> str:
    """The actions that come to a meeting, of those for which a condition holds.

    Unfinished ones come, and those finished here that no meeting has accepted yet.
    """
    return f"""
    SELECT a.* FROM action a LEFT JOIN meeting s ON s.id = a.meeting WHERE {these} AND (
        EXISTS (SELECT FROM action_review r WHERE r.action = a.id AND r.meeting = $2)
        OR a.meeting IS DISTINCT FROM $2 AND {AGREED_AT} < $3 AND ($4::bigint IS NULL OR a.child = $4)
        AND (a.finished_on IS NULL OR EXISTS (
            SELECT FROM action_update w WHERE w.action = a.id AND w.person IS NOT NULL
            AND w.status IN ('completed', 'not-possible', 'not-done')))
        AND NOT EXISTS (SELECT {SETTLED} AND ($5 OR rm.id IS NULL OR rm.starts_at <= $3))
        AND NOT ($5 AND EXISTS (
            SELECT FROM meeting e WHERE e.panel = $1 AND e.id <> $2 AND e.status IN ('planned', 'agenda-issued')
            AND e.starts_at < $3 AND e.starts_at > {AGREED_AT} AND (e.child IS NULL OR e.child = a.child))))
    """


# Every action of the panel that may come, so that those settled long ago are not gone through: the open ones, what this
# meeting said something of, what was finished and not settled, what a cancelled meeting settled; and for a meeting of
# the past what was agreed before and settled afterwards. One too many does no harm.
MAY_COME = f"""
    SELECT o.id FROM action o WHERE o.panel = $1 AND o.{OPEN_SQL}
    UNION SELECT r.action FROM action_review r WHERE r.meeting = $2
    UNION SELECT u.action FROM action_unaccepted u WHERE u.panel = $1
    UNION SELECT r.action FROM action_review r WHERE r.settles AND r.meeting = ANY(ARRAY(
        SELECT e.id FROM meeting e WHERE e.panel = $1 AND e.status = 'cancelled'))
    UNION SELECT a.id FROM action_review r JOIN action a ON a.id = r.action LEFT JOIN meeting s ON s.id = a.meeting
        WHERE r.settles AND {AGREED_AT} < $3 AND r.meeting = ANY(ARRAY(
            SELECT e.id FROM meeting e WHERE NOT $5 AND e.panel = $1 AND e.starts_at > $3))
"""
# the arrays keep the database from weighing whole tables: each is a few rows of very many
COMES = coming_of(f"a.id = ANY(ARRAY({MAY_COME}))")
THIS_COMES = coming_of("a.panel = $1 AND a.id = $11")

# $10: the items of this meeting that the reader may not see. What stands under one of them, by the child or the place
# it is about, is not shown to them under another line either: it would tell whom the meeting speaks of.
BEHIND_THE_DOOR = """EXISTS (
    SELECT FROM agenda_item h LEFT JOIN agenda_item i ON i.id = a.agenda_item
    WHERE h.id = ANY($10::bigint[]) AND h.status = 'on-agenda' AND (h.child = a.child OR a.child IS NULL
        AND h.kind = 'place' AND i.kind = 'place'
        AND (h.place = i.place OR lower(btrim(h.title)) = lower(btrim(i.title))))
)"""
SEEN = f"{sees_action(6)} AND NOT {BEHIND_THE_DOOR}"


async def coming(who: Identity, meeting: MeetingFacts, action_id: int | None = None) -> list[ListedAction]:
    """The earlier actions that this person sees come to a meeting, open ones first; `action_id`: that one alone."""
    if meeting.status == "cancelled":
        return []
    rows = COMES if action_id is None else THIS_COMES
    found = await database.fetch_as(
        ListedAction,
        f"{listed_from(rows)} WHERE {SEEN} ORDER BY a.finished_on IS NOT NULL, a.due_on, a.id",
        *await _asked(who, meeting),
        *([] if action_id is None else [action_id]),
    )
    return [action for action in found if permits(who, Permission.SEE_ACTION, action.scope)]


async def _asked(who: Identity, meeting: MeetingFacts) -> list[Any]:
    return [
        *(meeting.panel_id, meeting.id, meeting.starts_at, meeting.child_id, meeting.status in OPEN),
        *seer(who),
        sorted(await hidden_items(who, meeting.id)),
    ]


# by what decides who sees them, as `ListedAction.scope` has it
TALLY = f"""
    SELECT CASE WHEN o.disabled_at IS NULL THEN a.owner END AS owner_id, a.agency AS agency_id,
           ARRAY[th.id, tc.id] AS holder_ids, count(*) AS total, count(v.id) AS looked_at,
           count(*) FILTER (WHERE a.finished_on IS NULL AND 'agenda' = (
               SELECT r.rung FROM action_rung r WHERE r.action = a.id AND r.due_on = a.due_on
               ORDER BY r.id DESC LIMIT 1)) AS escalated
    FROM ({COMES}) a
    LEFT JOIN agenda_item i ON i.id = a.agenda_item
    {whose("a")}
    LEFT JOIN action_review v ON v.action = a.id AND v.meeting = $2
    WHERE {SEEN} GROUP BY 1, 2, 3
"""


async def tally_for(who: Identity, meeting: MeetingFacts) -> Tally:
    """How far the meeting is with what it meets of earlier actions, as far as this person may see them."""
    if meeting.status == "cancelled":
        return Tally(0, 0)
    rows = await database.fetch(TALLY, *await _asked(who, meeting))
    seen = [row for row in rows if permits(who, Permission.SEE_ACTION, _scope(meeting, row))]
    return Tally(*(sum(row[name] for row in seen) for name in ("looked_at", "total", "escalated")))


def _scope(meeting: MeetingFacts, row: dict[str, Any]) -> Scope:
    holders = frozenset(person for person in row["holder_ids"] if person is not None)
    return Scope(frozenset({meeting.panel_id}), row["owner_id"], row["agency_id"], holders)
