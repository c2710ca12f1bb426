"""`/missing-now` and `/missing-this-week`: the lists as pages and files. Who is sent a link: `schedules`."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes.lists.queries import episodes_listed, sees_every_child
from app.episodes.lists.rules import (
    COLUMNS,
    COUNTED,
    LIST_NAMES,
    ListedChild,
    ListKind,
    as_at_of,
    children_listed,
    counts,
    file_rows,
    is_away_at,
    last_week,
    needs_a_short_time,
    time_away,
)
from app.episodes.rules import CATEGORIES, COHORT_WORDS, LEGAL_STATUSES, Cohort
from app.history.changes import record_read
from app.london import age_on, day_start, london_date
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs
from app.windows import Window, read_window

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
MOST_SHOWN = 500
"""Children on a page; the file has all of them."""


@dataclass(frozen=True)
class Asking:
    """What an address asks for. `errors` by field where it cannot be answered."""

    kind: ListKind
    window: Window
    as_at: datetime
    cohort: Cohort | None
    given: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        return self.window.last - timedelta(days=1)

    @property
    def is_past(self) -> bool:
        """Whether the days asked for are over, so that the list stands as at their end."""
        return self.kind is not ListKind.MISSING_NOW and self.as_at == day_start(self.window.last)


@get("/missing-now", opt=needs(Permission.SEE_CHILD))
async def missing_now(request: Asked) -> Answer:
    return await _page_of(request, _asking(request, ListKind.MISSING_NOW))


@get("/missing-this-week", opt=needs(Permission.SEE_CHILD))
async def missing_this_week(request: Asked) -> Answer:
    return await _page_of(request, _asking(request, ListKind.MISSING_THIS_WEEK))


@get("/missing-now/export", opt=needs(Permission.SEE_CHILD))
async def export_missing_now(request: Asked) -> Answer:
    return await _file_of(request, _asking(request, ListKind.MISSING_NOW))


@get("/missing-this-week/export", opt=needs(Permission.SEE_CHILD))
async def export_missing_this_week(request: Asked) -> Answer:
    return await _file_of(request, _asking(request, ListKind.MISSING_THIS_WEEK))


def _asking(request: Asked, kind: ListKind) -> Asking:
    now, default = now_of(request), last_week(today_of(request))
    asked = request.query_params
    cohort = Cohort(asked["cohort"]) if asked.get("cohort") in set(Cohort) else None
    if kind is ListKind.MISSING_NOW:
        return Asking(kind, default, now, cohort, {})
    read = read_window({name: asked.get(name, "") for name in ("from", "to")}, default)
    errors, window = dict(read.errors), read.window or default
    too_long = needs_a_short_time(window)
    if too_long:
        errors["to"] = too_long
    return Asking(kind, window, as_at_of(window, now), cohort, read.given, errors)


async def _children(request: Asked, asking: Asking) -> list[ListedChild]:
    """Everybody on the list, of every cohort and category."""
    first = day_start(asking.window.first)
    own_names = request.app.state.settings.authority_names
    found = await episodes_listed(who_of(request), asking.kind, first, asking.as_at, own_names)
    return children_listed(found, asking.as_at)


async def _page_of(request: Asked, asking: Asking) -> Answer:
    who = who_of(request)
    async with database.transaction():
        everybody = [] if asking.errors else await _children(request, asking)
        chosen = _of_cohort(everybody, asking)
        missing = [child for child in chosen if child.category == COUNTED]
        others = [child for child in chosen if child.category != COUNTED]
        await _note_read(request, asking, [*missing[:MOST_SHOWN], *others[:MOST_SHOWN]])
    return page(
        request,
        "episodes/missing_list.html",
        status=422 if asking.errors else 200,
        asking=asking,
        errors=asking.errors,
        name=LIST_NAMES[asking.kind],
        is_week=asking.kind is ListKind.MISSING_THIS_WEEK,
        counts=counts(everybody),
        missing=missing[:MOST_SHOWN],
        others=others[:MOST_SHOWN],
        most=MOST_SHOWN,
        more=max(0, len(missing) - MOST_SHOWN) + max(0, len(others) - MOST_SHOWN),
        sees_every_child=sees_every_child(who),
        address=_address(asking),
        cohort_words=COHORT_WORDS,
        categories=CATEGORIES,
        legal_statuses=LEGAL_STATUSES,
        age_on=age_on,
        is_away_at=is_away_at,
        time_away=time_away,
    )


async def _file_of(request: Asked, asking: Asking) -> Answer:
    """The list as CSV, with the filters of the page; cells that a spreadsheet would run are escaped."""
    if asking.errors:
        return await _page_of(request, asking)
    async with database.transaction():
        chosen = _of_cohort(await _children(request, asking), asking)
        await _note_read(request, asking, chosen)
    day = asking.last_day if asking.is_past else london_date(asking.as_at)
    return attached(csv_bytes(COLUMNS, file_rows(chosen, asking.as_at)), CSV, f"{asking.kind}-{day}.csv")


def _of_cohort(children: list[ListedChild], asking: Asking) -> list[ListedChild]:
    return [child for child in children if asking.cohort in (None, child.latest.cohort)]


async def _note_read(request: Asked, asking: Asking, children: list[ListedChild]) -> None:
    ids = sorted({child.latest.child_id for child in children})
    await record_read(
        who_of(request).person_id,
        "child",
        ids,
        now=now_of(request),
        children=ids,
        details={"list": asking.kind.value},
    )


def _address(asking: Asking) -> str:
    """The query of this list without a cohort, to be gone on with; days alone stand in it."""
    if asking.kind is ListKind.MISSING_NOW:
        return ""
    return f"from={asking.window.first}&to={asking.window.last}"


ROUTES: list[Any] = [missing_now, missing_this_week, export_missing_now, export_missing_this_week]
