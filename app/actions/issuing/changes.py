"""Issuing an action: live at once, its owner told by a mail that leaves with it."""

from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.actions.holding.queries import holders_of
from app.actions.holding.rules import Candidate
from app.actions.issuing.queries import (
    ItemShown,
    agency_of,
    children_to_choose,
    item_for,
    owner_of,
    post_of,
)
from app.actions.issuing.rules import (
    Agreed,
    Choices,
    issuing_problems,
    needs_a_living_meeting,
    needs_the_item_on_the_agenda,
    nobody_hears,
)
from app.actions.rules import URGENT
from app.actions.telling.changes import tell
from app.history.changes import record
from app.lifecycle import Refused
from app.london import london_date


async def issue_action(
    who: Identity,
    meeting_id: int,
    item_id: int,
    agreed: Agreed,
    *,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> int:
    """Writes the action down and tells whom it is with; returns the action's id.

    Raises Invisible (also for an item of another meeting), Forbidden, Refused with sentences by field, and
    AlreadySubmitted.
    """
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id, Permission.ISSUE_ACTION)
        for requirement in (needs_a_living_meeting, needs_the_item_on_the_agenda):
            sentence = requirement(item.facts)
            if sentence:
                raise Refused(sentence)
        chosen = await choices_for(who, item, agreed)
        action_id = await _write_action(who, item, agreed, agency_among(chosen), now)
        await record(
            who.person_id,
            "action issued",
            "action",
            [action_id],
            now=now,
            children=[child for child in (item.child_id, agreed.child_id) if child is not None],
            details={"meeting": meeting_id, "item": item_id, "due_on": agreed.due.on},
            submission_key=submission_key,
        )
        holders = await holders_who_hear(action_id, item, chosen)
        await tell(
            item.id,
            action_id,
            [],
            holders,
            urgent=agreed.priority == URGENT,
            now=now,
            base_url=base_url,
        )
        return action_id


async def choices_for(who: Identity, item: ItemShown, agreed: Agreed) -> Choices:
    """Whom and what the action names, as they are; Refused with every problem by field."""
    children = await children_to_choose(who, item) if agreed.child_id is not None else []
    chosen = Choices(
        owner=await owner_of(item.panel_id, agreed.owner_id) if agreed.owner_id is not None else None,
        post=await post_of(agreed.post_id) if agreed.post_id is not None else None,
        agency=await agency_of(item.panel_id, agreed.agency_id) if agreed.agency_id is not None else None,
        child_ids={child.id for child in children},
    )
    problems = issuing_problems(agreed, item.facts, chosen)
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    return chosen


def agency_among(chosen: Choices) -> int:
    """The agency that answers for the action: the owner's, the post's, or the one that was named."""
    if chosen.owner is not None:
        return chosen.owner.agency_id
    if chosen.post is not None:
        return chosen.post.agency_id
    assert chosen.agency is not None, "an action without owner, post and agency passed the rules"
    return chosen.agency.id


async def holders_who_hear(action_id: int, item: ItemShown, chosen: Choices) -> list[Candidate]:
    """Whom the action, as it was just written, is with. Raises Refused where that would be nobody."""
    holders = (await holders_of([action_id]))[action_id]
    if not holders:
        post, agency = chosen.post, chosen.agency
        name = post.agency_name if post else agency.name if agency else ""
        sentence = nobody_hears(name, post.name if post else "", item.restricted)
        raise Refused(sentence, {"owner": sentence})
    return holders


async def _write_action(who: Identity, item: ItemShown, agreed: Agreed, agency_id: int, now: datetime) -> int:
    action_id: int = await database.fetch_value(
        "INSERT INTO action (panel, meeting, agenda_item, child, text, why, priority, strand, owner, post, agency, "
        "issued_on, issued_at, due_on, original_due_on) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) RETURNING id",
        item.panel_id,
        item.meeting_id,
        item.id,
        item.child_id if item.child_id is not None else agreed.child_id,
        agreed.text.strip(),
        agreed.why.strip(),
        agreed.priority,
        agreed.strand,
        agreed.owner_id,
        agreed.post_id,
        agency_id,
        london_date(now),
        now,
        agreed.due.on,
    )
    await database.execute(
        "INSERT INTO action_update (action, person, status, note, made_at) VALUES ($1, $2, 'issued', '', $3)",
        action_id,
        who.person_id,
        now,
    )
    return action_id
