"""Pages of the administrator's list: people and agencies. Signing in stands in `entering`."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import field_validator

from app.access import Permission, Role
from app.lifecycle import Refused
from app.outbox.queries import not_arrived_at
from app.people import changes, queries
from app.people.agencies.routes import ROUTES as AGENCIES
from app.people.entering.routes import ROUTES as ENTERING
from app.people.messages.routes import ROUTES as MESSAGES
from app.people.rules import AGENCY_KINDS, INVITATION_HOURS, ROLE_NAMES, ROLE_WORDS, clean_email
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]


class DetailsForm(Form):
    blank: ClassVar[dict[str, str]] = {"name": "Enter the person’s name", "agency_id": "Choose an agency"}
    wrong: ClassVar[dict[str, str]] = {
        "agency_id": "Choose an agency from the list",
        "roles": "Choose roles from the list",
    }
    name: str
    agency_id: int
    roles: list[Role] = []


class PersonForm(DetailsForm):
    """A new person; the address by which somebody signs in stays afterwards."""

    blank: ClassVar[dict[str, str]] = DetailsForm.blank | {"email": "Enter the person’s e-mail address"}
    email: str

    @field_validator("email")
    @classmethod
    def is_an_address(cls, value: str) -> str:
        return clean_email(value)


class AgencyForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "name": "Enter the agency’s name",
        "kind": "Choose what kind of agency it is",
    }
    name: str
    kind: str

    @field_validator("kind")
    @classmethod
    def is_known(cls, value: str) -> str:
        if value not in AGENCY_KINDS:
            raise ValueError("Choose what kind of agency it is")
        return value


@get("/people", opt=needs(Permission.MANAGE_PEOPLE))
async def people(request: Request[Any, Any, Any]) -> Answer:
    search = request.query_params.get("q", "")
    return page(
        request,
        "people/people.html",
        people=await queries.people(search),
        agencies=await queries.agencies(),
        search=search,
        role_names=ROLE_NAMES,
        agency_kinds=AGENCY_KINDS,
    )


async def _person_page(
    request: Request[Any, Any, Any], person_id: int | None, status: int = 200, **context: Any
) -> Answer:
    person = await queries.person_for(person_id) if person_id is not None else None
    given = (
        {"name": person.name, "email": person.email, "agency_id": person.agency_id, "roles": person.roles}
        if person
        else {}
    )
    return page(
        request,
        "people/person.html",
        status=status,
        **{
            "person": person,
            "agencies": await queries.agencies(),
            "role_names": ROLE_NAMES,
            "role_words": ROLE_WORDS,
            "not_arrived": await not_arrived_at(person.email) if person else [],
            "errors": {},
            "given": given,
            "invitation_link": None,
            "invitation_hours": INVITATION_HOURS,
        }
        | context,
    )


@get("/people/new", opt=needs(Permission.MANAGE_PEOPLE))
async def new_person(request: Request[Any, Any, Any]) -> Answer:
    return await _person_page(request, None)


@post("/people/new", opt=needs(Permission.MANAGE_PEOPLE), status_code=200)
async def add_person(request: Request[Any, Any, Any]) -> Answer:
    filled = await read_form(request, PersonForm, lists=("roles",))
    if filled.value is None:
        return await _person_page(request, None, 422, errors=filled.errors, given=filled.given)
    form, now, who = filled.value, now_of(request), who_of(request)
    try:
        person_id = await changes.add_person(
            who,
            email=form.email,
            name=form.name,
            agency_id=form.agency_id,
            roles=[str(role) for role in form.roles],
            now=now,
            key=form.submission_key,
        )
    except Refused as problem:
        return await _person_page(request, None, 422, errors=problem.errors, given=filled.given)
    token = await changes.invite(who, person_id, now=now)
    return await _person_page(request, person_id, 200, invitation_link=_link(request, token))


def _link(request: Request[Any, Any, Any], token: FromPath[str]) -> str:
    return f"{request.app.state.settings.base_url}/set-password/{token}"


@get("/people/{person_id:int}", opt=needs(Permission.MANAGE_PEOPLE))
async def person(request: Request[Any, Any, Any], person_id: FromPath[int]) -> Answer:
    return await _person_page(request, person_id)


@post("/people/{person_id:int}", opt=needs(Permission.MANAGE_PEOPLE), status_code=303)
async def change_person(request: Request[Any, Any, Any], person_id: FromPath[int]) -> Answer:
    before = await queries.person_for(person_id)
    filled = await read_form(request, DetailsForm, lists=("roles",))
    form, errors = filled.value, filled.errors
    if form is not None:
        try:
            await changes.change_person(
                who_of(request),
                person_id,
                name=form.name,
                agency_id=form.agency_id,
                roles=[str(role) for role in form.roles],
                now=now_of(request),
            )
        except Refused as problem:
            errors = problem.errors or {"name": problem.sentence}
        else:
            await flash(request, "The person’s details are saved.")
            return see_other("/people")
    return await _person_page(
        request, person_id, 422, errors=errors, given=filled.given | {"email": before.email}
    )


@post("/people/{person_id:int}/invitation", opt=needs(Permission.MANAGE_PEOPLE), status_code=200)
async def invite(request: Request[Any, Any, Any], person_id: FromPath[int]) -> Answer:
    await queries.person_for(person_id)
    token = await changes.invite(who_of(request), person_id, now=now_of(request))
    return await _person_page(request, person_id, invitation_link=_link(request, token))


@post("/people/{person_id:int}/disable", opt=needs(Permission.MANAGE_PEOPLE), status_code=303)
async def disable(request: Request[Any, Any, Any], person_id: FromPath[int]) -> Answer:
    await queries.person_for(person_id)
    await changes.disable_person(who_of(request), person_id, now=now_of(request))
    await flash(request, "The person is signed out and can’t sign in any more.")
    return see_other(f"/people/{person_id}")


@post("/people/{person_id:int}/enable", opt=needs(Permission.MANAGE_PEOPLE), status_code=303)
async def enable(request: Request[Any, Any, Any], person_id: FromPath[int]) -> Answer:
    await queries.person_for(person_id)
    await changes.enable_person(who_of(request), person_id, now=now_of(request))
    await flash(request, "The person can sign in again.")
    return see_other(f"/people/{person_id}")


@get("/agencies/new", opt=needs(Permission.MANAGE_PEOPLE))
async def new_agency(request: Request[Any, Any, Any]) -> Answer:
    return page(request, "people/agency.html", errors={}, given={}, agency_kinds=AGENCY_KINDS)


@post("/agencies/new", opt=needs(Permission.MANAGE_PEOPLE), status_code=303)
async def add_agency(request: Request[Any, Any, Any]) -> Answer:
    filled = await read_form(request, AgencyForm)
    errors = dict(filled.errors)
    if filled.value:
        form = filled.value
        try:
            await changes.add_agency(
                who_of(request), form.name, form.kind, now=now_of(request), key=form.submission_key
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, "The agency is added.")
            return see_other("/people")
    return page(
        request,
        "people/agency.html",
        status=422,
        errors=errors,
        given=filled.given,
        agency_kinds=AGENCY_KINDS,
    )


ROUTES = [
    *ENTERING,
    *MESSAGES,
    people,
    new_person,
    add_person,
    person,
    change_person,
    invite,
    disable,
    enable,
    new_agency,
    add_agency,
    *AGENCIES,
]
