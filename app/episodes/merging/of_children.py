"""The pages on which two records of one child are found, compared and merged or told apart."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.merging.changes import merge_children, tell_apart
from app.episodes.merging.of_episodes import MergeForm
from app.episodes.merging.queries import latest_merges, possible_matches
from app.episodes.rules import ChildFacts
from app.episodes.said import CHILD, beside
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
MERGE = Permission.MERGE_RECORDS
PER_PAGE = 50


@get("/children/possible-matches", opt=needs(MERGE))
async def matches_page(request: Request[Any, Any, Any]) -> Answer:
    who, now = who_of(request), now_of(request)
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 5 else 1
    async with database.transaction():
        pairs = await possible_matches()
        shown = pairs[(number - 1) * PER_PAGE : number * PER_PAGE]
        merges = await latest_merges("child")
        whom = await queries.child_of_each("child", [merge.kept for merge in merges])
        ids = sorted(
            {one for pair in shown for one in (pair.one_id, pair.other_id)} | {id for id, _ in whom.values()}
        )
        await record_read(who.person_id, "child", ids, now=now, children=ids)
    return page(
        request,
        "episodes/matches.html",
        pairs=shown,
        merges=merges,
        whom=whom,
        total=len(pairs),
        number=number,
        pages=-(-len(pairs) // PER_PAGE),
    )


@get("/children/{child_id:int}/matches/{other_id:int}", opt=needs(MERGE))
async def compare_children(
    request: Request[Any, Any, Any], child_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    async with database.transaction():
        one, other = await _two(request, child_id, other_id)
        if one.id == other.id:
            return await _are_one(request, one)
        return await _comparison(request, one, other, {}, {}, 200)


@post("/children/{child_id:int}/matches/{other_id:int}", opt=needs(MERGE), status_code=303)
async def merge_two_children(
    request: Request[Any, Any, Any], child_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    one, other = await _two(request, child_id, other_id)
    if one.id == other.id:
        return await _are_one(request, one)
    filled = await read_form(request, MergeForm)
    errors = dict(filled.errors)
    if filled.value is not None and filled.value.keep not in (one.id, other.id):
        errors = {"keep": MergeForm.blank["keep"]}
    if filled.value is not None and not errors:
        form = filled.value
        read = {child_id: form.version, other_id: form.other_version}
        kept, merged = (one, other) if form.keep == one.id else (other, one)
        try:
            merge_id = await merge_children(
                who_of(request),
                replace(kept, version=read.get(kept.id, kept.version)),
                replace(merged, version=read.get(merged.id, merged.version)),
                reason=form.reason,
                now=now_of(request),
                key=form.submission_key,
            )
        except Refused as problem:
            errors = {"keep": problem.sentence}
        else:
            await flash(request, "The two records are one child now.")
            return see_other(f"/merges/{merge_id}")
    return await _comparison(request, one, other, filled.given, errors, 422)


@post("/children/{child_id:int}/matches/{other_id:int}/different", opt=needs(MERGE), status_code=303)
async def tell_children_apart(
    request: Request[Any, Any, Any], child_id: FromPath[int], other_id: FromPath[int]
) -> Answer:
    one, other = await _two(request, child_id, other_id)
    if one.id == other.id:
        return await _are_one(request, one)
    filled = await read_form(request, Form)
    await tell_apart(
        who_of(request),
        "child",
        one.id,
        other.id,
        children=[one.id, other.id],
        now=now_of(request),
        key=filled.value.submission_key if filled.value else None,
    )
    await flash(request, "Remembered: these are two different children.")
    return see_other("/children/possible-matches")


async def _two(request: Request[Any, Any, Any], one_id: int, other_id: int) -> tuple[ChildFacts, ChildFacts]:
    if one_id == other_id:
        raise Invisible
    one = await queries.child_for(who_of(request), one_id, MERGE)
    return one, await queries.child_for(who_of(request), other_id, MERGE)


async def _are_one(request: Request[Any, Any, Any], child: ChildFacts) -> Answer:
    await flash(request, "These two records are one already.", "important")
    return see_other(f"/children/{child.id}")


async def _comparison(
    request: Request[Any, Any, Any],
    one: ChildFacts,
    other: ChildFacts,
    given: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Answer:
    ids = [one.id, other.id]
    await record_read(who_of(request).person_id, "child", ids, now=now_of(request), children=ids)
    return page(
        request,
        "episodes/compare_children.html",
        status=status,
        one=one,
        other=other,
        rows=beside(CHILD, one, other),
        episodes=[await queries.episodes_of(one.id), await queries.episodes_of(other.id)],
        given=given,
        errors=errors,
    )


ROUTES: list[Any] = [matches_page, compare_children, merge_two_children, tell_children_apart]
