"""The pages on which two reports of one episode are found, compared and merged or told apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.merging.changes import merge_episodes, tell_apart
from app.episodes.merging.queries import in_full, latest_merges, possible_duplicates
from app.episodes.rules import ChildFacts, EpisodeFacts
from app.episodes.said import EPISODE, beside
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
MERGE = Permission.MERGE_RECORDS
PER_PAGE = 50
LOOK_BACK = timedelta(days=400)


class MergeForm(Form):
    """`keep`: the id of the record that is kept. The versions are those that were compared."""

    blank: ClassVar[dict[str, str]] = {"keep": "Choose which record is kept"}
    wrong: ClassVar[dict[str, str]] = {"keep": "Choose which record is kept"}
    keep: int
    version: int
    other_version: int
    reason: str = ""


@get("/episodes/possible-duplicates", opt=needs(MERGE))
async def duplicates_page(request: Request[Any, Any, Any]) -> Answer:
    who, now = who_of(request), now_of(request)
    everything = "all" in request.query_params
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 5 else 1
    async with database.transaction():
        pairs = await possible_duplicates(now - (timedelta(days=36500) if everything else LOOK_BACK))
        shown = await in_full(pairs[(number - 1) * PER_PAGE : number * PER_PAGE])
        merges = await latest_merges("episode")
        whom = await queries.child_of_each("episode", [merge.kept for merge in merges])
        ids = sorted({pair.child_id for pair in shown} | {id for id, _ in whom.values()})
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    return page(
        request,
        "episodes/duplicates.html",
        pairs=shown,
        merges=merges,
        whom=whom,
        total=len(pairs),
        everything=everything,
        number=number,
        pages=-(-len(pairs) // PER_PAGE),
        beside=lambda pair: beside(EPISODE, pair.one, pair.other),
    )


@get("/episodes/{episode_id:int}/duplicates/{other_id:int}", opt=needs(MERGE))
async def compare_episodes(
    request: Request[Any, Any, Any], episode_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    async with database.transaction():
        child, one, other = await _two(request, episode_id, other_id)
        if one.id == other.id:
            return await _are_one(request, child)
        return await _comparison(request, child, one, other, {}, {}, 200)


@post("/episodes/{episode_id:int}/duplicates/{other_id:int}", opt=needs(MERGE), status_code=303)
async def merge_two_episodes(
    request: Request[Any, Any, Any], episode_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    child, one, other = await _two(request, episode_id, other_id)
    if one.id == other.id:
        return await _are_one(request, child)
    filled = await read_form(request, MergeForm)
    errors = dict(filled.errors)
    if filled.value is not None and filled.value.keep not in (one.id, other.id):
        errors = {"keep": MergeForm.blank["keep"]}
    if filled.value is None or errors:
        return await _comparison(request, child, one, other, filled.given, errors, 422)
    form = filled.value
    read = {episode_id: form.version, other_id: form.other_version}
    kept, merged = (one, other) if form.keep == one.id else (other, one)
    merge_id = await merge_episodes(
        who_of(request),
        child,
        _as_read(kept, read),
        _as_read(merged, read),
        reason=form.reason,
        now=now_of(request),
        key=form.submission_key,
    )
    await flash(request, "The two reports are one episode now.")
    return see_other(f"/merges/{merge_id}")


@post("/episodes/{episode_id:int}/duplicates/{other_id:int}/different", opt=needs(MERGE), status_code=303)
async def tell_episodes_apart(
    request: Request[Any, Any, Any], episode_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    child, one, other = await _two(request, episode_id, other_id)
    if one.id == other.id:
        return await _are_one(request, child)
    filled = await read_form(request, Form)
    await tell_apart(
        who_of(request),
        "episode",
        one.id,
        other.id,
        children=[child.id],
        now=now_of(request),
        key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "Remembered: these are two different episodes.")
    return see_other("/episodes/possible-duplicates")


async def _two(
    request: Request[Any, Any, Any], episode_id: int, other_id: int
) -> tuple[ChildFacts, EpisodeFacts, EpisodeFacts]:
    """Both episodes and their child. Raises Invisible when they are of different children, or the same one."""
    if episode_id == other_id:
        raise Invisible
    child, one = await queries.episode_for(who_of(request), episode_id, MERGE)
    of_other, other = await queries.episode_for(who_of(request), other_id, MERGE)
    if child.id != of_other.id:
        raise Invisible
    return child, one, other


async def _are_one(request: Request[Any, Any, Any], child: ChildFacts) -> Answer:
    await flash(request, "These two are one episode already.", "important")
    return see_other(f"/children/{child.id}#chronology")


def _as_read(episode: EpisodeFacts, versions: dict[int, int]) -> EpisodeFacts:
    """The episode with the version that the person compared, so that a change since is noticed."""
    return replace(episode, version=versions.get(episode.id, episode.version))


async def _comparison(
    request: Request[Any, Any, Any],
    child: ChildFacts,
    one: EpisodeFacts,
    other: EpisodeFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Answer:
    await record_read(
        who_of(request).person_id, "child", [child.id], now=now_of(request), children=[child.id]
    )
    return page(
        request,
        "episodes/compare_episodes.html",
        status=status,
        child=child,
        one=one,
        other=other,
        rows=beside(EPISODE, one, other),
        given=given,
        errors=errors,
    )


ROUTES: list[Any] = [duplicates_page, compare_episodes, merge_two_episodes, tell_episodes_apart]
