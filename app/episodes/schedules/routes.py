"""`/scheduled-lists`: which list goes to whom and when, for administrators; they need not be able to read it."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.access import Permission, Role
from app.episodes.lists.rules import LIST_NAMES, ListKind
from app.episodes.schedules import queries
from app.episodes.schedules.changes import set_schedule
from app.episodes.schedules.rules import (
    HOURS,
    ROLES_TOLD,
    WEEKDAYS,
    Schedule,
    hour_in_words,
    next_day,
)
from app.lifecycle import Invisible, Refused
from app.people.rules import ROLE_NAMES
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
LIST = "/scheduled-lists/{kind:str}"
WHAT = {
    ListKind.MISSING_NOW: "Children who are missing from home or care when the list is opened.",
    ListKind.MISSING_THIS_WEEK: "Children who are or were missing in the seven days up to the one it is sent on.",
}


class ScheduleForm(Form):
    blank: ClassVar[dict[str, str]] = {"hour": "Choose an hour"}
    wrong: ClassVar[dict[str, str]] = {
        "hour": "Choose an hour from the list",
        "weekdays": "Choose days from Monday to Friday",
        "roles": "Choose roles from the list",
        "people": "Choose people from the list",
        "also": "Choose a person from the list",
    }
    is_on: Literal["", "yes"] = ""
    weekdays: list[Annotated[int, Field(ge=min(WEEKDAYS), le=max(WEEKDAYS))]] = []
    hour: Annotated[int, Field(ge=min(HOURS), le=max(HOURS))]
    roles: list[Role] = []
    people: list[int] = []
    also: int | None = None
    version: int = 0


@get("/scheduled-lists", opt=needs(Permission.MANAGE_MESSAGES))
async def scheduled_lists(request: Asked) -> Answer:
    now, shown = now_of(request), []
    for kind, schedule in (await queries.schedules()).items():
        sent = await queries.sent_lists(kind)
        told = await queries.readers_told(schedule)
        shown.append(
            {
                "schedule": schedule,
                "what": WHAT[kind],
                "named": [one for one in told if one.id in schedule.people],
                "told": len(told),
                "left": len(set(schedule.people) - {one.id for one in told}),
                "sent": sent,
                "next_day": next_day(schedule, now, sent[0].due_on if sent else None),
            }
        )
    return page(request, "episodes/scheduled_lists.html", shown=shown, **_words())


def _kind(kind: str) -> ListKind:
    if kind not in set(ListKind):
        raise Invisible
    return ListKind(kind)


@get(LIST, opt=needs(Permission.MANAGE_MESSAGES))
async def scheduled_list(request: Asked, kind: FromPath[str]) -> Answer:
    schedule = (await queries.schedules())[_kind(kind)]
    return await _form_page(request, schedule, _given(schedule))


@post(LIST, opt=needs(Permission.MANAGE_MESSAGES), status_code=303)
async def change_scheduled_list(request: Asked, kind: FromPath[str]) -> Answer:
    schedule = (await queries.schedules())[_kind(kind)]
    filled = await read_form(request, ScheduleForm, lists=("weekdays", "roles", "people"))
    form, errors = filled.value, dict(filled.errors)
    if form is not None:
        try:
            await set_schedule(
                who_of(request), await _chosen(schedule, form), now_of(request), form.submission_key
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, f"{LIST_NAMES[schedule.kind]}: what you chose is saved.")
            return see_other("/scheduled-lists")
    return await _form_page(request, schedule, filled.given, errors)


async def _chosen(schedule: Schedule, form: ScheduleForm) -> Schedule:
    """What the form asks for. Raises Refused for somebody who could not open the list."""
    if not set(form.roles) <= set(ROLES_TOLD):
        raise Refused("Choose roles from the list.", {"roles": "Choose roles from the list"})
    may_read = {one.id for one in await queries.readers()}
    for name, ids in (("people", set(form.people) - set(schedule.people)), ("also", {form.also} - {None})):
        if not ids <= may_read:
            sentence = "This person can’t open the list: they need a role or a seat on a panel"
            raise Refused(f"{sentence}.", {name: sentence})
    return replace(
        schedule,
        is_on=form.is_on == "yes",
        weekdays=tuple(form.weekdays),
        hour=form.hour,
        roles=tuple(role.value for role in form.roles),
        people=tuple({*form.people, *([form.also] if form.also else [])}),
        version=form.version,
    )


def _given(schedule: Schedule) -> dict[str, Any]:
    return {
        "is_on": "yes" if schedule.is_on else "",
        "weekdays": schedule.weekdays,
        "hour": schedule.hour,
        "roles": schedule.roles,
        "people": schedule.people,
        "version": schedule.version,
    }


async def _form_page(
    request: Asked, schedule: Schedule, given: dict[str, Any], errors: dict[str, str] | None = None
) -> Answer:
    readers = await queries.readers()
    return page(
        request,
        "episodes/scheduled_list.html",
        status=422 if errors else 200,
        schedule=schedule,
        what=WHAT[schedule.kind],
        given=given,
        errors=errors or {},
        named=[one for one in readers if one.id in schedule.people],
        others=[one for one in readers if one.id not in schedule.people],
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "names": LIST_NAMES,
        "weekday_choices": list(WEEKDAYS.items()),
        "hour_choices": [(hour, hour_in_words(hour)) for hour in HOURS],
        "role_choices": [(role.value, ROLE_NAMES[role] + "s") for role in ROLES_TOLD],
    }


ROUTES: list[Any] = [scheduled_lists, scheduled_list, change_scheduled_list]
