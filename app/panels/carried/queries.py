"""Reads what comes forward to a meeting: deferred, not reached, lost to a cancellation, or with open actions.

Nothing is stored until the meeting's agenda next changes; until then the list is worked out at every reading.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app import database
from app.panels.carried.rules import Carried, actions_of_panel, because_of_actions
from app.panels.handed_in import handed_in
from app.panels.meetings.rules import MeetingFacts

REACH = timedelta(days=400)
"""How far back items are looked for; whatever is brought forward is renewed at each meeting."""

MEETINGS_ASKED = 3

# The first open meeting after the source that may take the item is the one it comes to.
COMES_HERE = """
    AND s.starts_at < $2 AND s.starts_at > $3 AND s.id <> $4
    AND ($5::bigint IS NULL OR i.child = $5)
    AND NOT EXISTS (
        SELECT FROM meeting e WHERE e.panel = s.panel AND e.status IN ('planned', 'agenda-issued') AND e.id <> $4
        AND e.starts_at > s.starts_at AND e.starts_at < $2 AND (e.child IS NULL OR e.child = i.child))
"""

UNSETTLED = (
    """
    SELECT i.id AS source_item_id, s.id AS from_meeting_id, s.starts_at AS from_starts_at, i.kind,
           i.child AS child_id, i.panel_case AS case_id, i.title, i.minutes, i.standing_key,
           i.restricted, i.open_title, i.allowed_people, i.allowed_agencies,
           CASE WHEN i.status = 'deferred' THEN 'deferred' WHEN s.status = 'cancelled' THEN 'the meeting was cancelled'
                ELSE 'not reached' END AS because
    FROM agenda_item i JOIN meeting s ON s.id = i.meeting
    WHERE s.panel = $1
    AND (i.status = 'deferred'
         OR (i.status = 'on-agenda' AND s.status = 'cancelled' AND i.kind <> 'standing')
         OR (i.status = 'on-agenda' AND s.status = 'held' AND i.id = ANY($6)))
    AND NOT EXISTS (
        SELECT FROM agenda_item n JOIN meeting nm ON nm.id = n.meeting
        WHERE nm.panel = s.panel AND nm.starts_at > s.starts_at AND n.kind = i.kind
        AND n.child IS NOT DISTINCT FROM i.child AND (i.child IS NOT NULL OR n.title = i.title))
"""
    + COMES_HERE
    + " ORDER BY s.starts_at, i.position, i.id"
)

LISTED_BEFORE = (
    """
    SELECT DISTINCT ON (i.child, i.restricted) i.id AS source_item_id, s.id AS from_meeting_id,
           s.starts_at AS from_starts_at, i.kind, i.child AS child_id, i.panel_case AS case_id, i.title, i.minutes,
           '' AS because, i.restricted, i.open_title, i.allowed_people, i.allowed_agencies
    FROM agenda_item i JOIN meeting s ON s.id = i.meeting
    WHERE s.panel = $1 AND s.status = 'held' AND i.child IS NOT NULL
    AND NOT EXISTS (SELECT FROM agenda_item here WHERE here.meeting = $4 AND here.child = i.child)
"""
    + COMES_HERE
    + " ORDER BY i.child, i.restricted, s.starts_at DESC, i.id"
)

# A place is the same under each of its names; every earlier item of it may have agreed actions.
PLACES_BEFORE = (
    """
    WITH listed AS (
        SELECT i.*, s.id AS from_meeting_id, s.starts_at AS from_starts_at,
               coalesce(i.place::text, lower(i.title)) AS what
        FROM agenda_item i JOIN meeting s ON s.id = i.meeting
        WHERE s.panel = $1 AND s.status = 'held' AND i.kind = 'place'
        AND NOT EXISTS (SELECT FROM agenda_item here WHERE here.meeting = $4 AND here.kind = 'place'
                        AND (here.place = i.place OR lower(here.title) = lower(i.title)))
    """
    + COMES_HERE
    + """)
    SELECT DISTINCT ON (what, restricted) id AS source_item_id, from_meeting_id, from_starts_at, kind, title, minutes,
           restricted, open_title, allowed_people, allowed_agencies,
           array_agg(id) OVER (PARTITION BY what, restricted) AS item_ids
    FROM listed ORDER BY what, restricted, from_starts_at DESC, id DESC
"""
)


async def carried_to(meeting: MeetingFacts) -> list[Carried]:
    """What comes forward to this open meeting and is not on it yet, oldest first; empty for a settled meeting."""
    if not meeting.is_open:
        return []
    place = (meeting.panel_id, meeting.starts_at, meeting.starts_at - REACH, meeting.id, meeting.child_id)
    unsettled = await database.fetch_as(Carried, UNSETTLED, *place, await _not_reached(meeting))
    with_actions = await _with_open_actions(await database.fetch_as(Carried, LISTED_BEFORE, *place), meeting)
    places = await _places_with_open_actions(await database.fetch(PLACES_BEFORE, *place))
    return _each_once(unsettled, [*with_actions, *places])


async def _not_reached(meeting: MeetingFacts) -> list[int]:
    held = await database.fetch(
        "SELECT id FROM meeting WHERE panel = $1 AND status = 'held' AND starts_at < $2 "
        "AND ($3::bigint IS NULL OR child IS NULL OR child = $3) ORDER BY starts_at DESC LIMIT $4",
        meeting.panel_id,
        meeting.starts_at,
        meeting.child_id,
        MEETINGS_ASKED,
    )
    found: list[int] = []
    for row in held:
        found += await handed_in.items_not_reached(row["id"])
    return found


async def _with_open_actions(candidates: list[Carried], meeting: MeetingFacts) -> list[Carried]:
    if not candidates:
        return []
    children = [candidate.child_id for candidate in candidates if candidate.child_id]
    by_child = await handed_in.open_actions(children, all_of_them=True)
    in_the_open = {candidate.child_id for candidate in candidates if not candidate.restricted}
    found = []
    for candidate in candidates:
        actions = actions_of_panel(
            by_child.get(candidate.child_id or 0, []), meeting.panel_id, candidate.restricted
        )
        # a child discussed both ways comes back restricted only with what was agreed behind the closed door
        if candidate.restricted and candidate.child_id in in_the_open:
            actions = actions if any(action.restricted for action in actions) else []
        if actions:
            found.append(replace(candidate, because=because_of_actions(actions)))
    return sorted(found, key=lambda one: (not one.restricted, one.from_starts_at, one.source_item_id))


async def _places_with_open_actions(rows: list[dict[str, Any]]) -> list[Carried]:
    by_item = await handed_in.open_actions_of_items([item for row in rows for item in row["item_ids"]])
    found = []
    for row in rows:
        actions = [action for item in row.pop("item_ids") for action in by_item.get(item, [])]
        if actions:
            found.append(Carried(child_id=None, case_id=None, because=because_of_actions(actions), **row))
    return sorted(found, key=lambda one: (one.from_starts_at, one.source_item_id))


def _each_once(unsettled: list[Carried], with_actions: list[Carried]) -> list[Carried]:
    """One of each child, place or standing item: the first reason that was found is the one that is told."""
    seen: set[tuple[str, int | None, str]] = set()
    found = []
    for one in [*unsettled, *with_actions]:
        what = (one.kind, one.child_id, "" if one.child_id else one.title)
        if what not in seen:
            seen.add(what)
            found.append(one)
    return found
