"""What other rooms are told of actions. Wired by the house."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.actions.queries import LISTED, OPEN_SQL, ListedAction, sees_action
from app.actions.reviewing.history.queries import FIRST_OWED
from app.actions.rules import FINISHED_WORDS, is_overdue
from app.episodes.handed_in import ChronologyMoment
from app.london import day_start, london_date
from app.minutes.fixed_text.rules import AgreedAction
from app.panels.handed_in import OpenAction
from app.panels.hotspots.queries import ABOUT_PLACE
from app.panels.restricting.queries import seer

OPEN_ACTION = (
    "SELECT a.id, a.child AS child_id, a.agenda_item AS item_id, a.text, coalesce(o.name, t.name, '') AS owner, "
    "g.name AS agency, a.due_on, a.status, a.panel AS panel_id, i.restricted IS TRUE AS restricted, "
    "EXISTS (SELECT FROM action_rung r WHERE r.action = a.id AND r.due_on = a.due_on AND r.rung = 'agenda') "
    "AS escalated "
    "FROM action a JOIN agency g ON g.id = a.agency LEFT JOIN person o ON o.id = a.owner "
    "LEFT JOIN post t ON t.id = a.post LEFT JOIN agenda_item i ON i.id = a.agenda_item"
)


async def overdue_actions(as_of: date) -> dict[int, int]:
    """By child, how many actions had passed their due date as of that day and were not finished on it.

    Those agreed under restricted items are left out: the count stands in a score that the whole panel reads.
    """
    rows = await database.fetch(
        "SELECT child, count(*) AS overdue FROM action a WHERE child IS NOT NULL AND issued_on <= $1 "
        f"AND due_on < $1 AND ({OPEN_SQL} OR finished_on > $1) AND NOT EXISTS ("
        "SELECT FROM agenda_item i WHERE i.id = a.agenda_item AND i.restricted) GROUP BY child",
        as_of,
    )
    return {row["child"]: row["overdue"] for row in rows}


async def open_actions(
    child_ids: Collection[int], today: date, who: Identity | None = None, *, all_of_them: bool = False
) -> dict[int, list[OpenAction]]:
    """By child, every unfinished action of any panel, the earliest due first; children without one are left out.

    Of those agreed under restricted items only the ones `who` may see, unless `all_of_them` are asked for.
    """
    rows = await database.fetch(
        f"{OPEN_ACTION} WHERE a.child = ANY($1::bigint[]) AND a.{OPEN_SQL} AND ($2 OR {sees_action(3)}) "
        "ORDER BY a.due_on, a.id",
        sorted(set(child_ids)),
        all_of_them,
        *seer(who),
    )
    found: dict[int, list[OpenAction]] = {}
    for row in rows:
        found.setdefault(row["child_id"], []).append(_open_action(row, today))
    return found


async def open_actions_of_items(item_ids: Collection[int], today: date) -> dict[int, list[OpenAction]]:
    """By the agenda item that agreed them, every unfinished action, the earliest due first."""
    rows = await database.fetch(
        f"{OPEN_ACTION} WHERE a.agenda_item = ANY($1::bigint[]) AND a.{OPEN_SQL} ORDER BY a.due_on, a.id",
        sorted(set(item_ids)),
    )
    found: dict[int, list[OpenAction]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(_open_action(row, today))
    return found


async def actions_of(meeting_id: int) -> list[AgreedAction]:
    """Every action issued from the meeting, in the order it was issued, as the minutes print it.

    As it was agreed: more time, a handover or a later meeting's view change nothing of what this meeting decided.
    What was withdrawn before anybody took it up was a mistake, and is not printed.
    """
    rows = await database.fetch(
        "SELECT a.id, a.agenda_item AS item_id, a.text, o.named AS owner, o.agency, a.original_due_on AS due_on, "
        f"a.strand, a.why, a.priority FROM action a JOIN ({FIRST_OWED} WHERE a.meeting = $1) o ON o.id = a.id "
        "WHERE a.meeting = $1 AND a.status <> 'withdrawn' ORDER BY a.id",
        meeting_id,
    )
    return [AgreedAction(**{**row, "due_on": row["due_on"].isoformat()}) for row in rows]


async def actions_issued_at(meeting_ids: Sequence[int]) -> dict[int, datetime]:
    """When the actions of each held meeting were all issued: with the last one; with none, when it ended.

    Only actions issued here tell the instant. A meeting that was brought by a file (a date alone) and had none is
    left out, as are those not held: nobody knows. A stamp that the minutes keep from a file goes before this.
    """
    rows = await database.fetch(
        "SELECT m.id, coalesce((SELECT max(a.issued_at) FROM action a WHERE a.meeting = m.id "
        "AND a.status <> 'withdrawn'), "
        "CASE WHEN NOT m.date_only THEN m.ended_at END) AS at FROM meeting m "
        "WHERE m.id = ANY($1::bigint[]) AND m.status = 'held'",
        list(meeting_ids),
    )
    return {row["id"]: row["at"] for row in rows if row["at"] is not None}


async def moments_of(who: Identity, child_id: int) -> list[ChronologyMoment]:
    """The actions about a child, issued and finished, that this person may see, for the child's timeline."""
    actions = await database.fetch_as(
        ListedAction, f"{LISTED} WHERE a.child = $1 AND {sees_action(2)} ORDER BY a.id", child_id, *seer(who)
    )
    seen = [action for action in actions if permits(who, Permission.SEE_ACTION, action.scope)]
    return [moment for action in seen for moment in _moments(action)]


async def moments_of_place(
    who: Identity, place_ids: Sequence[int], names: Sequence[str]
) -> list[ChronologyMoment]:
    """The actions agreed under a place of concern that this person may see, for the place's page."""
    actions = await database.fetch_as(
        ListedAction,
        f"{LISTED} WHERE {ABOUT_PLACE} AND {sees_action(3)} ORDER BY a.id",
        list(place_ids),
        list(names),
        *seer(who),
    )
    seen = [action for action in actions if permits(who, Permission.SEE_ACTION, action.scope)]
    return [moment for action in seen for moment in _moments(action)]


def _moments(action: ListedAction) -> list[ChronologyMoment]:
    named = action.owner_name or action.post_name
    whose = f"{named}, {action.agency_name}" if named else action.agency_name
    issued = ChronologyMoment(
        at=action.issued_at or day_start(action.issued_on),
        kind="action",
        title=f"Action issued to {whose}",
        words=action.text,
        url=f"/actions/{action.id}",
        date_only=action.issued_at is None,
    )
    if action.finished_on is None:
        return [issued]
    by_hand = action.last_at is not None and london_date(action.last_at) == action.finished_on
    finished = ChronologyMoment(
        at=action.last_at if by_hand and action.last_at else day_start(action.finished_on),
        kind="action",
        title=f"Action {FINISHED_WORDS[action.status]}",
        words=action.last_note or action.text,
        url=f"/actions/{action.id}",
        date_only=not by_hand,
    )
    return [issued, finished]


def _open_action(row: dict[str, Any], today: date) -> OpenAction:
    return OpenAction(
        id=row["id"],
        text=row["text"],
        owner=row["owner"],
        agency=row["agency"],
        due_on=row["due_on"],
        status=row["status"],
        is_overdue=is_overdue(row["status"], row["due_on"], today),
        url=f"/actions/{row['id']}",
        panel_id=row["panel_id"],
        restricted=row["restricted"],
        escalated=row["escalated"],
    )
