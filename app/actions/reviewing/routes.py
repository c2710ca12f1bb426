"""What comes to a meeting of earlier actions, and the forms by which it says how it sees each. No policy, no SQL."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest

from app import database
from app.access import Permission, permits
from app.actions.issuing.queries import agencies_to_choose, owners_to_choose, posts_to_choose
from app.actions.reviewing.changes import review_action
from app.actions.reviewing.queries import actions_to_review, headings_for, names_of_headings
from app.actions.reviewing.rules import Said, ToReview, settled_words, tally_of, why_review_waits
from app.actions.reviewing.views.rules import CHOICES
from app.actions.rules import due_words, is_overdue
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import Invisible, MovedOn, Refused
from app.minutes.queries import minutes_of
from app.minutes.rules import why_text_is_fixed
from app.panels.carried.rules import under_headings
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import require_seen_item
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]
REVIEWS = "/meetings/{meeting_id:int}/action-reviews"
ONE = f"{REVIEWS}/{{action_id:int}}"


class ReviewForm(Form):
    """`owner` is `person-12`, `post-4` or `agency-3`; `back` the page the form stands on."""

    view: str = ""
    note: str = ""
    due_on: date | None = None
    owner: str = ""
    version: int = 0
    back: str = ""

    wrong: ClassVar[dict[str, str]] = {
        "due_on": "Enter the new due date with day, month and year",
        "version": "Reload the page, then record it again",
    }

    @property
    def said(self) -> Said:
        return Said(self.view, self.note, self.due_on, self.owner)


@get(REVIEWS, opt=needs(Permission.SEE_MEETING))
async def reviews(request: Asked, meeting_id: FromPath[int]) -> Template:
    """Everything that comes to the meeting, under the items of its agenda."""
    return await _whole(request, meeting_id)


@get("/meetings/{meeting_id:int}/items/{item_id:int}/action-reviews", opt=needs(Permission.SEE_MEETING))
async def reviews_of_item(request: Asked, meeting_id: FromPath[int], item_id: FromPath[int]) -> Template:
    """What comes under one item, for the page on which it is minuted."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        headings = await headings_for(who, meeting_id)
        if item_id not in {heading.key for heading in headings}:
            raise Invisible
        await require_seen_item(who, item_id)
        found = under_headings(await actions_to_review(who, meeting), headings).get(item_id, [])
        await _record_read(request, found)
        context = await _around(request, meeting)
    return page(
        request,
        "actions/reviews_of_item.html",
        part="actions/_reviews_of_item.html",
        found=found,
        item_id=item_id,
        **context,
    )


@get(ONE, opt=needs(Permission.SEE_MEETING))
async def one_review(request: Asked, meeting_id: FromPath[int], action_id: FromPath[int]) -> Template:
    """One earlier action with everything that can be set: also who does it now."""
    return await _one(request, meeting_id, action_id)


@post(ONE, opt=needs(Permission.ISSUE_ACTION), status_code=200)
async def review(request: Asked, meeting_id: FromPath[int], action_id: FromPath[int]) -> Answer:
    """From the meeting's list, from the page of an item, or from the action's own page here."""
    who = who_of(request)
    filled = await read_form(request, ReviewForm)
    errors, status = filled.errors, 422
    async with database.transaction():
        await meeting_for(who, meeting_id, Permission.ISSUE_ACTION)
    if filled.value is not None:
        try:
            await review_action(
                who,
                meeting_id,
                action_id,
                filled.value.said,
                filled.value.version,
                now=now_of(request),
                base_url=request.app.state.settings.base_url,
                submission_key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors or {"view": problem.sentence}
        except MovedOn as problem:
            errors, status = {"view": str(problem)}, 409
        except AlreadySubmitted:
            pass  # the same form, sent twice: the first one was recorded
    return await _answered(request, meeting_id, action_id, errors, filled.given, status)


async def _answered(
    request: Asked,
    meeting_id: int,
    action_id: int,
    errors: dict[str, str],
    given: dict[str, Any],
    status: int,
) -> Answer:
    named = {f"{field}-{action_id}": sentence for field, sentence in errors.items()}
    if given.get("back") == "one" and errors:
        return await _one(request, meeting_id, action_id, errors=named, given=given, status=status)
    if isinstance(request, HTMXRequest) and request.htmx:
        return await _card(
            request, meeting_id, action_id, errors=named, given=given, status=status if errors else 200
        )
    if errors:
        return await _whole(request, meeting_id, errors=named, given=given, about=action_id, status=status)
    await flash(request, f"What the meeting says of action {action_id} is recorded.")
    return see_other(f"/meetings/{meeting_id}/action-reviews#review-{action_id}")


async def _whole(
    request: Asked,
    meeting_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    about: int = 0,
    status: int = 200,
) -> Template:
    """`about`: the action whose form was wrong."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        found = await actions_to_review(who, meeting)
        headings = await headings_for(who, meeting_id)
        under = under_headings(found, headings)
        names = await names_of_headings([key for key in under if key is not None])
        await _record_read(request, found)
        context = await _around(request, meeting)
    in_order = [heading.key for heading in headings if heading.key in under]
    return page(
        request,
        "actions/reviews.html",
        status=status,
        groups=[(names[key], under[key]) for key in in_order],
        rest=under.get(None, []),
        tally=tally_of(found),
        about=about,
        **(context | {"errors": errors or {}, "given": given or {}}),
    )


async def _one(
    request: Asked,
    meeting_id: int,
    action_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Template:
    async with database.transaction():
        one, _, context = await _found(request, meeting_id, action_id)
        panel_id = context["meeting"].panel_id
        may = context["may_review"]
        owners = await owners_to_choose(panel_id) if may else []
        posts = await posts_to_choose() if may else []
        agencies = await agencies_to_choose(panel_id) if may else []
    return page(
        request,
        "actions/review.html",
        status=status,
        one=one,
        owners=owners,
        posts=posts,
        agencies=agencies,
        **(context | {"errors": errors or {}, "given": given or {}}),
    )


async def _card(
    request: Asked,
    meeting_id: int,
    action_id: int,
    *,
    errors: dict[str, str],
    given: dict[str, Any],
    status: int,
) -> Template:
    """The one action that was recorded, and how far the meeting is with all."""
    async with database.transaction():
        one, found, context = await _found(request, meeting_id, action_id)
    return page(
        request,
        "actions/_reviewed.html",
        status=status,
        one=one,
        tally=tally_of(found),
        on_item=str(given.get("back", "")) == "item",
        **(context | {"errors": errors, "given": given}),
    )


async def _found(
    request: Asked, meeting_id: int, action_id: int
) -> tuple[ToReview, list[ToReview], dict[str, Any]]:
    """The action, all that come to the meeting with it, and what pages show around. Raises Invisible."""
    who = who_of(request)
    meeting = await meeting_for(who, meeting_id)
    found = await actions_to_review(who, meeting)
    one = next((one for one in found if one.action.id == action_id), None)
    if one is None:
        raise Invisible
    await _record_read(request, [one])
    return one, found, await _around(request, meeting)


async def _around(request: Asked, meeting: MeetingFacts) -> dict[str, Any]:
    fixed = why_text_is_fixed((await minutes_of(meeting.id)).status, meeting.status)
    may = permits(who_of(request), Permission.ISSUE_ACTION, meeting.scope)
    return {
        "meeting": meeting,
        "may_review": may,
        "waits": why_review_waits(meeting.status, meeting.starts_at, now_of(request), fixed),
        "all_choices": CHOICES,
        "due_words": due_words,
        "is_overdue": is_overdue,
        "settled_words": settled_words,
        "today": today_of(request),
        "errors": {},
        "given": {},
    }


async def _record_read(request: Asked, found: Sequence[ToReview]) -> None:
    if found:
        await record_read(
            who_of(request).person_id,
            "action",
            [one.action.id for one in found],
            now=now_of(request),
            children={one.action.child_id for one in found if one.action.child_id is not None},
        )


ROUTES = [reviews, reviews_of_item, one_review, review]
