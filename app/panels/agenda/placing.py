"""How items come to stand on an agenda, accepted or brought forward; used inside the transaction of a change."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app import database
from app.episodes.places.queries import places_by_name
from app.episodes.rules import folded
from app.lifecycle import MovedOn, Refused
from app.panels.agenda.preparing import NewItem, item_of_carried, item_of_child, item_of_place
from app.panels.agenda.queries import items_of, proposal_of, terms_of
from app.panels.agenda.rules import MOST_ITEMS
from app.panels.agenda.standing import make_room
from app.panels.carried.queries import carried_to
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.selection.rules import Proposal

NO_LONGER_PROPOSED = (
    "The rule no longer proposes this: the records have changed since you opened the page. "
    "Add the child by hand, with your reason, if it should be discussed."
)


async def accepted_items(
    meeting: MeetingFacts,
    proposal: Proposal,
    children: Collection[int] = (),
    places: Collection[str] = (),
    sources: Collection[int] = (),
    *,
    everything: bool,
) -> list[NewItem]:
    """The items of a proposal that were accepted, what comes forward before them.

    Raises Refused when a child or place is proposed no longer.
    """
    minutes = (await terms_of(meeting)).minutes_per_item
    known = {(item.kind, item.child_id, item.title) for item in await items_of(meeting.id)}
    carried = await carried_to(meeting)
    wanted = [
        one for one in carried if everything or one.source_item_id in sources or one.child_id in children
    ]
    chosen = [item for item in proposal.items if everything or item.child_id in children]
    chosen_places = [place for place in proposal.places if everything or place.place in places]
    missing = set(children) - {item.child_id for item in chosen} - {one.child_id for one in wanted}
    gone = set(places) - {place.place for place in chosen_places}
    if missing - {child for _, child, _ in known if child} or gone - {title for _, _, title in known}:
        raise Refused(NO_LONGER_PROPOSED)
    brought = {one.child_id for one in wanted}
    return [
        *(item_of_carried(one, proposal) for one in wanted),
        *(item_of_child(item, proposal, minutes) for item in chosen if item.child_id not in brought),
        *(item_of_place(place, proposal, minutes) for place in chosen_places),
    ]


async def bring_forward(meeting: MeetingFacts, now: datetime) -> None:
    """Stores what comes forward to a planned meeting.

    After issue nothing comes by itself: it stands under what is new until it is added.
    """
    if meeting.status != MeetingStatus.PLANNED:
        return
    carried = await carried_to(meeting)
    if carried:
        proposal = await proposal_of(meeting, now)
        await store_items(meeting, [item_of_carried(one, proposal) for one in carried])


async def open_agenda(meeting: MeetingFacts) -> None:
    """Takes the agenda for this transaction: others wait, and whoever saw it before will find it changed.

    Raises MovedOn when the meeting was held, cancelled or issued meanwhile.
    """
    taken = await database.fetch_value(
        "UPDATE meeting SET version = version + 1 WHERE id = $1 AND status = $2 RETURNING id",
        meeting.id,
        meeting.status,
    )
    if taken is None:
        raise MovedOn(
            "This meeting has moved on since you opened the page. Nothing was changed; look at it again."
        )


STORE = """
    INSERT INTO agenda_item (meeting, kind, child, panel_case, title, status, position, minutes, reason, rule_version,
                             episode_ids, facts, added_by, left_off_reason, brought_forward_from,
                             standing_key, restricted, open_title, allowed_people, allowed_agencies, place)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
    ON CONFLICT DO NOTHING RETURNING id
"""


RECALLED_FIRST = """
    WITH first AS (
        SELECT coalesce(min(position), 2147483647) AS place FROM agenda_item
        WHERE meeting = $1 AND kind <> 'standing' AND facts ->> 'stage' IS DISTINCT FROM 'recalled'
    ), ordered AS (
        SELECT i.id, row_number() OVER (ORDER BY CASE WHEN i.position < first.place THEN 0
            WHEN i.id = ANY($2) AND i.facts ->> 'stage' = 'recalled' THEN 1 ELSE 2 END, i.position, i.id) AS place
        FROM agenda_item i, first WHERE i.meeting = $1
    )
    UPDATE agenda_item i SET position = o.place FROM ordered o WHERE i.id = o.id AND i.position <> o.place
"""


async def store_items(
    meeting: MeetingFacts, items: Sequence[NewItem], *, status: str | None = None, left_off_reason: str = ""
) -> list[int]:
    """Appends items in this order; one that is there already is passed over. Returns the ids of the new ones.

    Recalled children come before all others, what was brought forward included; whoever puts them elsewhere later
    has the last word.
    """
    row = await database.fetch_one(
        "SELECT count(*) AS items FROM agenda_item WHERE meeting = $1",
        meeting.id,
    )
    assert row is not None
    if row["items"] + len(items) > MOST_ITEMS:
        raise Refused(f"An agenda holds {MOST_ITEMS} items at most. Leave some off, or plan another meeting.")
    places = await places_by_name() if any(item.kind == "place" for item in items) else {}
    made = []
    for place, item in enumerate(items, await make_room(meeting.id, len(items)) + 1):
        new = await database.fetch_value(
            STORE,
            meeting.id,
            item.kind,
            item.child_id,
            item.case_id,
            item.title,
            status or item.status,
            place,
            item.minutes,
            item.reason,
            item.rule_version,
            list(item.episode_ids),
            item.facts or {},
            item.added_by,
            left_off_reason or item.left_off_reason,
            item.brought_forward_from,
            item.standing_key,
            item.restricted,
            item.open_title,
            list(item.allowed_people),
            list(item.allowed_agencies),
            places.get(folded(item.title)) if item.kind == "place" else None,
        )
        if new is not None:
            made.append(new)
    if any((item.facts or {}).get("stage") == "recalled" for item in items):
        await database.execute(RECALLED_FIRST, meeting.id, made)
    return made
