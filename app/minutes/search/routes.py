"""The search among minutes, agendas and actions. What is asked is posted and kept, so that no name is in an address."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.minutes.search.changes import catch_up, keep_search
from app.minutes.search.queries import asked_by, children_named, found, panels, query_of
from app.minutes.search.rules import (
    ACTION,
    AGENDA,
    KINDS,
    MINUTES,
    ORDERS,
    Asked,
    Hit,
    Query,
    panels_where,
    problems_of,
)
from app.minutes.search.texts.queries import MeetingLine, highlighted, meetings_of, shown_of
from app.minutes.search.texts.rules import (
    Excerpt,
    Group,
    Passage,
    Result,
    Shown,
    best_of,
    excerpts_of,
    pieces_of,
)
from app.web.forms import Form, read_form
from app.web.pages import now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asking = Request[Any, Any, Any]

NOTHING_LEFT = "Enter at least one word to find: signs alone, or only words to leave out, find nothing"
NO_SUCH_CHILD = "No child you may see has this number, or this in their name or reference"


class SearchForm(Form):
    wrong: ClassVar[dict[str, str]] = {
        "panel": "Choose a panel from the list",
        "from_on": "Enter a day, such as 3 December 2026",
        "to_on": "Enter a day, such as 3 December 2026",
        "kinds": "Choose from minutes, agendas and actions",
        "order": "Choose newest first or best first",
    }
    words: str = ""
    panel: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    child: str = ""
    kinds: list[Literal["minutes", "agenda", "action"]] = []
    order: Literal["newest", "best"] = "newest"

    @property
    def asked(self) -> Asked:
        return Asked(
            self.words,
            self.panel,
            self.from_on,
            self.to_on,
            self.child,
            tuple(sorted(set(self.kinds))) if set(self.kinds) != set(KINDS) else (),
            self.order,
        )


@get("/search", opt=needs(Permission.USE_SERVICE))
async def search_form(request: Asking) -> Template:
    return await _page(request, Asked())


@post("/search", opt=needs(Permission.USE_SERVICE), status_code=303)
async def search(request: Asking) -> Answer:
    """Keeps what is asked and leads to what was found; whatever was saved up to now is looked through first."""
    who = who_of(request)
    filled = await read_form(request, SearchForm, lists=("kinds",))
    if filled.value is None:
        return await _page(request, Asked(), errors=filled.errors, given=filled.given, status=422)
    asked = filled.value.asked
    errors = problems_of(asked)
    if not errors and await query_of(asked.words) is None:
        errors = {"words": NOTHING_LEFT}
    if not errors and asked.child and not await children_named(who, asked.child):
        errors = {"child": NO_SUCH_CHILD}
    if errors:
        return await _page(request, asked, errors=errors, status=422)
    await catch_up()
    return see_other(f"/search/{await keep_search(who, asked, now=now_of(request))}")


@get("/search/{search_id:int}", opt=needs(Permission.USE_SERVICE))
async def results(request: Asking, search_id: FromPath[int]) -> Answer:
    """One page of what was found. Whose texts it shows is recorded before it goes out."""
    who = who_of(request)
    asked = await asked_by(who, search_id)
    given = request.query_params.get("page", "1")
    wanted = int(given) if given.isdecimal() and 0 < len(given) < 4 else 1
    async with database.transaction():
        query = await query_of(asked.words)
        if query is None:
            raise Invisible
        children = await children_named(who, asked.child) if asked.child else None
        async with database.planned_for_its_values():
            all_found = await found(who, asked, query, children)
        number = min(max(wanted, 1), all_found.pages)
        hits = all_found.page(number)
        meetings = await meetings_of(hits)
        told = await shown_of(who, hits, meetings)
        groups = await _groups(hits, told, meetings, query)
        await _record(request, who, hits, told)
    return await _page(
        request,
        asked,
        search_id=search_id,
        found=all_found,
        number=number,
        groups=groups,
        query=query,
        children=len(children or ()),
    )


async def _groups(
    hits: Sequence[Hit],
    told: Mapping[tuple[str, int], Shown],
    meetings: Mapping[int, MeetingLine],
    query: Query,
) -> list[Group]:
    """The page's hits by meeting, every word asked for marked in their titles and in the stretches around it."""
    shown = [(hit, told[hit.kind, hit.id]) for hit in hits if (hit.kind, hit.id) in told]
    stretches = [excerpts_of(one.passages, query.stems) for _, one in shown]
    texts = [text for (_, one), parts in zip(shown, stretches, strict=True) for text in _texts(one, parts)]
    marked = iter(await highlighted(texts, query))
    groups = []
    for _, of_group in groupby(zip(shown, stretches, strict=True), key=lambda pair: pair[0][0].group):
        listed = list(of_group)
        group = _heading(listed[0][0][0], meetings, listed[0][0][1])
        for (hit, one), parts in listed:
            title = pieces_of(next(marked))
            excerpts = [Excerpt(part.heading, pieces_of(next(marked))) for part in parts]
            group.results.append(Result(hit.kind, one.url, one.about, one.status, title, best_of(excerpts)))
        groups.append(group)
    return groups


def _texts(shown: Shown, parts: Sequence[Passage]) -> list[str]:
    return [shown.title, *(part.text for part in parts)]


def _heading(hit: Hit, meetings: Mapping[int, MeetingLine], shown: Shown) -> Group:
    meeting = meetings.get(hit.meeting_id or 0)
    if meeting is None:
        return Group("", shown.panel, on=hit.at)
    return Group(f"/meetings/{meeting.id}", meeting.panel_name, on=meeting.starts_at)


async def _record(
    request: Asking, who: Identity, hits: Sequence[Hit], told: Mapping[tuple[str, int], Shown]
) -> None:
    """Reads of minutes, agendas and actions, as their own pages record them. Never the words asked for."""
    for kind in (MINUTES, AGENDA, ACTION):
        of_kind = [hit for hit in hits if hit.kind == kind and (kind, hit.id) in told]
        children = {told[kind, hit.id].child_id for hit in of_kind}
        if of_kind:
            await record_read(
                who.person_id,
                kind,
                sorted({hit.id if kind == ACTION else hit.meeting_id or 0 for hit in of_kind}),
                now=now_of(request),
                children=[child for child in children if child],
            )


async def _page(
    request: Asking,
    asked: Asked,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> Template:
    """The form, above what was found once something was asked."""
    who = who_of(request)
    names = await panels()
    return page(
        request,
        "minutes/search.html",
        status=status,
        asked=asked,
        given=(given or {}) if errors and given else asked.as_kept(),
        panel_choices=[(panel, names[panel]) for panel in panels_where(who, Permission.SEE_MEETING, names)],
        finds_children=permits(who, Permission.SEE_CHILD),
        kinds=KINDS,
        orders=ORDERS,
        errors=errors or {},
        **more,
    )


ROUTES = [search_form, search, results]
