"""The page of one agency, for administrators and its own lead. No policy, no SQL."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission, permits
from app.history.changes import AlreadySubmitted
from app.lifecycle import MovedOn, Refused
from app.people.agencies import changes
from app.people.agencies.queries import agency_for, members_of, post_in, posts_of
from app.people.agencies.rules import PostNamed
from app.people.rules import AGENCY_KINDS
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]


class PostForm(Form):
    name: str
    holder: int | None = None
    cover: int | None = None
    version: int = 0

    blank: ClassVar[dict[str, str]] = {"name": "Enter the post’s name, such as Duty desk"}
    wrong: ClassVar[dict[str, str]] = {
        "holder": "Choose somebody from the list",
        "cover": "Choose somebody from the list",
    }

    def named(self) -> PostNamed:
        return PostNamed(self.name, self.holder, self.cover)


class EndForm(Form):
    version: int


class LineForm(Form):
    person: int
    lead: int | None = None

    blank: ClassVar[dict[str, str]] = {"person": "Choose whose lead it is"}
    wrong: ClassVar[dict[str, str]] = {
        "person": "Choose somebody from the list",
        "lead": "Choose somebody from the list",
    }


@get("/agencies/{agency_id:int}", opt=needs(Permission.MANAGE_AGENCY))
async def agency(request: Asked, agency_id: FromPath[int]) -> Answer:
    return await _page(request, agency_id)


@post("/agencies/{agency_id:int}/posts", opt=needs(Permission.MANAGE_AGENCY), status_code=303)
async def add_post(request: Asked, agency_id: FromPath[int]) -> Answer:
    await agency_for(who_of(request), agency_id)
    filled = await read_form(request, PostForm)
    if filled.value is None:
        return await _page(request, agency_id, 422, filled.errors, filled.given)
    try:
        await changes.add_post(
            who_of(request),
            agency_id,
            filled.value.named(),
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _page(request, agency_id, 422, problem.errors, filled.given)
    except AlreadySubmitted:
        pass
    await flash(request, "The post is added. Actions can be given to it from now on.")
    return see_other(f"/agencies/{agency_id}")


@get("/agencies/{agency_id:int}/posts/{post_id:int}", opt=needs(Permission.MANAGE_AGENCY))
async def one_post(request: Asked, agency_id: FromPath[int], post_id: FromPath[int]) -> Answer:
    return await _post_page(request, agency_id, post_id)


@post("/agencies/{agency_id:int}/posts/{post_id:int}", opt=needs(Permission.MANAGE_AGENCY), status_code=303)
async def change_post(request: Asked, agency_id: FromPath[int], post_id: FromPath[int]) -> Answer:
    await agency_for(who_of(request), agency_id)
    await post_in(agency_id, post_id)
    filled = await read_form(request, PostForm)
    if filled.value is None:
        return await _post_page(request, agency_id, post_id, 422, filled.errors, filled.given)
    try:
        await changes.change_post(
            who_of(request),
            agency_id,
            post_id,
            filled.value.named(),
            filled.value.version,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _post_page(request, agency_id, post_id, 422, problem.errors, filled.given)
    except MovedOn as problem:
        return await _post_page(request, agency_id, post_id, 409, {"": str(problem)}, filled.given)
    except AlreadySubmitted:
        pass
    await flash(request, "The post is changed. Its open actions are with whoever holds it now.")
    return see_other(f"/agencies/{agency_id}")


@post(
    "/agencies/{agency_id:int}/posts/{post_id:int}/end",
    opt=needs(Permission.MANAGE_AGENCY),
    status_code=303,
)
async def end_post(request: Asked, agency_id: FromPath[int], post_id: FromPath[int]) -> Answer:
    await agency_for(who_of(request), agency_id)
    filled = await read_form(request, EndForm)
    if filled.value is None:
        return await _post_page(request, agency_id, post_id, 422, filled.errors)
    form = filled.value
    try:
        await changes.end_post(
            who_of(request), agency_id, post_id, form.version, now=now_of(request), key=form.submission_key
        )
    except MovedOn as problem:
        return await _post_page(request, agency_id, post_id, 409, {"": str(problem)})
    except AlreadySubmitted:
        pass
    await flash(request, "The post has ended. Its open actions are with the agency’s people.")
    return see_other(f"/agencies/{agency_id}")


@post("/agencies/{agency_id:int}/lines", opt=needs(Permission.MANAGE_AGENCY), status_code=303)
async def set_line(request: Asked, agency_id: FromPath[int]) -> Answer:
    await agency_for(who_of(request), agency_id)
    filled = await read_form(request, LineForm)
    if filled.value is None:
        return await _page(request, agency_id, 422, filled.errors, filled.given)
    form = filled.value
    try:
        await changes.set_line_lead(
            who_of(request),
            agency_id,
            form.person,
            form.lead,
            now=now_of(request),
            key=form.submission_key,
        )
    except Refused as problem:
        return await _page(request, agency_id, 422, problem.errors, filled.given)
    except AlreadySubmitted:
        pass
    await flash(request, "The line lead is set.")
    return see_other(f"/agencies/{agency_id}")


async def _page(
    request: Asked,
    agency_id: int,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    who = who_of(request)
    shown = await agency_for(who, agency_id)
    members = await members_of(agency_id)
    return page(
        request,
        "people/one_agency.html",
        status=status,
        agency=shown,
        kind=AGENCY_KINDS[shown.kind],
        members=members,
        here=[[member.id, member.name] for member in members if not member.disabled],
        posts=await posts_of(agency_id),
        manages_people=permits(who, Permission.MANAGE_PEOPLE),
        errors=errors or {},
        given=given or {},
    )


async def _post_page(
    request: Asked,
    agency_id: int,
    post_id: int,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    shown = await agency_for(who_of(request), agency_id)
    found = await post_in(agency_id, post_id)
    here = [[member.id, member.name] for member in await members_of(agency_id) if not member.disabled]
    return page(
        request,
        "people/post.html",
        status=status,
        agency=shown,
        post=found,
        here=here,
        errors=errors or {},
        given=given or {"name": found.name, "holder": found.holder_id, "cover": found.cover_id},
    )


ROUTES = [agency, add_post, one_post, change_post, end_post, set_line]
