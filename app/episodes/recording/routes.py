"""The pages on which episodes, returns and what was done are recorded by hand."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.imports.rules import When
from app.episodes.merging.queries import duplicates_among
from app.episodes.merging.rules import OVERLAPS
from app.episodes.recording import changes
from app.episodes.recording.forms import EpisodeForm, ReturnForm, StepsForm
from app.episodes.recording.rules import (
    EPISODE_MOMENTS,
    RETURN_MOMENTS,
    STEP_MOMENTS,
    STEP_NAMES,
    Moments,
    date_only_of,
    episode_errors,
    moment_fields,
    read_moments,
    steps_errors,
)
from app.episodes.rules import (
    CATEGORIES,
    LEGAL_STATUSES,
    PLACE_KINDS,
    POLICE_RISKS,
    ChildFacts,
    EpisodeFacts,
    is_open,
)
from app.history.changes import record_read
from app.lifecycle import Refused, Stale
from app.web.forms import read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD


@get("/children/{child_id:int}/episodes/new", opt=needs(RECORD))
async def new_episode(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child = await queries.child_for(who_of(request), child_id, RECORD)
        return await _show(request, "record_episode", child, given={"category": "missing"})


@post("/children/{child_id:int}/episodes", opt=needs(RECORD), status_code=303)
async def record_episode(request: Request[Any, Any, Any], child_id: FromPath[int]) -> Answer:
    child = await queries.child_for(who_of(request), child_id, RECORD)
    filled = await read_form(request, EpisodeForm)
    moments, unread = read_moments(filled.given, EPISODE_MOMENTS)
    errors = filled.errors | (unread or episode_errors(moments, child.born_on, now_of(request)))
    if filled.value is not None and not errors:
        others = await queries.episodes_of(child.id)
        values = filled.value.model_dump(exclude={"submission_key"}) | _stored(moments)
        try:
            made = await changes.record_episode(
                who_of(request), child, values, now=now_of(request), key=filled.value.submission_key
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, "The episode is recorded.")
            if values["category"] == "missing" and any(
                is_open(e) and e.category == "missing" for e in others
            ):
                await flash(
                    request, "An earlier episode is still open. Record its return as well.", "important"
                )
            pairs = await duplicates_among(await queries.episodes_of(child.id))
            if any(made in (one.id, other.id) for one, other in pairs):
                await flash(request, OVERLAPS, "important")
            return see_other(f"/children/{child.id}")
    return await _show(request, "record_episode", child, status=422, given=filled.given, errors=errors)


@get("/episodes/{episode_id:int}/return", opt=needs(RECORD))
async def return_page(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
        given = _given(episode, RETURN_MOMENTS) | {"found_at": episode.found_at, "version": episode.version}
        return await _show(request, "record_return", child, episode=episode, given=given)


@post("/episodes/{episode_id:int}/return", opt=needs(RECORD), status_code=303)
async def record_return(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
    filled = await read_form(request, ReturnForm)
    moments, errors = read_moments(filled.given, RETURN_MOMENTS)
    if not errors and moments["returned_at"] is None:
        errors = {"returned_at_date": "Enter the date on which the child returned"}
    errors = filled.errors | (errors or episode_errors(_with_start(moments, episode), None, now_of(request)))
    stale: Stale | None = None
    if filled.value is not None and not errors:
        values = _stored(moments, episode.date_only) | {"found_at": filled.value.found_at}
        try:
            await changes.record_return(
                who_of(request),
                child,
                episode,
                values,
                version=filled.value.version,
                now=now_of(request),
                key=filled.value.submission_key,
            )
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "The return is recorded. The 72 hours for the interview count from it.")
            return see_other(f"/children/{child.id}")
    return await _show_again(request, "record_return", child, episode, filled.given, errors, stale)


@get("/episodes/{episode_id:int}/steps", opt=needs(RECORD))
async def steps_page(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    async with database.transaction():
        child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
        given = _given(episode, STEP_MOMENTS) | {
            name: getattr(episode, name) for name in ("immediate_concern", "version", *STEP_NAMES)
        }
        return await _show(request, "record_steps", child, episode=episode, given=given)


@post("/episodes/{episode_id:int}/steps", opt=needs(RECORD), status_code=303)
async def record_steps(request: Request[Any, Any, Any], episode_id: FromPath[int]) -> Answer:
    child, episode = await queries.episode_for(who_of(request), episode_id, RECORD)
    filled = await read_form(request, StepsForm)
    moments, errors = read_moments(filled.given, STEP_MOMENTS)
    errors = filled.errors | (
        errors
        or steps_errors(moments, filled.given)
        or episode_errors(_with_start(moments, episode), None, now_of(request))
    )
    stale: Stale | None = None
    if filled.value is not None and not errors:
        values = _stored(moments, episode.date_only)
        values |= filled.value.model_dump(include={"immediate_concern", *STEP_NAMES})
        try:
            await changes.record_steps(
                who_of(request),
                child,
                episode,
                values,
                version=filled.value.version,
                now=now_of(request),
                key=filled.value.submission_key,
            )
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "What was done is recorded.")
            return see_other(f"/children/{child.id}")
    return await _show_again(request, "record_steps", child, episode, filled.given, errors, stale)


async def _show(
    request: Request[Any, Any, Any],
    form: str,
    child: ChildFacts,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    episode: EpisodeFacts | None = None,
    stale: Stale | None = None,
    status: int = 200,
) -> Answer:
    """The form; it names the child, so that its reading is recorded."""
    await record_read(
        who_of(request).person_id, "child", [child.id], now=now_of(request), children=[child.id]
    )
    return page(
        request,
        f"episodes/{form}.html",
        status=status,
        child=child,
        episode=episode,
        given=given,
        errors=errors or {},
        stale=stale,
        categories=CATEGORIES,
        legal_statuses=LEGAL_STATUSES,
        place_kinds=PLACE_KINDS,
        police_risks=POLICE_RISKS,
    )


async def _show_again(
    request: Request[Any, Any, Any],
    form: str,
    child: ChildFacts,
    episode: EpisodeFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    stale: Stale | None,
) -> Answer:
    """After a form that was not taken: the person's input, and after a late one also what is stored now."""
    if stale is not None:
        given = given | {"version": stale.version}
    return await _show(
        request,
        form,
        child,
        given=given,
        errors=errors,
        episode=episode,
        stale=stale,
        status=409 if stale else 422,
    )


def _stored(moments: Moments, date_only: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: when.at if when else None for name, when in moments.items()} | {
        "date_only": date_only_of(moments, date_only)
    }


def _given(episode: EpisodeFacts, names: tuple[str, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in names:
        fields |= moment_fields(name, getattr(episode, name), episode.date_only)
    return fields


def _with_start(moments: Moments, episode: EpisodeFacts) -> Moments:
    return {**moments, "started_at": When(episode.started_at, "started_at" in episode.date_only)}


ROUTES: list[Any] = [new_episode, record_episode, return_page, record_return, steps_page, record_steps]
