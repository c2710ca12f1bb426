"""`/meetings/{id}/minutes/recipients`: who gets the minutes and what each sees, checked before they are circulated."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record_read
from app.lifecycle import Forbidden, Invisible, Refused
from app.minutes.circulation import changes
from app.minutes.circulation.queries import identities_of, recipients_of, who_else
from app.minutes.circulation.rules import NotSeen, Recipient, fingerprint_of, not_seen, seen_by_both
from app.minutes.page import Text, text_of
from app.minutes.queries import Came, MinutesRecord, minutes_for, who_came
from app.minutes.reviewed.rules import children_of_reviews
from app.minutes.rules import MinutesStatus, may_read_draft
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
RECIPIENTS = "/meetings/{meeting_id:int}/minutes/recipients"


class ReasonForm(Form):
    wrong: ClassVar[dict[str, str]] = {"reason": "Use 300 characters or fewer"}
    reason: str = Field(default="", max_length=300)


class AddForm(ReasonForm):
    blank: ClassVar[dict[str, str]] = {"person_id": "Choose whom to add"}
    wrong: ClassVar[dict[str, str]] = {**ReasonForm.wrong, "person_id": "Choose somebody from the list"}
    person_id: int = Field(ge=1)


@get(RECIPIENTS, opt=needs(Permission.SEE_DRAFT_MINUTES))
async def recipients_page(request: Asked, meeting_id: FromPath[int]) -> Template:
    """Before circulation the last look at who gets the minutes; after it who has opened them."""
    return await _recipients(request, meeting_id)


async def _recipients(
    request: Asked,
    meeting_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    about: int = 0,
    status: int = 200,
) -> Template:
    """`about`: the person whose small form was wrong; it stays open."""
    who = who_of(request)
    async with database.transaction():
        meeting, minutes = await _for_makers(who, meeting_id)
        listed = await recipients_of(meeting)
        is_out = minutes.status == MinutesStatus.CIRCULATED
        others = list(await who_else(meeting, [one.person_id for one in listed]))
        not_told = [
            one for one in listed if is_out and not one.told_at and one.is_told and one.status != "left-out"
        ]
        others += [(one.person_id, f"{one.name}, {one.agency_name}") for one in not_told]
        sees: dict[int, NotSeen] = {}
        if not is_out and not minutes.is_from_a_file:
            told = [one for one in listed if one.is_told]
            sees = await _what_each_sees(who, meeting, minutes, told)
    told_of = [one for one in listed if one.told_at] if is_out else [one for one in listed if one.is_told]
    return page(
        request,
        "minutes/recipients.html",
        status=status,
        meeting=meeting,
        minutes=minutes,
        is_out=is_out,
        told=told_of,
        aside=[one for one in listed if one not in told_of],
        waiting=sum(one.waits for one in told_of),
        opened=sum(one.opened_at is not None for one in told_of),
        sees=sees,
        others=others,
        reading=fingerprint_of(listed),
        may_change=permits(who, Permission.CIRCULATE_MINUTES, meeting.scope) and not minutes.is_from_a_file,
        errors=errors or {},
        given=given or {},
        about=about,
    )


async def _for_makers(who: Identity, meeting_id: int) -> tuple[MeetingFacts, MinutesRecord]:
    meeting, minutes = await minutes_for(who, meeting_id)
    if not may_read_draft(who, meeting.scope):
        raise Forbidden(Permission.SEE_DRAFT_MINUTES)
    return meeting, minutes


async def _what_each_sees(
    who: Identity, meeting: MeetingFacts, minutes: MinutesRecord, people: list[Recipient]
) -> dict[int, NotSeen]:
    """By person, what they will not see of what this reader sees."""
    came = await who_came(meeting)
    mine = await text_of(who, meeting, minutes, came)
    identities = await identities_of([one.person_id for one in people])
    if mine is None:
        return {}
    found = {}
    for person_id, identity in identities.items():
        theirs = await text_of(identity, meeting, minutes, came)
        if theirs is not None:
            found[person_id] = not_seen(theirs.content, mine.content)
    return found


@get("/meetings/{meeting_id:int}/minutes/as-seen-by/{person_id:int}", opt=needs(Permission.SEE_DRAFT_MINUTES))
async def as_seen_by(request: Asked, meeting_id: FromPath[int], person_id: FromPath[int]) -> Answer:
    """The text as one of the recipients would read it. The read is recorded as the viewer's own."""
    who = who_of(request)
    async with database.transaction():
        meeting, minutes = await _for_makers(who, meeting_id)
        one = next((each for each in await recipients_of(meeting) if each.person_id == person_id), None)
        if one is None or not one.may_open:
            raise Invisible
        came = await who_came(meeting)
        mine, theirs = await _both(who, one, meeting, minutes, came)
        content = seen_by_both(theirs.content, mine.content)
        await record_read(
            who.person_id,
            "minutes",
            [meeting_id],
            now=now_of(request),
            children={
                *(item["child"]["id"] for item in content["items"] if item.get("child")),
                *children_of_reviews(content),
            },
            details={"as_seen_by": person_id},
        )
    return page(
        request,
        "minutes/as-seen-by.html",
        meeting=meeting,
        minutes=minutes,
        one=one,
        content=content,
        whole={"left_out": 0, "sha256": theirs.sha256, "in_groups": theirs.in_groups},
        not_seen=not_seen(theirs.content, mine.content),
        sees_less=bool(mine.left_out),
    )


async def _both(
    who: Identity, one: Recipient, meeting: MeetingFacts, minutes: MinutesRecord, came: Came
) -> tuple[Text, Text]:
    """The text as this reader sees it and as the recipient does. Raises Invisible where there is none here."""
    identity = (await identities_of([one.person_id]))[one.person_id]
    mine = await text_of(who, meeting, minutes, came)
    theirs = await text_of(identity, meeting, minutes, came)
    if mine is None or theirs is None:
        raise Invisible
    return mine, theirs


@post(f"{RECIPIENTS}/{{person_id:int}}/leaving-out", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def leave_out(request: Asked, meeting_id: FromPath[int], person_id: FromPath[int]) -> Answer:
    await meeting_for(who_of(request), meeting_id, Permission.CIRCULATE_MINUTES)
    filled = await read_form(request, ReasonForm)
    errors = filled.errors
    if filled.value is not None:
        try:
            await changes.leave_out(
                who_of(request),
                meeting_id,
                person_id,
                filled.value.reason,
                now=now_of(request),
                submission_key=filled.value.submission_key,
            )
        except Refused as refusal:
            errors = refusal.errors
    if errors:
        named = {f"reason-{person_id}": sentence for sentence in errors.values()}
        return await _recipients(
            request, meeting_id, errors=named, given=filled.given, about=person_id, status=422
        )
    await flash(request, "This person will not be told of these minutes.")
    return see_other(f"/meetings/{meeting_id}/minutes/recipients")


@post(
    f"{RECIPIENTS}/{{person_id:int}}/putting-back", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303
)
async def put_back(request: Asked, meeting_id: FromPath[int], person_id: FromPath[int]) -> Answer:
    await meeting_for(who_of(request), meeting_id, Permission.CIRCULATE_MINUTES)
    filled = await read_form(request, Form)
    await changes.put_back(
        who_of(request),
        meeting_id,
        person_id,
        now=now_of(request),
        submission_key=filled.given.get("submission_key"),
    )
    await flash(request, "The list is as it was proposed for this person.")
    return see_other(f"/meetings/{meeting_id}/minutes/recipients")


@post(RECIPIENTS, opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def add(request: Asked, meeting_id: FromPath[int]) -> Answer:
    await meeting_for(who_of(request), meeting_id, Permission.CIRCULATE_MINUTES)
    filled = await read_form(request, AddForm)
    errors = filled.errors
    if filled.value is not None:
        try:
            await changes.add_recipient(
                who_of(request),
                meeting_id,
                filled.value.person_id,
                filled.value.reason,
                now=now_of(request),
                base_url=request.app.state.settings.base_url,
                submission_key=filled.value.submission_key,
            )
        except Refused as refusal:
            errors = refusal.errors
    if errors:
        return await _recipients(request, meeting_id, errors=errors, given=filled.given, status=422)
    await flash(request, "This person is among the recipients.")
    return see_other(f"/meetings/{meeting_id}/minutes/recipients")


@post(f"{RECIPIENTS}/reminders", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def remind(request: Asked, meeting_id: FromPath[int]) -> Answer:
    filled = await read_form(request, Form)
    count = await changes.remind_unread(
        who_of(request),
        meeting_id,
        now=now_of(request),
        base_url=request.app.state.settings.base_url,
        submission_key=filled.given.get("submission_key"),
    )
    words = "1 person was" if count == 1 else f"{count} people were"
    await flash(
        request,
        f"{words} reminded by e-mail." if count else "Everybody who is still to read was reminded today.",
    )
    return see_other(f"/meetings/{meeting_id}/minutes/recipients")


ROUTES = [recipients_page, as_seen_by, leave_out, put_back, add, remind]
