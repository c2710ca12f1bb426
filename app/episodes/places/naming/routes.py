"""`/places/names`: a place is made of a name that episodes use, or the name is given to one that is there."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.episodes.places import changes
from app.episodes.places.queries import all_places, name_in_episode, place_for, places_by_name
from app.episodes.places.routes import PlaceForm
from app.episodes.places.rules import KINDS, LONGEST_NAME, Details
from app.episodes.rules import folded
from app.lifecycle import Invisible, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/places/names/{episode_id:int}/{end:str}", opt=needs(Permission.MANAGE_PLACE))
async def name_page(request: Asked, episode_id: FromPath[int], end: FromPath[str]) -> Answer:
    """What to do with a name that an episode uses; the address names the episode, since a name may tell of a home."""
    said = await _said(episode_id, end)
    return await _name_form(
        request, said, f"/places/names/{episode_id}/{end}", given={"what": "new", "name": said}
    )


class NameForm(Form):
    wrong: ClassVar[dict[str, str]] = {"place": "Choose the place from the list"} | PlaceForm.wrong
    what: str = "new"
    place: int | None = None
    name: str = Field(default="", max_length=LONGEST_NAME)
    kind: str = "other"
    ward: str = Field(default="", max_length=100)
    postcode: str = Field(default="", max_length=10)


@post("/places/names/{episode_id:int}/{end:str}", opt=needs(Permission.MANAGE_PLACE))
async def give_name(request: Asked, episode_id: FromPath[int], end: FromPath[str]) -> Answer:
    """Makes a place of the name, or gives it to one that is there."""
    who, now = who_of(request), now_of(request)
    said = await _said(episode_id, end)
    filled = await read_form(request, NameForm)
    action = f"/places/names/{episode_id}/{end}"
    if filled.value is None:
        return await _name_form(request, said, action, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        if form.what == "other":
            if form.place is None:
                sentence = "Choose the place that it is another name of"
                raise Refused(sentence, {"place": sentence})
            place = await place_for(who, form.place, Permission.MANAGE_PLACE)
            await changes.add_name(who, place, said, now=now, key=form.submission_key)
            place_id = place.id
        else:
            details = Details(form.name, form.kind, form.ward, form.postcode)
            place_id = await changes.make_place(who, details, said=said, now=now, key=form.submission_key)
    except Refused as problem:
        return await _name_form(request, said, action, given=filled.given, errors=problem.errors, status=422)
    await flash(request, "The name has been given to this place. Earlier episodes count as well.")
    return see_other(f"/places/{place_id}")


async def _said(episode_id: int, end: str) -> str:
    said = await name_in_episode(episode_id, end)
    if said is None:
        raise Invisible
    return said


async def _name_form(
    request: Asked,
    said: str,
    action: str,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with database.transaction():
        kept = [place for place in await all_places() if place.merged_into is None]
        known = (await places_by_name()).get(folded(said))
    return page(
        request,
        "episodes/place_name.html",
        status=status,
        said=said,
        action=action,
        places=[[place.id, place.name] for place in kept],
        known=next((place for place in kept if place.id == known), None),
        given=given,
        errors=errors or {},
        kinds=KINDS,
    )


ROUTES: list[Any] = [name_page, give_name]
