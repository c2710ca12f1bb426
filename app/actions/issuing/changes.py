"""Issuing an action: live at once, its owner told by a mail that leaves with it."""

from datetime import datetime

from app import database
from app.access import Identity, Permission
from app.actions.issuing.queries import ItemShown, agencies_to_choose, item_for, owner_of, people_to_tell
from app.actions.issuing.rules import (
    Agreed,
    OwnerFacts,
    issuing_problems,
    needs_a_living_meeting,
    needs_the_item_on_the_agenda,
    new_action_mail,
)
from app.history.changes import record
from app.lifecycle import Refused
from app.london import london_date
from app.outbox.changes import write_message


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
    """Writes the action down and tells its owner; returns the action's id.

    Raises Invisible (also for an item of another meeting), Forbidden, Refused with sentences by field, and
    AlreadySubmitted.
    """
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id, Permission.ISSUE_ACTION)
        for requirement in (needs_a_living_meeting, needs_the_item_on_the_agenda):
            sentence = requirement(item.facts)
            if sentence:
                raise Refused(sentence)
        owner = await owner_of(item.panel_id, agreed.owner_id) if agreed.owner_id is not None else None
        agency_ids = {agency.id for agency in await agencies_to_choose()}
        problems = issuing_problems(agreed, item.facts, owner, agency_ids)
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        agency_id = owner.agency_id if owner is not None else agreed.agency_id
        assert agency_id is not None, "an action without owner and agency passed the rules"
        action_id = await _write_action(who, item, agreed, owner, agency_id, now)
        await record(
            who.person_id,
            "action issued",
            "action",
            [action_id],
            now=now,
            children=[item.child_id] if item.child_id is not None else [],
            details={"meeting": meeting_id, "item": item_id, "due_on": agreed.due_on},
            submission_key=submission_key,
        )
        await _tell_owner(item, action_id, agreed, owner, agency_id, base_url, now)
        return action_id


async def _write_action(
    who: Identity, item: ItemShown, agreed: Agreed, owner: OwnerFacts | None, agency_id: int, now: datetime
) -> int:
    action_id: int = await database.fetch_value(
        "INSERT INTO action (panel, meeting, agenda_item, child, text, strand, owner, agency, issued_on, issued_at, "
        "due_on, original_due_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING id",
        item.panel_id,
        item.meeting_id,
        item.id,
        item.child_id,
        agreed.text.strip(),
        agreed.strand,
        owner.id if owner is not None else None,
        agency_id,
        london_date(now),
        now,
        agreed.due_on,
    )
    await database.execute(
        "INSERT INTO action_update (action, person, status, note, made_at) VALUES ($1, $2, 'issued', '', $3)",
        action_id,
        who.person_id,
        now,
    )
    return action_id


async def _tell_owner(
    item: ItemShown,
    action_id: int,
    agreed: Agreed,
    owner: OwnerFacts | None,
    agency_id: int,
    base_url: str,
    now: datetime,
) -> None:
    told = [(owner.id, owner.email)] if owner is not None else await people_to_tell(item.panel_id, agency_id)
    subject, body = new_action_mail(action_id, agreed.due_on, base_url, owner is not None)
    for person_id, email in told:
        await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)
