"""The pages on which a child is added by hand, and the details of a child are corrected."""

from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import field_validator

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.corrections.changes import correct
from app.episodes.corrections.forms import WHY
from app.episodes.corrections.queries import changes_of
from app.episodes.imports.rules import Unreadable, email
from app.episodes.recording.changes import record_child
from app.episodes.recording.forms import Day
from app.episodes.recording.rules import birth_errors, references
from app.episodes.rules import LEGAL_STATUSES, ChildFacts
from app.episodes.said import CHILD
from app.history.changes import record_read
from app.lifecycle import Refused, Stale
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD
PLAIN = (
    "child_ref",
    "name",
    "sex",
    "ethnicity",
    "disability",
    "social_worker",
    "social_worker_email",
    "team",
    "school",
    "placement",
    "provider",
    "placed_in",
    "legal_status",
    "responsible_authority",
)


class ChildForm(Form):
    blank: ClassVar[dict[str, str]] = {"child_ref": "Enter the council’s reference of the child"}
    wrong: ClassVar[dict[str, str]] = {"legal_status": "Choose a legal status from the list"}
    child_ref: str
    name: str = ""
    born_on: Day | None = None
    sex: str = ""
    ethnicity: str = ""
    disability: str = ""
    other_refs: str = ""
    social_worker: str = ""
    social_worker_email: str = ""
    team: str = ""
    school: str = ""
    placement: str = ""
    provider: str = ""
    placed_in: str = ""
    legal_status: Literal["", "cla", "cp", "cin", "none"] = ""
    responsible_authority: str = ""

    @field_validator("social_worker_email")
    @classmethod
    def is_an_address(cls, value: str) -> str:
        try:
            return email(value) if value else ""
        except Unreadable as problem:
            raise ValueError(str(problem)) from None


class ChildCorrectionForm(ChildForm):
    blank: ClassVar[dict[str, str]] = ChildForm.blank | {"reason": WHY}
    version: int
    reason: str


@get("/children/new", opt=needs(RECORD))
async def new_child(request: Request[Any, Any, Any]) -> Answer:
    return _child_form(request, None, {}, {}, None, [], 200)


@post("/children/new", opt=needs(RECORD), status_code=303)
async def add_child(request: Request[Any, Any, Any]) -> Answer:
    filled = await read_form(request, ChildForm)
    errors = dict(filled.errors)
    if filled.value is not None:
        errors = birth_errors(filled.value.born_on, today_of(request), [])
    if filled.value is not None and not errors:
        try:
            child_id = await record_child(
                who_of(request), _values(filled.value), now=now_of(request), key=filled.value.submission_key
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, "The child is added.")
            return see_other(f"/children/{child_id}")
    return _child_form(request, None, filled.given, errors, None, [], 422)


@get("/children/{child_id:int}/details", opt=needs(RECORD))
async def details_page(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child = await queries.child_for(who_of(request), child_id, RECORD)
        given = {name: getattr(child, name) for name in (*PLAIN, "born_on", "version")}
        given["other_refs"] = "; ".join(child.other_refs)
        return await _details(request, child, given, {}, None, 200)


@post("/children/{child_id:int}/details", opt=needs(RECORD), status_code=303)
async def correct_details(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    child = await queries.child_for(who_of(request), child_id, RECORD)
    filled = await read_form(request, ChildCorrectionForm)
    errors, stale = dict(filled.errors), None
    if filled.value is not None:
        starts = [episode.started_at for episode in await queries.episodes_of(child.id)]
        errors = birth_errors(filled.value.born_on, today_of(request), starts)
    if filled.value is not None and not errors:
        try:
            await correct(
                who_of(request),
                "child",
                child.id,
                _values(filled.value),
                child_id=child.id,
                version=filled.value.version,
                reason=filled.value.reason,
                now=now_of(request),
                key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "The details are corrected. What they said before stays in their history.")
            return see_other(f"/children/{child.id}")
    return await _details(request, child, filled.given, errors, stale, 409 if stale else 422)


async def _details(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    stale: Stale | None,
    status: int,
) -> Answer:
    who, ids = who_of(request), [child.id]
    await record_read(who.person_id, "child", ids, now=now_of(request), children=ids)
    return _child_form(
        request, child, given, errors, stale, await changes_of("child", child.id, CHILD), status
    )


def _values(form: ChildForm) -> dict[str, Any]:
    """The columns of the table."""
    return form.model_dump(include={*PLAIN, "born_on"}) | {"other_refs": references(form.other_refs)}


def _child_form(
    request: Request[Any, Any, Any],
    child: ChildFacts | None,
    given: dict[str, Any],
    errors: dict[str, str],
    stale: Stale | None,
    changes: list[Any],
    status: int,
) -> Answer:
    return page(
        request,
        "episodes/child_details.html",
        status=status,
        child=child,
        given=given | ({"version": stale.version} if stale else {}),
        errors=errors,
        stale=stale,
        changes=changes,
        legal_statuses=LEGAL_STATUSES,
    )


ROUTES: list[Any] = [new_child, add_child, details_page, correct_details]
