"""The pages of one contribution: what they are given to show. Called by routes."""

from typing import Any

from litestar import Request
from litestar.response import Template

from app import database
from app.history.changes import record_read
from app.panels.contributions.changes import agency_answering
from app.panels.contributions.queries import (
    contribution_of,
    contributions_to,
    earlier_contribution,
    item_for,
    items_for,
    told_by_guests,
)
from app.panels.contributions.rules import (
    TEXT_FIELDS,
    AskedItem,
    Written,
    agency_asked_through,
    due_at,
    due_in_words,
    why_closed,
)
from app.panels.meetings.rules import MeetingFacts
from app.web.pages import now_of, page, who_of

Asked = Request[Any, Any, Any]


async def item_page(
    request: Asked,
    meeting: MeetingFacts,
    item_id: int,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """One item: the form of the person's agency, and what other agencies have sent. Raises Invisible."""
    who = who_of(request)
    async with database.transaction():
        item = await item_for(who, meeting, item_id)
        await _note_read(request, meeting, item)
        written = await contributions_to(meeting, [item])
        guests = await told_by_guests(meeting, [item])
        items = [one.id for one in await items_for(who, meeting)]
        agency_id = agency_asked_through(who, meeting.panel_id)
        mine = written.get((item.id, agency_id or 0))
        before = await earlier_contribution(meeting, item, agency_id) if agency_id else None
    later = items[items.index(item.id) + 1 :]
    return page(
        request,
        "panels/contribution.html",
        status=status,
        meeting=meeting,
        item=item,
        mine=mine,
        before=before,
        others=[one for one in written.values() if one.is_sent and one.agency_id != agency_id] + guests,
        answers=agency_id is not None,
        closed=why_closed(meeting),
        due_at=due_at(meeting.starts_at, item.issued_at),
        due_words=due_in_words(meeting.starts_at, item.issued_at),
        next_id=later[0] if later else None,
        values=given if given is not None else _values(mine),
        version=given.get("version", 0) if given is not None else (mine.version if mine else 0),
        errors=errors or {},
    )


def _values(mine: Any) -> dict[str, Any]:
    return {} if mine is None else mine.texts | {"nothing_known": "yes" if mine.nothing_known else ""}


async def both_texts(
    request: Asked, meeting: MeetingFacts, item_id: int, written: Written, sentence: str, *, status: int
) -> Template:
    """A colleague's stored text and the one that came, side by side, with a form that sends them as one."""
    who = who_of(request)
    async with database.transaction():
        item = await item_for(who, meeting, item_id)
        stored = await contribution_of(item.id, agency_answering(who, meeting))
        await _note_read(request, meeting, item)
    theirs = stored.texts if stored else dict.fromkeys(TEXT_FIELDS, "")
    pairs = [
        {"name": name, "label": label, "theirs": theirs[name], "mine": written.text(name)}
        for name, label in TEXT_FIELDS.items()
    ]
    return page(
        request,
        "panels/contribution-both-texts.html",
        status=status,
        meeting=meeting,
        item=item,
        stored=stored,
        mine_is_nothing=written.nothing_known,
        pairs=[pair | {"both": _as_one(pair["theirs"], pair["mine"])} for pair in pairs],
        sends=written.sends,
        sentence=sentence,
    )


def _as_one(theirs: str, mine: str) -> str:
    if theirs in mine or mine in theirs:
        return max(theirs, mine, key=len)
    return f"{theirs}\n\n{mine}"


async def _note_read(request: Asked, meeting: MeetingFacts, item: AskedItem) -> None:
    await record_read(
        who_of(request).person_id,
        "contributions",
        [meeting.id],
        now=now_of(request),
        children=[item.child_id] if item.child_id else [],
    )
