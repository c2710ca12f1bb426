"""Reads what meetings say of earlier actions. Which come to a meeting: `coming.queries`; the past: `history`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import database
from app.access import Identity
from app.actions.queries import ListedAction
from app.actions.reminding.rules import Rung
from app.actions.reviewing.coming.queries import AGREED_AT, SETTLED, coming, tally_for
from app.actions.reviewing.history.queries import histories_of
from app.actions.reviewing.rules import EarlierAction, Review, ToReview, whose_words
from app.minutes.reviewed.rules import ReviewedAction
from app.panels.carried.rules import Heading, under_headings
from app.panels.handed_in import CarriedAction
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items


async def actions_to_review(
    who: Identity, meeting: MeetingFacts, action_id: int | None = None
) -> list[ToReview]:
    """The earlier actions that this meeting meets and this person may see, the earliest due first.

    With `action_id` that one alone, or nothing.
    """
    seen = await coming(who, meeting, action_id)
    ids = [action.id for action in seen]
    reviews = {one.action_id: one for one in await reviews_at(meeting.id)}
    beside = await _beside(ids, meeting)
    histories = await histories_of(ids, meeting.id)
    return [
        ToReview(
            action=earlier(action),
            place_names=frozenset(beside[action.id]["place_names"]),
            restricted=beside[action.id]["restricted"],
            history=histories.lines(action.id),
            missed=tuple(sorted(beside[action.id]["missed"])),
            review=reviews.get(action.id),
            settled_at=beside[action.id]["settled_at"],
        )
        for action in seen
    ]


def earlier(action: ListedAction) -> EarlierAction:
    return EarlierAction(
        id=action.id,
        text=action.text,
        whose=whose_words(action.owner_name, action.post_name, action.agency_name),
        agency_id=action.agency_id,
        owner_id=action.owner_id,
        post_id=action.post_id,
        child_id=action.child_id,
        child_name=action.child_name,
        item_title=action.item_title,
        due_on=action.due_on,
        original_due_on=action.original_due_on,
        status=action.status,
        version=action.version,
        escalated=action.rung == Rung.AGENDA,
    )


MISSED = f"""
    SELECT h.starts_at FROM meeting h WHERE h.panel = $1 AND h.status = 'held' AND NOT h.date_only
    AND h.starts_at < $3 AND h.starts_at > {AGREED_AT} AND (h.child IS NULL OR h.child = a.child)
    AND NOT EXISTS (SELECT FROM action_review r WHERE r.action = a.id AND r.meeting = h.id)
    ORDER BY h.starts_at DESC LIMIT 3
"""

PLACE_NAMES = """
    ARRAY(SELECT lower(regexp_replace(btrim(i.title), '\\s+', ' ', 'g')) WHERE i.kind = 'place'
          UNION SELECT n.name FROM place_name n WHERE i.kind = 'place' AND n.place = i.place) AS place_names
"""

BESIDE = f"""
    SELECT a.id, i.restricted IS TRUE AS restricted, ARRAY({MISSED}) AS missed, {PLACE_NAMES},
           (SELECT max(coalesce(rm.starts_at, r.reviewed_at)) {SETTLED}) AS settled_at
    FROM action a LEFT JOIN meeting s ON s.id = a.meeting LEFT JOIN agenda_item i ON i.id = a.agenda_item
    WHERE a.id = ANY($4::bigint[])
"""


async def _beside(action_ids: Sequence[int], meeting: MeetingFacts) -> dict[int, dict[str, Any]]:
    """By action: whether its item is restricted, what its place is called, and which meetings passed it over."""
    rows = await database.fetch(BESIDE, meeting.panel_id, meeting.id, meeting.starts_at, list(action_ids))
    return {row["id"]: row for row in rows}


REVIEW = """
    SELECT r.action AS action_id, r.meeting AS meeting_id, m.starts_at AS meeting_at, r.view, r.note, r.stood,
           r.changed, r.settles, coalesce(p.name, '') AS by, r.reviewed_at, r.version
    FROM action_review r JOIN meeting m ON m.id = r.meeting LEFT JOIN person p ON p.id = r.reviewed_by
"""


async def reviews_at(meeting_id: int) -> list[Review]:
    """What a meeting said of earlier actions, whoever may see them."""
    return await database.fetch_as(Review, f"{REVIEW} WHERE r.meeting = $1 ORDER BY r.id", meeting_id)


async def reviews_of(action_id: int) -> list[Review]:
    """What meetings that were not cancelled said of an action, the latest first."""
    return await database.fetch_as(
        Review,
        f"{REVIEW} WHERE r.action = $1 AND m.status <> 'cancelled' ORDER BY m.starts_at DESC, r.id DESC",
        action_id,
    )


@dataclass(frozen=True)
class _About:
    """What a reviewed action is about, for its place in the minutes."""

    id: int
    source_item_id: int | None
    child_id: int | None
    child_ref: str
    child_name: str
    place_names: frozenset[str]
    restricted: bool

    @property
    def child(self) -> tuple[int, str, str] | None:
        return (self.child_id, self.child_ref, self.child_name) if self.child_id is not None else None


async def reviewed_for_minutes(meeting_id: int) -> list[ReviewedAction]:
    """What a meeting said of each earlier action, under the item where it stood, as the minutes print it."""
    reviews = await reviews_at(meeting_id)
    if not reviews:
        return []
    about = await _about([one.action_id for one in reviews])
    headings = await headings_of(meeting_id)
    own = {heading.key: heading.child_id for heading in headings}
    under = under_headings(about.values(), headings)
    item_of = {one.id: item for item, found in under.items() for one in found}
    return [
        ReviewedAction(
            id=one.action_id,
            item_id=item_of[one.action_id],
            source_item_id=about[one.action_id].source_item_id,
            text=one.stood.get("text", ""),
            whose=one.stood.get("whose", ""),
            due_on=one.stood.get("due_on", ""),
            view=one.words,
            note=one.note,
            child=about[one.action_id].child
            if own.get(item_of[one.action_id] or 0) != about[one.action_id].child_id
            else None,
        )
        for one in reviews
    ]


async def _about(action_ids: Sequence[int]) -> dict[int, _About]:
    rows = await database.fetch(
        "SELECT a.id, a.agenda_item AS source_item_id, a.child AS child_id, i.restricted IS TRUE AS restricted, "
        "coalesce(c.child_ref, '') AS child_ref, coalesce(c.name, '') AS child_name, "
        f"{PLACE_NAMES} FROM action a LEFT JOIN agenda_item i ON i.id = a.agenda_item "
        "LEFT JOIN child c ON c.id = a.child WHERE a.id = ANY($1::bigint[])",
        list(action_ids),
    )
    return {row["id"]: _About(**{**row, "place_names": frozenset(row["place_names"])}) for row in rows}


async def headings_of(meeting_id: int) -> list[Heading[int]]:
    """The items on a meeting's agenda in their order, as headings of earlier actions."""
    rows = await database.fetch(
        "SELECT id AS key, kind, child AS child_id, title, standing_key, restricted FROM agenda_item "
        "WHERE meeting = $1 AND status = 'on-agenda' ORDER BY position, id",
        meeting_id,
    )
    return [Heading(**row) for row in rows]


async def headings_for(who: Identity, meeting_id: int) -> list[Heading[int]]:
    """The same without the items that this person may not see: nothing is shown under them."""
    hidden = await hidden_items(who, meeting_id)
    return [heading for heading in await headings_of(meeting_id) if heading.key not in hidden]


async def names_of_headings(item_ids: Collection[int]) -> dict[int, str]:
    """Agenda items in the words of a page: the child's name or reference, or the title."""
    rows = await database.fetch(
        "SELECT i.id, coalesce(nullif(c.name, ''), c.child_ref, i.title) AS name FROM agenda_item i "
        "LEFT JOIN child c ON c.id = i.child WHERE i.id = ANY($1::bigint[])",
        list(item_ids),
    )
    return {row["id"]: row["name"] for row in rows}


async def carried_to_meeting(who: Identity, meeting_id: int, today: date) -> list[CarriedAction]:
    """The same for agendas and packs. Raises Invisible for a meeting that this person may not know of."""
    meeting = await meeting_for(who, meeting_id)
    return [one.carried(today) for one in await actions_to_review(who, meeting)]


async def words_looked_at(who: Identity, meeting_id: int) -> str:
    """`9 of 12 actions looked at`; empty where none came."""
    tally = await tally_for(who, await meeting_for(who, meeting_id))
    return tally.words if tally.total else ""
