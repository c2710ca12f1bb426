"""Restricts an agenda item, and opens it again."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Invisible, Refused
from app.panels.agenda.placing import bring_forward
from app.panels.agenda.queries import children_by_id, item_by_key
from app.panels.agenda.rules import ItemFacts
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import may_be_named
from app.panels.restricting.rules import Restriction, may_see_item, restriction_problems


async def restrict_item(
    who: Identity,
    meeting: MeetingFacts,
    key: str,
    wanted: Restriction,
    *,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Shows an item to the panel's leads and to those named alone, from this moment, on every page of it.

    What follows from the item later (the next meeting it comes forward to) is restricted with it. May be said again
    with others named. Raises Forbidden, Invisible for an item this person may not see, Refused with sentences.
    """
    _require(who, meeting)
    async with database.transaction():
        await _take(meeting)
        await refuse_second(submission_key)
        item = await _item(who, meeting, key, now)
        child = (await children_by_id([item.child_id])).get(item.child_id, {}) if item.child_id else {}
        problems = restriction_problems(wanted, await may_be_named(meeting.panel_id), child)
        if problems:
            raise Refused("Check what you entered.", problems)
        await database.execute(
            "UPDATE agenda_item SET restricted = true, open_title = $2, allowed_people = $3, allowed_agencies = $4, "
            "version = version + 1 WHERE id = $1",
            item.id,
            wanted.open_title.strip(),
            sorted(set(wanted.people)),
            sorted(set(wanted.agencies)),
        )
        details = {"people": sorted(wanted.people), "agencies": sorted(wanted.agencies)}
        await _note(who, meeting, "item restricted", item, details, now, submission_key)


async def open_item(
    who: Identity, meeting: MeetingFacts, key: str, *, now: datetime, submission_key: str | None = None
) -> None:
    """Shows an item to everybody who sees its pages again. Raises Forbidden and Invisible."""
    _require(who, meeting)
    async with database.transaction():
        await _take(meeting)
        await refuse_second(submission_key)
        item = await _item(who, meeting, key, now)
        await database.execute(
            "UPDATE agenda_item SET restricted = false, open_title = '', allowed_people = '{}', "
            "allowed_agencies = '{}', version = version + 1 WHERE id = $1",
            item.id,
        )
        await _note(who, meeting, "item opened", item, {}, now, submission_key)


def _require(who: Identity, meeting: MeetingFacts) -> None:
    if not permits(who, Permission.RESTRICT_ITEM, meeting.scope):
        raise Forbidden(Permission.RESTRICT_ITEM)


async def _take(meeting: MeetingFacts) -> None:
    """Whoever saw the agenda before finds it changed. A held meeting's items may be restricted too."""
    await database.execute("UPDATE meeting SET version = version + 1 WHERE id = $1", meeting.id)


async def _item(who: Identity, meeting: MeetingFacts, key: str, now: datetime) -> ItemFacts:
    await bring_forward(meeting, now)
    item = await item_by_key(meeting, key)
    if not may_see_item(who, meeting.panel_id, item):
        raise Invisible
    return item


async def _note(
    who: Identity,
    meeting: MeetingFacts,
    kind: str,
    item: ItemFacts,
    details: dict[str, list[int]],
    now: datetime,
    submission_key: str | None,
) -> None:
    await record(
        who.person_id,
        kind,
        "meeting",
        [meeting.id],
        now=now,
        children=[item.child_id] if item.child_id else [],
        details={"items": [item.id], **details},
        submission_key=submission_key,
    )
