"""The actions of one agenda item, and the form to issue another while the meeting talks. No policy, no SQL."""

from datetime import date
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest
from pydantic import field_validator

from app import database
from app.access import Permission, Scope, permits
from app.actions.issuing.changes import issue_action
from app.actions.issuing.queries import agencies_to_choose, item_for, owners_to_choose
from app.actions.issuing.rules import Agreed, needs_a_living_meeting, needs_the_item_on_the_agenda
from app.actions.queries import actions_of_item
from app.actions.rules import due_words, is_overdue
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

STRAND_CHOICES = [
    ["prepare", "Prepare"],
    ["prevent", "Prevent"],
    ["protect", "Protect"],
    ["pursue", "Pursue"],
]


class IssueForm(Form):
    """`owner` is `person-12` or `agency-3`."""

    text: str
    owner: str
    due_on: date
    strand: str = ""

    blank: ClassVar[dict[str, str]] = {
        "text": "Say what is to be done",
        "owner": "Choose who will do it: a person, or an agency",
        "due_on": "Enter the date by which it is to be done",
    }
    wrong: ClassVar[dict[str, str]] = {"due_on": "Enter the due date with day, month and year"}

    @field_validator("owner")
    @classmethod
    def names_somebody(cls, value: str) -> str:
        kind, _, number = value.partition("-")
        if kind not in ("person", "agency") or not number.isdecimal() or len(number) > 9:
            raise ValueError("Choose somebody from the list")
        return value

    def agreed(self) -> Agreed:
        kind, _, number = self.owner.partition("-")
        person = int(number) if kind == "person" else None
        agency = int(number) if kind == "agency" else None
        return Agreed(self.text, person, agency, self.due_on, self.strand)


@get("/meetings/{meeting_id:int}/items/{item_id:int}/actions", opt=needs(Permission.SEE_MEETING))
async def item_actions(
    request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]
) -> Template:
    return await _item_page(request, meeting_id, item_id)


@post(
    "/meetings/{meeting_id:int}/items/{item_id:int}/actions",
    opt=needs(Permission.ISSUE_ACTION),
    status_code=200,
)
async def issue(
    request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int]
) -> Template | Response[Any]:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        await item_for(who, meeting_id, item_id, Permission.ISSUE_ACTION)
    filled = await read_form(request, IssueForm)
    if filled.value is None:
        return await _item_page(
            request, meeting_id, item_id, status=422, errors=filled.errors, given=filled.given
        )
    issued_id: int | None = None
    try:
        issued_id = await issue_action(
            who,
            meeting_id,
            item_id,
            filled.value.agreed(),
            now=now,
            base_url=request.app.state.settings.base_url,
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        errors = problem.errors or {"text": problem.sentence}
        return await _item_page(request, meeting_id, item_id, status=422, errors=errors, given=filled.given)
    except AlreadySubmitted:
        pass  # the same form, sent twice: the first one issued the action
    if isinstance(request, HTMXRequest) and request.htmx:
        return await _item_page(request, meeting_id, item_id, issued_id=issued_id)
    await flash(request, "Action issued. Its owner is told by email.")
    return see_other(f"/meetings/{meeting_id}/items/{item_id}/actions")


async def _item_page(
    request: Request[Any, Any, Any],
    meeting_id: int,
    item_id: int,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    issued_id: int | None = None,
) -> Template:
    who = who_of(request)
    async with database.transaction():
        item = await item_for(who, meeting_id, item_id)
        actions = await actions_of_item(item_id)
        may_issue = permits(who, Permission.ISSUE_ACTION, Scope(frozenset({item.panel_id})))
        waits = needs_a_living_meeting(item.facts) or needs_the_item_on_the_agenda(item.facts)
        owners = await owners_to_choose(item.panel_id) if may_issue and not waits else []
        agencies = await agencies_to_choose() if may_issue and not waits else []
        await record_read(
            who.person_id,
            "action",
            [action.id for action in actions],
            now=now_of(request),
            children=[item.child_id] if item.child_id is not None else [],
        )
    return page(
        request,
        "actions/item_actions.html",
        part="actions/_item_actions.html",
        status=status,
        item=item,
        actions=actions,
        may_issue=may_issue,
        waits=waits,
        owners=owners,
        agencies=agencies,
        strands=STRAND_CHOICES,
        due_words=due_words,
        is_overdue=is_overdue,
        earliest=item.facts.meeting_on,
        errors=errors or {},
        given=given or {},
        issued_id=issued_id,
        today=today_of(request),
    )
