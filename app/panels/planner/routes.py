"""`/panels/{slug}/planner`: other thresholds tried on past meetings. Only numbers stand in its address."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.london import LONDON
from app.panels.planner.queries import Comparison, compared
from app.panels.planner.rules import read_tried, total, triable, with_tried
from app.panels.standing.queries import panel_for
from app.panels.standing.rules import scope_of
from app.panels.terms.queries import overrides_at, terms_at
from app.panels.terms.rules import by_path
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs


@get("/panels/{slug:str}/planner", opt=needs(Permission.PLAN_MEETING))
async def planner(request: Request[Any, Any, Any], slug: FromPath[str]) -> Template:
    """Counts alone: which children they are stands on the agenda."""
    who, now = who_of(request), now_of(request)
    panel = await panel_for(who, slug, Permission.PLAN_MEETING)
    given = {name: value for name, value in request.query_params.items() if value}
    tried, errors = read_tried(panel, given)
    async with database.transaction():
        terms = await terms_at(panel, today_of(request))
        own = by_path(await overrides_at(panel, today_of(request)))
        other = with_tried(terms, own, tried)
        found = Comparison([], 0) if errors else await compared(panel, terms, other, now)
    settings = triable(panel)
    present = {setting.path: own.get(setting.path, setting.default) for setting in settings}
    past = [one for one in found.meetings if not one.is_next]
    return page(
        request,
        "panels/planner.html",
        status=422 if errors else 200,
        panel=panel,
        settings=settings,
        present=present,
        given={**present, **tried, **{path: given[path] for path in errors}},
        errors=errors,
        changed={path: value for path, value in tried.items() if value != present[path]},
        meetings=found.meetings,
        past=past,
        totals=(total([one.present for one in past]), total([one.other for one in past])),
        left_out=found.left_out,
        bars=[_bar(one) for one in reversed(found.meetings)],
        new_terms=f"/panels/{slug}/terms/new?{urlencode(tried)}",
        may_manage=permits(who, Permission.MANAGE_PANEL, scope_of(panel.id)),
    )


def _bar(one: Any) -> dict[str, Any]:
    return {
        "label": f"{one.starts_at.astimezone(LONDON):%-d %b}",
        "value": one.other.children + one.other.places,
        "tone": "late" if one.other.minutes > one.length else "",
    }


ROUTES = [planner]
