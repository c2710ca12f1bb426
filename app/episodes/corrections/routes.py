"""The pages on which an episode and a risk assessment are corrected, with what they said before."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.corrections.changes import correct
from app.episodes.corrections.forms import EpisodeCorrectionForm, RiskCorrectionForm
from app.episodes.corrections.queries import changes_of, said_otherwise
from app.episodes.imports.rules import flags as read_flags
from app.episodes.merging.queries import duplicates_among
from app.episodes.merging.rules import OVERLAPS
from app.episodes.recording.rules import (
    EPISODE_MOMENTS,
    Errors,
    Moments,
    date_only_of,
    episode_errors,
    moment_fields,
    read_moments,
    risk_errors,
)
from app.episodes.rules import (
    CATEGORIES,
    LEGAL_STATUSES,
    PLACE_KINDS,
    POLICE_RISKS,
    ChildFacts,
    EpisodeFacts,
    RiskFacts,
    scale_on,
)
from app.episodes.said import EPISODE, RISK
from app.history.changes import record_read
from app.lifecycle import Refused, Stale
from app.london import london_date
from app.web.forms import read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD
EPISODE_FIELDS = (
    "category",
    "missing_from",
    "missing_from_kind",
    "found_at",
    "police_risk",
    "legal_status",
    "immediate_concern",
)


@get("/episodes/{episode_id:int}/correction", opt=needs(RECORD))
async def episode_correction(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
        given: dict[str, Any] = {name: getattr(episode, name) for name in (*EPISODE_FIELDS, "version")}
        for name in EPISODE_MOMENTS:
            given |= moment_fields(name, getattr(episode, name), episode.date_only)
        return await _episode_form(request, child, episode, given, {}, None, 200)


@post("/episodes/{episode_id:int}/correction", opt=needs(RECORD), status_code=303)
async def correct_episode(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
    filled = await read_form(request, EpisodeCorrectionForm)
    moments, unread = read_moments(filled.given, EPISODE_MOMENTS)
    errors = filled.errors | (unread or episode_errors(moments, child.born_on, now_of(request)))
    errors |= {} if errors else await _interviews_before(child.id, episode.id, moments)
    stale: Stale | None = None
    if filled.value is not None and not errors:
        values = filled.value.model_dump(include=set(EPISODE_FIELDS))
        values |= {name: when.at if when else None for name, when in moments.items()}
        values["date_only"] = date_only_of(moments, episode.date_only)
        if values["returned_at"] is not None:
            values["end_unknown_after"] = None
        try:
            await correct(
                who_of(request),
                "episode",
                episode.id,
                values,
                child_id=child.id,
                version=filled.value.version,
                reason=filled.value.reason,
                now=now_of(request),
                key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "The episode is corrected. What it said before stays in its history.")
            pairs = await duplicates_among(await queries.episodes_of(child.id))
            if any(episode.id in (one.id, other.id) for one, other in pairs):
                await flash(request, OVERLAPS, "important")
            return see_other(f"/children/{child.id}#chronology")
    return await _episode_form(request, child, episode, filled.given, errors, stale, 409 if stale else 422)


async def _interviews_before(child_id: int, episode_id: int, moments: Moments) -> Errors:
    """A start that is moved behind an interview about the episode cannot be."""
    start = moments["started_at"]
    for interview in await queries.interviews_of(child_id):
        if start is None or episode_id not in interview.episode_ids or interview.held_at is None:
            continue
        if london_date(interview.held_at) < london_date(start.at):
            return {"started_at_date": "An interview about this episode was held before this start"}
    return {}


async def _episode_form(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    episode: EpisodeFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    stale: Stale | None,
    status: int,
) -> Answer:
    await _record_read(request, child)
    return page(
        request,
        "episodes/correct_episode.html",
        status=status,
        child=child,
        episode=episode,
        given=given | ({"version": stale.version} if stale else {}),
        errors=errors,
        stale=stale,
        changes=await changes_of("episode", episode.id, EPISODE),
        otherwise=await said_otherwise(episode),
        categories=CATEGORIES,
        legal_statuses=LEGAL_STATUSES,
        place_kinds=PLACE_KINDS,
        police_risks=POLICE_RISKS,
    )


@get("/risk-assessments/{risk_id:int}/correction", opt=needs(RECORD))
async def risk_correction(request: Request[Any, Any, Any], risk_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child, risk = await queries.risk_for(who_of(request), risk_id, RECORD)
        given = {name: getattr(risk, name) for name in ("assessed_on", "level", "tool", "version")}
        given |= {"flags": "; ".join(risk.flags), "next_review_on": risk.next_review_on or ""}
        return await _risk_form(request, child, risk, given, {}, None, 200)


@post("/risk-assessments/{risk_id:int}/correction", opt=needs(RECORD), status_code=303)
async def correct_risk(request: Request[Any, Any, Any], risk_id: FromPath[int]) -> Answer:
    child, risk = await queries.risk_for(who_of(request), risk_id, RECORD)
    filled = await read_form(request, RiskCorrectionForm)
    errors, stale = dict(filled.errors), None
    if filled.value is not None:
        form = filled.value
        levels = scale_on(await queries.risk_scales(), form.assessed_on)
        errors = risk_errors(form, levels, child.born_on, today_of(request))
    if filled.value is not None and not errors:
        values = filled.value.model_dump(include={"assessed_on", "level", "tool", "next_review_on"})
        values["flags"] = read_flags(filled.value.flags) if filled.value.flags else []
        try:
            await correct(
                who_of(request),
                "risk_assessment",
                risk.id,
                values,
                child_id=child.id,
                version=filled.value.version,
                reason=filled.value.reason,
                now=now_of(request),
                key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors
        except Stale as problem:
            stale = problem
        else:
            await flash(
                request, "The risk assessment is corrected. What it said before stays in its history."
            )
            return see_other(f"/children/{child.id}#chronology")
    return await _risk_form(request, child, risk, filled.given, errors, stale, 409 if stale else 422)


async def _risk_form(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    risk: RiskFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    stale: Stale | None,
    status: int,
) -> Answer:
    await _record_read(request, child)
    levels = scale_on(await queries.risk_scales(), risk.assessed_on)
    return page(
        request,
        "episodes/correct_risk.html",
        status=status,
        child=child,
        risk=risk,
        given=given | ({"version": stale.version} if stale else {}),
        errors=errors,
        stale=stale,
        changes=await changes_of("risk_assessment", risk.id, RISK),
        level_choices=[[level, level.capitalize()] for level in levels],
    )


async def _record_read(request: Request[Any, Any, Any], child: ChildFacts) -> None:
    await record_read(
        who_of(request).person_id, "child", [child.id], now=now_of(request), children=[child.id]
    )


ROUTES: list[Any] = [episode_correction, correct_episode, risk_correction, correct_risk]
