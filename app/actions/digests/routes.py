"""`/account/reminders`: whether and at what hour a person's daily e-mail about actions comes. No policy, no SQL."""

from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.response import Template
from pydantic import Field

from app.access import Permission
from app.actions.digests.changes import choose_digest
from app.actions.digests.queries import preference_of
from app.actions.digests.rules import FIRST_HOUR, HOURS, LAST_HOUR, Preference
from app.history.changes import AlreadySubmitted
from app.lifecycle import MovedOn
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]


class ReminderForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "wanted": "Choose whether the daily email comes",
        "hour": "Choose an hour",
    }
    wrong: ClassVar[dict[str, str]] = {
        "wanted": "Choose whether the daily email comes",
        "hour": f"Choose an hour from {HOURS[FIRST_HOUR]} to {HOURS[LAST_HOUR]}",
    }
    wanted: Literal["daily", "none"]
    hour: int = Field(ge=FIRST_HOUR, le=LAST_HOUR)
    version: int = 0


@get("/account/reminders", opt=needs(Permission.USE_SERVICE))
async def reminders(request: Asked) -> Template:
    return await _form(request)


@post("/account/reminders", opt=needs(Permission.USE_SERVICE), status_code=303)
async def choose_reminders(request: Asked) -> Template | Response[Any]:
    filled = await read_form(request, ReminderForm)
    if filled.value is None:
        return await _form(request, status=422, errors=filled.errors, given=filled.given)
    form = filled.value
    try:
        await choose_digest(
            who_of(request),
            Preference(form.wanted == "daily", form.hour),
            version=form.version,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except MovedOn as problem:
        return await _form(request, status=409, errors={"wanted": str(problem)})
    except AlreadySubmitted:
        pass
    await flash(request, "Your reminders are saved.")
    return see_other("/account")


async def _form(
    request: Asked,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Template:
    kept = await preference_of(who_of(request).person_id)
    stands = {
        "wanted": "daily" if kept.preference.wanted else "none",
        "hour": kept.preference.hour,
        "version": kept.version,
    }
    return page(
        request,
        "actions/reminders.html",
        status=status,
        errors=errors or {},
        given=stands | (given or {}),
        hours=list(HOURS.items()),
    )


ROUTES = [reminders, choose_reminders]
