"""`/places`: the list, one place with its months, its names, and merging. Names without a place: `naming`."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission, permits
from app.episodes.handed_in import handed_in
from app.episodes.places import changes
from app.episodes.places.queries import (
    all_places,
    children_there,
    mentions_of,
    own_names,
    place_for,
    places_listed,
)
from app.episodes.places.rules import (
    KINDS,
    LONGEST_NAME,
    Details,
    PlaceFacts,
    kept_places,
    months_shown,
    story_of,
)
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused, Stale
from app.london import day_end, day_start
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]

PER_PAGE = 50
MOST_CHILDREN = 20


@get("/places", opt=needs(Permission.SEE_PLACE))
async def places(request: Asked) -> Template:
    who, asked = who_of(request), request.query_params
    words = asked.get("q", "").strip()[:LONGEST_NAME]
    given = asked.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    async with database.transaction():
        lines, unknown = await places_listed(today_of(request), words)
    return page(
        request,
        "episodes/places.html",
        lines=lines[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(lines),
        number=number,
        pages=-(-len(lines) // PER_PAGE),
        unknown=unknown[:PER_PAGE],
        more=max(0, len(unknown) - PER_PAGE),
        words=words,
        kinds=KINDS,
        may_manage=permits(who, Permission.MANAGE_PLACE),
    )


class PlaceForm(Form):
    blank: ClassVar[dict[str, str]] = {"name": "Enter what the place is called"}
    wrong: ClassVar[dict[str, str]] = {
        "name": f"Use {LONGEST_NAME} characters or fewer",
        "ward": "Use 100 characters or fewer",
        "postcode": "Use 10 characters or fewer",
        "note": "Use 2,000 characters or fewer",
    }
    name: str = Field(max_length=LONGEST_NAME)
    kind: str = "other"
    ward: str = Field(default="", max_length=100)
    postcode: str = Field(default="", max_length=10)
    note: str = Field(default="", max_length=2000)
    version: int = 0

    @property
    def details(self) -> Details:
        return Details(self.name, self.kind, self.ward, self.postcode, self.note)


@get("/places/new", opt=needs(Permission.MANAGE_PLACE))
async def new_place(request: Asked) -> Template:
    return _form(request, given={"kind": "other"})


@post("/places", opt=needs(Permission.MANAGE_PLACE))
async def make(request: Asked) -> Answer:
    filled = await read_form(request, PlaceForm)
    if filled.value is None:
        return _form(request, given=filled.given, errors=filled.errors, status=422)
    try:
        place_id = await changes.make_place(
            who_of(request), filled.value.details, now=now_of(request), key=filled.value.submission_key
        )
    except Refused as problem:
        return _form(request, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The place has been added.")
    return see_other(f"/places/{place_id}")


def _form(
    request: Asked,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    place: PlaceFacts | None = None,
    **more: Any,
) -> Template:
    return page(
        request,
        "episodes/place_form.html",
        status=status,
        given=given,
        errors=errors or {},
        place=place,
        kinds=KINDS,
        **more,
    )


@get("/places/{place_id:int}", opt=needs(Permission.SEE_PLACE))
async def place_page(request: Asked, place_id: FromPath[int]) -> Answer:
    """One place: its months side by side, times of day, the children behind it, what panels did about it."""
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        place = await place_for(who, place_id)
        kept = kept_places(await all_places())[place.id]
        if kept != place.id:
            await flash(request, "This place was merged into the one shown here.", "important")
            return see_other(f"/places/{kept}")
        names, merged = await own_names(place.id)
        months = months_shown(today)
        mentions = await mentions_of([name.name for name in names], day_start(months[0]), day_end(today))
        story = story_of(mentions, months)
        behind = await children_there(
            who, story.there, None if "all" in request.query_params else MOST_CHILDREN
        )
        ids = [child.id for child in behind.children]
        await record_read(who.person_id, "place", [place.id], now=now, children=ids)
        moments = [
            moment
            for provider in handed_in.place_moments
            for moment in await provider(
                who, [place.id, *(one.id for one in merged)], [n.name for n in names]
            )
        ]
    return page(
        request,
        "episodes/place.html",
        place=place,
        names=names,
        merged=merged,
        story=story,
        behind=behind,
        moments=sorted(moments, key=lambda moment: moment.at, reverse=True),
        kinds=KINDS,
        may_manage=permits(who, Permission.MANAGE_PLACE),
    )


@get("/places/{place_id:int}/change", opt=needs(Permission.MANAGE_PLACE))
async def change_page(request: Asked, place_id: FromPath[int]) -> Template:
    place = await place_for(who_of(request), place_id, Permission.MANAGE_PLACE)
    return _form(request, given=vars(place), place=place)


@post("/places/{place_id:int}/change", opt=needs(Permission.MANAGE_PLACE))
async def change(request: Asked, place_id: FromPath[int]) -> Answer:
    place = await place_for(who_of(request), place_id, Permission.MANAGE_PLACE)
    filled = await read_form(request, PlaceForm)
    if filled.value is None:
        return _form(request, given=filled.given, errors=filled.errors, status=422, place=place)
    form = filled.value
    try:
        await changes.change_place(
            who_of(request),
            place,
            form.details,
            seen=form.version,
            now=now_of(request),
            key=form.submission_key,
        )
    except Refused as problem:
        return _form(request, given=filled.given, errors=problem.errors, status=422, place=place)
    except Stale as problem:
        errors = {"": f"{problem} Check what stands there now, then save again."}
        return _form(request, given=filled.given, errors=errors, status=409, place=place, theirs=place)
    await flash(request, "The place has been changed.")
    return see_other(f"/places/{place_id}")


class AddNameForm(Form):
    blank: ClassVar[dict[str, str]] = {"said": "Enter the other name of the place"}
    wrong: ClassVar[dict[str, str]] = {"said": f"Use {LONGEST_NAME} characters or fewer"}
    said: str = Field(max_length=LONGEST_NAME)


@post("/places/{place_id:int}/names", opt=needs(Permission.MANAGE_PLACE))
async def add_name(request: Asked, place_id: FromPath[int]) -> Answer:
    who = who_of(request)
    place = await place_for(who, place_id, Permission.MANAGE_PLACE)
    filled = await read_form(request, AddNameForm)
    if filled.value is None:
        return await _merge_form(request, place, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        await changes.add_name(who, place, form.said, now=now_of(request), key=form.submission_key)
    except Refused as problem:
        return await _merge_form(request, place, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The name has been added.")
    return see_other(f"/places/{place_id}")


@post("/places/{place_id:int}/names/{name_id:int}/removal", opt=needs(Permission.MANAGE_PLACE))
async def remove_name(request: Asked, place_id: FromPath[int], name_id: FromPath[int]) -> Answer:
    who = who_of(request)
    place = await place_for(who, place_id, Permission.MANAGE_PLACE)
    filled = await read_form(request, Form)
    key = filled.value.submission_key if filled.value else None
    await changes.remove_name(who, place, name_id, now=now_of(request), key=key)
    await flash(request, "The name has been taken away; it stands among the names without a place again.")
    return see_other(f"/places/{place_id}")


@get("/places/{place_id:int}/merge", opt=needs(Permission.MANAGE_PLACE))
async def merge_page(request: Asked, place_id: FromPath[int]) -> Template:
    """Further names of the place, and the other record that it is the same as."""
    place = await place_for(who_of(request), place_id, Permission.MANAGE_PLACE)
    return await _merge_form(request, place, given={})


class MergeForm(Form):
    wrong: ClassVar[dict[str, str]] = {"into": "Choose the place that it is the same as"}
    into: int | None = None
    version: int = 0


@post("/places/{place_id:int}/merge", opt=needs(Permission.MANAGE_PLACE))
async def merge(request: Asked, place_id: FromPath[int]) -> Answer:
    who = who_of(request)
    place = await place_for(who, place_id, Permission.MANAGE_PLACE)
    filled = await read_form(request, MergeForm)
    if filled.value is None:
        return await _merge_form(request, place, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        kept = await changes.merge_place(
            who, place, form.into or 0, seen=form.version, now=now_of(request), key=form.submission_key
        )
    except Refused as problem:
        return await _merge_form(request, place, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The two places count as one from now on. This can be undone below.")
    return see_other(f"/places/{kept}")


async def _merge_form(
    request: Asked,
    place: PlaceFacts,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    if place.merged_into is not None:
        raise MovedOn("This place was merged into another already.")
    others = [one for one in await all_places() if one.merged_into is None and one.id != place.id]
    return page(
        request,
        "episodes/place_merge.html",
        status=status,
        place=place,
        places=[[one.id, ", ".join(filter(None, (one.name, one.ward, one.postcode)))] for one in others],
        given=given,
        errors=errors or {},
    )


@post("/places/{place_id:int}/separation", opt=needs(Permission.MANAGE_PLACE))
async def separate(request: Asked, place_id: FromPath[int]) -> Answer:
    who = who_of(request)
    place = await place_for(who, place_id, Permission.MANAGE_PLACE)
    filled = await read_form(request, Form)
    key = filled.value.submission_key if filled.value else None
    await changes.separate_place(who, place, now=now_of(request), key=key)
    await flash(request, "The two places count apart again.")
    return see_other(f"/places/{place_id}")


ROUTES: list[Any] = [
    places,
    new_place,
    make,
    place_page,
    change_page,
    change,
    add_name,
    remove_name,
    merge_page,
    merge,
    separate,
]
