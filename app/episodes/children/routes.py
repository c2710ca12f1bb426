"""The pages of children: the list, the search, and one child's record with its clocks and chronology."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, Scope, permits
from app.episodes import queries
from app.episodes.children.queries import PER_PAGE, ChildFilter, children_found, children_seen_by
from app.episodes.children.rules import chronology, clocks_of, flag_words
from app.episodes.clocks.rules import media_alert_sentence
from app.episodes.handed_in import handed_in
from app.episodes.merging.queries import duplicates_among, merges_into, merges_of_episodes_of
from app.episodes.rules import (
    CATEGORIES,
    COHORT_WORDS,
    FOLLOW_UP_MODES,
    LEGAL_STATUSES,
    PLACE_KINDS,
    POLICE_RISKS,
    Cohort,
    cohort_of,
    is_open,
    scale_on,
    told_or_childs,
)
from app.episodes.withdrawals.queries import withdrawn_of
from app.history.changes import record_read
from app.london import age_on
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]

SHOWN = {"all": "All children", "missing": "Missing now", "cla": "Looked after"}
MOMENTS_SHOWN = 60


class SearchForm(Form):
    blank: ClassVar[dict[str, str]] = {"q": "Enter a name or a reference"}
    q: str


@get("/children", opt=needs(Permission.SEE_CHILD))
async def children(request: Request[Any, Any, Any]) -> Answer:
    who, asked = who_of(request), request.query_params
    chosen = ChildFilter(
        show=asked.get("show", "all") if asked.get("show") in SHOWN else "all",
        cohort=asked.get("cohort", "") if asked.get("cohort") in set(Cohort) else "",
        own_names=_own_names(request),
    )
    given = asked.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    async with database.transaction():
        lines, total, missing = await children_seen_by(who, chosen, number)
        ids = [line.id for line in lines]
        await record_read(who.person_id, "child", ids, now=now_of(request), children=ids)
    return page(
        request,
        "episodes/children.html",
        may_record=permits(who, Permission.RECORD_CHILD),
        may_merge=permits(who, Permission.MERGE_RECORDS),
        lines=lines,
        total=total,
        missing=missing,
        chosen=chosen,
        selected=_selected(chosen),
        number=number,
        pages=-(-total // PER_PAGE),
        errors={},
        **_words(request),
    )


@post("/children", opt=needs(Permission.SEE_CHILD), status_code=200)
async def search_children(request: Request[Any, Any, Any]) -> Answer:
    """A search is posted, so that no name stands in an address."""
    who = who_of(request)
    filled = await read_form(request, SearchForm)
    async with database.transaction():
        lines = await children_found(who, filled.value.q) if filled.value else []
        ids = [line.id for line in lines]
        if ids:
            await record_read(who.person_id, "child", ids, now=now_of(request), children=ids)
    return page(
        request,
        "episodes/children.html",
        status=200 if filled.value else 422,
        lines=lines,
        search=filled.given.get("q", ""),
        chosen=ChildFilter(),
        selected=[],
        errors=filled.errors,
        **_words(request),
    )


@get("/children/{child_id:int}", opt=needs(Permission.SEE_CHILD))
async def child_page(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        child = await queries.child_for(who, child_id)
        if child.id != child_id:
            await flash(request, "This record was merged into the one shown here.", "important")
            return see_other(f"/children/{child.id}")
        episodes = await queries.episodes_of(child_id)
        interviews = await queries.interviews_of(child_id)
        risks = await queries.risks_of(child_id)
        withdrawn = await withdrawn_of(child_id)
        scales = await queries.risk_scales()
        moments = [moment for provider in handed_in.moments for moment in await provider(who, child_id)]
        scopes = await handed_in.scopes_of_children([child_id], who)
        scope = Scope(panel_ids=scopes.get(child_id, frozenset()))
        may_merge = permits(who, Permission.MERGE_RECORDS, scope)
        duplicates = await duplicates_among(episodes) if may_merge else []
        merges = (
            [*await merges_into("child", child_id), *await merges_of_episodes_of(child_id)]
            if may_merge
            else []
        )
        await record_read(who.person_id, "child", [child_id], now=now, children=[child_id])
    entries = chronology(episodes, interviews, risks, moments, withdrawn)
    shows_all = "all" in request.query_params
    latest = next((risk for risk in risks if risk.assessed_on <= today_of(request)), None)
    return page(
        request,
        "episodes/child.html",
        child=child,
        age=age_on(child.born_on, today_of(request)) if child.born_on else None,
        cohort=cohort_of(child.responsible_authority, child.placed_in, _own_names(request)),
        may_record=permits(who, Permission.RECORD_CHILD, scope),
        duplicates=duplicates,
        merges=merges,
        episodes=episodes,
        open_episodes=[e for e in episodes if e.category == "missing" and is_open(e)],
        clocks=clocks_of(episodes, interviews, child.legal_status, now),
        risk=latest,
        levels=scale_on(scales, latest.assessed_on if latest else today_of(request)),
        entries=entries if shows_all else entries[:MOMENTS_SHOWN],
        more=0 if shows_all else max(0, len(entries) - MOMENTS_SHOWN),
        flag_words=flag_words,
        media_alert=media_alert_sentence,
        episode_cohort=lambda episode: cohort_of(
            told_or_childs(episode.responsible_authority, child.responsible_authority),
            told_or_childs(episode.placed_in, child.placed_in),
            _own_names(request),
        ),
        **_words(request),
    )


def _own_names(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = request.app.state.settings.authority_names
    return names


def _words(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {
        "shown": SHOWN,
        "cohort_words": COHORT_WORDS,
        "categories": CATEGORIES,
        "legal_statuses": LEGAL_STATUSES,
        "place_kinds": PLACE_KINDS,
        "police_risks": POLICE_RISKS,
        "follow_up_modes": FOLLOW_UP_MODES,
        "cohort_of_line": lambda line: cohort_of(
            line.responsible_authority, line.placed_in, _own_names(request)
        ),
        "age_on": age_on,
    }


def _selected(chosen: ChildFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address that leaves it out."""
    selected = []
    if chosen.show != "all":
        selected.append(
            {
                "text": SHOWN[chosen.show],
                "href": f"/children?cohort={chosen.cohort}" if chosen.cohort else "/children",
            }
        )
    if chosen.cohort:
        selected.append(
            {
                "text": COHORT_WORDS[Cohort(chosen.cohort)],
                "href": f"/children?show={chosen.show}" if chosen.show != "all" else "/children",
            }
        )
    return selected


ROUTES: list[Any] = [children, search_children, child_page]
