"""The pages on which schedules are seen and chosen, alike for lists and for what later rooms hand in. No routes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from litestar import Request, Response
from litestar.response import Template
from pydantic import Field

from app.access import Identity, Role
from app.episodes.schedules import queries
from app.episodes.schedules.changes import set_schedule
from app.episodes.schedules.kinds import Scheduled, of_slug
from app.episodes.schedules.rules import HOURS, ROLES_TOLD, WEEKDAYS, Schedule, hour_in_words, next_day
from app.lifecycle import Invisible, Refused
from app.people.rules import ROLE_NAMES
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


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


@dataclass(frozen=True)
class SchedulePages:
    """The two pages of what is alike: `kinds` under one address. `noun` is what one of them is called.

    `above` is the page that leads there, as title and address, for this person.
    """

    kinds: Sequence[Scheduled]
    address: str
    title: str
    lead: str
    noun: str
    above: Callable[[Identity], tuple[str, str]]

    async def overview(self, request: Asked) -> Answer:
        """What goes out when and to whom, and what went."""
        now, shown = now_of(request), []
        for kind in self.kinds:
            schedule = await queries.schedule_of(kind)
            sent = await queries.sent_lately(kind)
            told = await queries.readers_told(kind, schedule)
            shown.append(
                {
                    "kind": kind,
                    "schedule": schedule,
                    "named": [one for one in told if one.id in schedule.people],
                    "told": len(told),
                    "left": len(set(schedule.people) - {one.id for one in told}),
                    "sent": sent,
                    "next_day": next_day(schedule, now, sent[0].due_on if sent else None),
                }
            )
        return page(request, "episodes/schedules.html", shown=shown, **self._words(request))

    async def form(self, request: Asked, slug: str) -> Answer:
        """The form of one of them. Raises Invisible for a slug that there is not."""
        kind = self._kind(slug)
        return await self._form_page(request, kind, _given(await queries.schedule_of(kind)))

    async def change(self, request: Asked, slug: str) -> Answer:
        """Saves the form and leads back; 422 with it where it cannot be saved."""
        kind = self._kind(slug)
        filled = await read_form(request, ScheduleForm, lists=("weekdays", "roles", "people"))
        form, errors = filled.value, dict(filled.errors)
        if form is not None:
            try:
                chosen = await self._chosen(kind, form)
                await set_schedule(who_of(request), kind, chosen, now_of(request), form.submission_key)
            except Refused as problem:
                errors = problem.errors
            else:
                await flash(request, f"{kind.name}: what you chose is saved.")
                return see_other(self.address)
        return await self._form_page(request, kind, filled.given, errors)

    def _kind(self, slug: str) -> Scheduled:
        kind = of_slug(self.kinds, slug)
        if kind is None:
            raise Invisible
        return kind

    async def _chosen(self, kind: Scheduled, form: ScheduleForm) -> Schedule:
        """What the form asks for. Raises Refused for somebody who could not open it."""
        if not set(form.roles) <= set(ROLES_TOLD):
            raise Refused("Choose roles from the list.", {"roles": "Choose roles from the list"})
        before = await queries.schedule_of(kind)
        may_read = {one.id for one in await queries.readers(kind)}
        for name, ids in (("people", set(form.people) - set(before.people)), ("also", {form.also} - {None})):
            if not ids <= may_read:
                seat = " or a seat on a panel" if kind.seats_read else ""
                sentence = f"This person can’t open the {self.noun}: they need a role{seat}"
                raise Refused(f"{sentence}.", {name: sentence})
        return replace(
            before,
            is_on=form.is_on == "yes",
            weekdays=() if before.periods else tuple(form.weekdays),
            hour=form.hour,
            roles=tuple(role.value for role in form.roles),
            people=tuple({*form.people, *([form.also] if form.also else [])}),
            version=form.version,
        )

    async def _form_page(
        self, request: Asked, kind: Scheduled, given: dict[str, Any], errors: dict[str, str] | None = None
    ) -> Answer:
        schedule = await queries.schedule_of(kind)
        readers = await queries.readers(kind)
        return page(
            request,
            "episodes/schedule.html",
            status=422 if errors else 200,
            kind=kind,
            schedule=schedule,
            given=given,
            errors=errors or {},
            named=[one for one in readers if one.id in schedule.people],
            others=[one for one in readers if one.id not in schedule.people],
            **self._words(request),
        )

    def _words(self, request: Asked) -> dict[str, Any]:
        return {
            "address": self.address,
            "title": self.title,
            "lead": self.lead,
            "noun": self.noun,
            "above": self.above(who_of(request)),
            "weekday_choices": list(WEEKDAYS.items()),
            "hour_choices": [(hour, hour_in_words(hour)) for hour in HOURS],
            "role_choices": [(role.value, ROLE_NAMES[role] + "s") for role in ROLES_TOLD],
        }


def _given(schedule: Schedule) -> dict[str, Any]:
    return {
        "is_on": "yes" if schedule.is_on else "",
        "weekdays": schedule.weekdays,
        "hour": schedule.hour,
        "roles": schedule.roles,
        "people": schedule.people,
        "version": schedule.version,
    }
