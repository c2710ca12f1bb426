"""What a chair does to an agenda before and after it was issued. Issuing itself stands in `versions`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app import database
from app.access import Identity
from app.history.changes import record, refuse_second
from app.lifecycle import Invisible, MovedOn, Refused
from app.panels.agenda.placing import accepted_items, bring_forward, open_agenda, store_items
from app.panels.agenda.preparing import NewItem, lacking_standing, standing_item
from app.panels.agenda.queries import child_exists, item_by_key, items_of, open_case_of, proposal_of, terms_of
from app.panels.agenda.rules import (
    AGENDA_ITEM,
    MOST_DIGITS,
    ItemMove,
    ItemStatus,
    moved,
)
from app.panels.agenda.standing import add_standing_items
from app.panels.meetings.rules import MeetingFacts, is_for
from app.panels.restricting.queries import hidden_items
from app.panels.restricting.rules import may_see_item


async def accept_proposed(
    who: Identity,
    meeting: MeetingFacts,
    *,
    children: Collection[int] = (),
    places: Collection[str] = (),
    sources: Collection[int] = (),
    everything: bool = False,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """Puts proposed children, places and what comes forward on the agenda, with the reasons of this moment.

    Returns how many. Raises Forbidden, Refused or MovedOn. What is already there stays as it is.
    """
    AGENDA_ITEM.check("accept", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open))
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        items = await accepted_items(
            meeting, await proposal_of(meeting, now), children, places, sources, everything=everything
        )
        made = await store_items(meeting, items)
        await _note(
            who, meeting, "items accepted", made, [item.child_id for item in items], now, submission_key
        )
    return len(made)


async def leave_off_proposed(
    who: Identity,
    meeting: MeetingFacts,
    *,
    field: str,
    value: str,
    reason: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Leaves off what is proposed or comes forward; the proposal's own reason is kept beside the chair's.

    Raises Forbidden, Refused without a reason, MovedOn when it has been decided meanwhile.
    """
    AGENDA_ITEM.check("leave off", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open, reason))
    numbers = {int(value)} if value.isdecimal() and len(value) <= MOST_DIGITS else set()
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        items = await accepted_items(
            meeting,
            await proposal_of(meeting, now),
            numbers if field == "child" else (),
            {value} if field == "place" else (),
            numbers if field == "source" else (),
            everything=False,
        )
        made = await store_items(meeting, items, status=ItemStatus.LEFT_OFF, left_off_reason=reason.strip())
        if not made:
            raise MovedOn("Someone decided on this just now. Nothing was changed; look at the agenda again.")
        await _note(
            who,
            meeting,
            "item left off",
            made,
            [item.child_id for item in items],
            now,
            submission_key,
            {"reason": reason.strip()},
        )


async def add_child(
    who: Identity,
    meeting: MeetingFacts,
    *,
    child_id: int,
    reason: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Puts a child on the agenda by hand, with the chair's own reason. Raises Forbidden, Refused, Invisible."""
    AGENDA_ITEM.check("accept", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open))
    if not reason.strip():
        raise Refused(
            "Enter why the child should be discussed", {"reason": "Enter why the child should be discussed"}
        )
    if not await child_exists(child_id):
        raise Invisible
    if not is_for(meeting, child_id):
        raise Refused(
            "This meeting is held for one child alone. Plan another meeting, or choose the panel’s next one."
        )
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        item = NewItem(
            kind="child",
            child_id=child_id,
            case_id=await open_case_of(meeting.panel_id, child_id),
            minutes=(await terms_of(meeting)).minutes_per_item,
            reason=reason.strip(),
            added_by="hand",
        )
        await bring_forward(meeting, now)
        made = await store_items(meeting, [item])
        if not made and await hidden_items(who, meeting.id):
            raise Refused("This child can’t be added by hand. Ask the chair.")
        if not made:
            raise Refused(
                "This child is on the agenda already.",
                {
                    "child_id": "This child is on the agenda already, or below it among those left off or deferred."
                },
            )
        await _note(who, meeting, "item added", made, [item.child_id], now, submission_key)


async def add_standing_item(
    who: Identity,
    meeting: MeetingFacts,
    *,
    title: str,
    minutes: int | None,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Puts something that is about no child on the agenda. Raises Forbidden or Refused."""
    AGENDA_ITEM.check("accept", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open))
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        await bring_forward(meeting, now)
        item = standing_item(title.strip(), minutes)
        made = await store_items(meeting, [item])
        if not made:
            raise Refused("There is an item of this name", {"title": "There is an item of this name already"})
        await _note(who, meeting, "item added", made, [item.child_id], now, submission_key)


async def put_standing_items(
    who: Identity, meeting: MeetingFacts, *, now: datetime, submission_key: str | None = None
) -> None:
    """Puts those of the panel's standing items on that the agenda lacks; what was left off stays off.

    Raises Forbidden or Refused.
    """
    AGENDA_ITEM.check("accept", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open))
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        lacking = lacking_standing(await terms_of(meeting), await items_of(meeting.id))
        await add_standing_items(meeting.id, lacking)
        made = [
            item.id for item in await items_of(meeting.id) if item.standing_key in {s.key for s in lacking}
        ]
        await _note(who, meeting, "item added", made, [], now, submission_key)


async def move_item(
    who: Identity,
    meeting: MeetingFacts,
    move: str,
    *,
    key: str,
    reason: str = "",
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Makes one of the lifecycle's moves with an item: `leave off`, `defer`, `put back`.

    `key` may name what comes forward and is not stored yet. Raises Forbidden, Refused, MovedOn, Invisible.
    """
    async with database.transaction():
        await open_agenda(meeting)
        await refuse_second(submission_key)
        await bring_forward(meeting, now)
        item = await item_by_key(meeting, key)
        if not may_see_item(who, meeting.panel_id, item):
            raise Invisible
        facts = ItemMove(meeting.is_open, reason, item.successor_id is not None)
        step = AGENDA_ITEM.check(move, item.status, who, meeting.scope, facts)
        changed = await database.fetch_value(
            "UPDATE agenda_item SET status = $2::text, left_off_reason = $3, version = version + 1, "
            "position = CASE WHEN $2::text = 'on-agenda' "
            "THEN (SELECT coalesce(max(position), 0) + 1 FROM agenda_item WHERE meeting = $5) ELSE position END "
            "WHERE id = $1 AND status = ANY($4) RETURNING id",
            item.id,
            step.target,
            reason.strip() if step.target == ItemStatus.LEFT_OFF else "",
            list(step.sources),
            meeting.id,
        )
        if changed is None:
            raise MovedOn("Someone decided on this just now. Nothing was changed; look at the agenda again.")
        kind = {"leave off": "item left off", "defer": "item deferred", "put back": "item put back"}[move]
        details = {"reason": reason.strip()} if reason.strip() else {}
        await _note(who, meeting, kind, [item.id], [item.child_id], now, submission_key, details)


async def set_order(
    who: Identity,
    meeting: MeetingFacts,
    *,
    move: tuple[str, str] | None,
    minutes: Mapping[str, int],
    was: Mapping[str, int],
    now: datetime,
) -> None:
    """Moves an item up or down and keeps the minutes that were typed.

    `was`: the minutes the page showed. Only those that were changed are written, and only where nobody else changed
    them since: otherwise MovedOn, and nothing is saved.
    """
    AGENDA_ITEM.check("accept", ItemStatus.PROPOSED, who, meeting.scope, ItemMove(meeting.is_open))
    async with database.transaction():
        await open_agenda(meeting)
        await bring_forward(meeting, now)
        items = {item.key: item for item in await items_of(meeting.id) if item.is_on_agenda}
        for key, wanted in minutes.items():
            item, seen = items.get(key), was.get(key)
            if item is None or wanted in (seen, item.minutes):
                continue
            if seen is not None and item.minutes != seen:
                raise MovedOn(
                    f"Someone set {item.minutes} minutes for an item to which you gave {wanted}. "
                    "Nothing was saved; look at the agenda again."
                )
            await database.execute(
                "UPDATE agenda_item SET minutes = $2, version = version + 1 WHERE id = $1", item.id, wanted
            )
        if move is not None:
            await _write_order([items[key].id for key in moved(list(items), *move)])
        await _note(who, meeting, "agenda put in order", [item.id for item in items.values()], [], now, None)


async def _write_order(ids: list[int]) -> None:
    await database.execute(
        "UPDATE agenda_item i SET position = o.place FROM unnest($1::bigint[]) WITH ORDINALITY AS o(id, place) "
        "WHERE i.id = o.id AND i.position <> o.place",
        ids,
    )


async def _note(
    who: Identity,
    meeting: MeetingFacts,
    kind: str,
    items: Sequence[int],
    children: Sequence[int | None],
    now: datetime,
    submission_key: str | None,
    details: dict[str, str] | None = None,
) -> None:
    await record(
        who.person_id,
        kind,
        "meeting",
        [meeting.id],
        now=now,
        children=[child for child in children if child],
        details={"items": list(items), **(details or {})},
        submission_key=submission_key,
    )
