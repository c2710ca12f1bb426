"""The pages on which interviews and risk assessments are recorded by hand."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.corrections.queries import changes_of
from app.episodes.imports.rules import flags as read_flags
from app.episodes.recording import changes
from app.episodes.recording.forms import InterviewForm, RiskForm
from app.episodes.recording.rules import (
    INTERVIEW_MOMENTS,
    INTERVIEW_TEXTS,
    date_only_of,
    interview_errors,
    moment_fields,
    read_moments,
    risk_errors,
)
from app.episodes.rules import (
    FOLLOW_UP_MODES,
    INTERVIEW_MODES,
    INTERVIEW_OUTCOMES,
    ChildFacts,
    EpisodeFacts,
    InterviewFacts,
    scale_on,
)
from app.episodes.said import INTERVIEW
from app.history.changes import record_read
from app.lifecycle import Refused, Stale
from app.web.forms import Filled, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs
from app.web.templating import clock, short_day

Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD
EPISODES_OFFERED = 12


@get("/children/{child_id:int}/risks/new", opt=needs(RECORD))
async def new_risk(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child = await queries.child_for(who_of(request), child_id, RECORD)
        return await _risk_form(request, child, {"assessed_on": today_of(request)}, {}, 200)


@post("/children/{child_id:int}/risks", opt=needs(RECORD), status_code=303)
async def record_risk(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    child = await queries.child_for(who_of(request), child_id, RECORD)
    filled = await read_form(request, RiskForm)
    errors = dict(filled.errors)
    if filled.value is not None:
        form = filled.value
        levels = scale_on(await queries.risk_scales(), form.assessed_on)
        errors = risk_errors(form, levels, child.born_on, today_of(request))
        if not errors:
            try:
                await changes.record_risk(
                    who_of(request),
                    child,
                    assessed_on=form.assessed_on,
                    level=form.level,
                    tool=form.tool,
                    flags=read_flags(form.flags) if form.flags else [],
                    next_review_on=form.next_review_on,
                    now=now_of(request),
                    key=form.submission_key,
                )
            except Refused as problem:
                errors = problem.errors
            else:
                await flash(request, "The risk assessment is recorded.")
                return see_other(f"/children/{child_id}")
    return await _risk_form(request, child, filled.given, errors, 422)


async def _risk_form(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Answer:
    levels = scale_on(await queries.risk_scales(), today_of(request))
    await _record_read(request, child)
    return page(
        request,
        "episodes/record_risk.html",
        status=status,
        child=child,
        given=given,
        errors=errors,
        level_choices=[[level, level.capitalize()] for level in levels],
    )


@get("/children/{child_id:int}/interviews/new", opt=needs(RECORD))
async def new_interview(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child = await queries.child_for(who_of(request), child_id, RECORD)
        given = {"episode_ids": request.query_params.getall("episode", [])}
        return await _interview_form(request, child, None, Filled(None, {}, given), {}, None, 200)


@post("/children/{child_id:int}/interviews", opt=needs(RECORD), status_code=303)
async def record_interview(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    child = await queries.child_for(who_of(request), child_id, RECORD)
    return await _take_interview(request, child, None)


@get(["/interviews/{interview_id:int}", "/interviews/{interview_id:int}/correction"], opt=needs(RECORD))
async def interview_page(request: Request[Any, Any, Any], interview_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child, interview = await queries.interview_for(who_of(request), interview_id, RECORD)
        given: dict[str, Any] = {
            name: getattr(interview, name) for name in ("episode_ids", "outcome", "version", *INTERVIEW_TEXTS)
        }
        if interview.independent is not None:
            given["independent"] = "yes" if interview.independent else "no"
        for name in INTERVIEW_MOMENTS:
            given |= moment_fields(name, getattr(interview, name), interview.date_only)
        return await _interview_form(request, child, interview, Filled(None, {}, given), {}, None, 200)


@post(
    ["/interviews/{interview_id:int}", "/interviews/{interview_id:int}/correction"],
    opt=needs(RECORD),
    status_code=303,
)
async def change_interview(request: Request[Any, Any, Any], interview_id: FromPath[int]) -> Answer:
    child, interview = await queries.interview_for(who_of(request), interview_id, RECORD)
    return await _take_interview(request, child, interview)


async def _take_interview(
    request: Request[Any, Any, Any], child: ChildFacts, interview: InterviewFacts | None
) -> Answer:
    """Records a new interview, or changes a stored one, from the same form."""
    filled = await read_form(request, InterviewForm, lists=("episode_ids",))
    moments, unread = read_moments(filled.given, INTERVIEW_MOMENTS)
    if _is_correction(request) and not filled.given.get("reason"):
        unread["reason"] = "Enter why it is corrected"
    episodes = {episode.id: episode for episode in await queries.episodes_of(child.id)}
    errors = filled.errors | unread
    if filled.value is not None and not errors:
        form = filled.value
        if not set(form.episode_ids) <= episodes.keys():
            errors = {"episode_ids": "Choose from the episodes of this child"}
        else:
            starts = [episodes[one].started_at for one in form.episode_ids]
            errors = interview_errors(moments, form.outcome, starts, now_of(request))
    stale: Stale | None = None
    if filled.value is not None and not errors:
        form = filled.value
        values = form.model_dump(include={"outcome", "independent", *INTERVIEW_TEXTS})
        values |= {name: when.at if when else None for name, when in moments.items()}
        values["date_only"] = date_only_of(moments)
        who, now, key = who_of(request), now_of(request), form.submission_key
        try:
            if interview is None:
                await changes.record_interview(who, child, form.episode_ids, values, now=now, key=key)
            else:
                version = form.version or 0
                await changes.change_interview(
                    who,
                    child,
                    interview,
                    form.episode_ids,
                    values,
                    version=version,
                    reason=form.reason,
                    now=now,
                    key=key,
                )
        except Refused as problem:
            errors = problem.errors
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "The interview is recorded.")
            return see_other(f"/children/{child.id}")
    return await _interview_form(request, child, interview, filled, errors, stale, 409 if stale else 422)


async def _interview_form(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    interview: InterviewFacts | None,
    filled: Filled[InterviewForm],
    errors: dict[str, str],
    stale: Stale | None,
    status: int,
) -> Answer:
    await _record_read(request, child)
    episodes = await queries.episodes_of(child.id)
    given = filled.given | ({"version": stale.version} if stale else {})
    chosen = {str(one) for one in given.get("episode_ids", [])}
    return page(
        request,
        "episodes/record_interview.html",
        status=status,
        child=child,
        interview=interview,
        episode_choices=[_choice(episode) for episode in _offered(episodes, chosen)],
        given=given,
        errors=errors,
        stale=stale,
        outcomes=INTERVIEW_OUTCOMES,
        modes=INTERVIEW_MODES,
        follow_up_modes=FOLLOW_UP_MODES,
        is_correction=_is_correction(request),
        changes=await changes_of("interview", interview.id, INTERVIEW) if interview else [],
    )


def _is_correction(request: Request[Any, Any, Any]) -> bool:
    """Whether what was recorded is corrected, with a reason, and not only carried on."""
    return request.url.path.endswith("/correction")


def _offered(episodes: list[EpisodeFacts], chosen: set[str]) -> list[EpisodeFacts]:
    """The latest missing episodes, and any other that is chosen already."""
    missing = [episode for episode in episodes if episode.category == "missing"][:EPISODES_OFFERED]
    return [e for e in episodes if e in missing or str(e.id) in chosen]


def _choice(episode: EpisodeFacts) -> list[str]:
    """An episode as a box to tick: when it began, and when the child returned."""
    words = f"Missing since {short_day(episode.started_at)}"
    if "started_at" not in episode.date_only:
        words += f", {clock(episode.started_at)}"
    told = f"Returned {short_day(episode.returned_at)}" if episode.returned_at else "Not returned"
    return [str(episode.id), words, told]


async def _record_read(request: Request[Any, Any, Any], child: ChildFacts) -> None:
    await record_read(
        who_of(request).person_id, "child", [child.id], now=now_of(request), children=[child.id]
    )


ROUTES: list[Any] = [new_risk, record_risk, new_interview, record_interview, interview_page, change_interview]
