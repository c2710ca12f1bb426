"""The page of one merge, from which it is undone; the lists and comparisons have pages of their own beside this one."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.episodes import queries
from app.episodes.merging.changes import undo_merge
from app.episodes.merging.of_children import ROUTES as OF_CHILDREN
from app.episodes.merging.of_episodes import ROUTES as OF_EPISODES
from app.episodes.merging.queries import MergeFacts, later_merge_of, merge_with
from app.episodes.rules import ChildFacts
from app.episodes.said import CHILD, EPISODE, beside, said
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
MERGE = Permission.MERGE_RECORDS
# one of it, and several
ROOMS = {
    "episode": ("episode", "episodes"),
    "interview": ("interview", "interviews"),
    "risk_assessment": ("risk assessment", "risk assessments"),
    "withdrawal": ("record that was made by mistake", "records that were made by mistake"),
    "referral": ("referral", "referrals"),
    "panel_case": ("panel case", "panel cases"),
    "meeting": ("meeting", "meetings"),
    "agenda_item": ("agenda item", "agenda items"),
    "action": ("action", "actions"),
    "interview_episode": ("link to an interview", "links to interviews"),
    "trigger": ("meeting that it called for", "meetings that it called for"),
    "briefing_decision": ("decision of a briefing", "decisions of a briefing"),
}


class UndoForm(Form):
    reason: str = ""


@get("/merges/{merge_id:int}", opt=needs(MERGE))
async def merge_page(request: Request[Any, Any, Any], merge_id: FromPath[int]) -> Answer:
    async with database.transaction():
        merge, child = await _merge_for(request, merge_id)
        return await _show(request, merge, child, {}, 200)


@post("/merges/{merge_id:int}/undoing", opt=needs(MERGE), status_code=303)
async def undo(request: Request[Any, Any, Any], merge_id: FromPath[int]) -> Answer:
    merge, child = await _merge_for(request, merge_id)
    filled = await read_form(request, UndoForm)
    try:
        await undo_merge(
            who_of(request),
            merge,
            reason=filled.given.get("reason", ""),
            now=now_of(request),
            key=filled.given.get("submission_key"),
        )
    except Refused as problem:
        return await _show(request, merge, child, {"": problem.sentence}, 422)
    await flash(request, "The merge is undone: there are two records again.")
    return see_other(f"/merges/{merge_id}")


async def _merge_for(request: Request[Any, Any, Any], merge_id: int) -> tuple[MergeFacts, ChildFacts]:
    """A merge with the child that it is about (of two, the kept one). Raises as `child_for`."""
    merge = await merge_with(merge_id)
    if merge is None:
        raise Invisible
    who = who_of(request)
    if merge.kind == "child":
        return merge, await queries.record_for(who, merge.kept, MERGE)
    child, _ = await queries.own_episode_for(who, merge.kept, MERGE)
    return merge, child


async def _show(
    request: Request[Any, Any, Any], merge: MergeFacts, child: ChildFacts, errors: dict[str, str], status: int
) -> Answer:
    who = who_of(request)
    ids = [merge.kept, merge.merged] if merge.kind == "child" else [child.id]
    if merge.kind == "child":
        labels, kept, merged = CHILD, child, await queries.record_for(who, merge.merged, MERGE)
        rows = beside(labels, kept, merged)
    else:
        labels = EPISODE
        _, of_kept = await queries.own_episode_for(who, merge.kept, MERGE)
        _, of_merged = await queries.own_episode_for(who, merge.merged, MERGE)
        rows = beside(labels, of_kept, of_merged)
    await record_read(who.person_id, "child", ids, now=now_of(request), children=ids)
    return page(
        request,
        "episodes/merge.html",
        status=status,
        merge=merge,
        child=child,
        rows=rows,
        moved=_moved(merge),
        filled=[labels[name] for name in merge.moved.get("filled", {}) if name in labels],
        later=await later_merge_of(merge) if merge.undone_at is None else None,
        errors=errors,
        said=said,
    )


def _moved(merge: MergeFacts) -> list[tuple[str, int]]:
    """How many rows of each kind went over."""
    counts = {name: len(merge.moved.get(name, [])) for name in ROOMS}
    for of_room in merge.moved.get("by_room", []):
        for table, ids in of_room.items():
            counts[table] = counts.get(table, 0) + len(ids)
    if merge.kind == "episode":
        counts.pop("episode")
    return [(ROOMS[name][count > 1], count) for name, count in counts.items() if count]


ROUTES: list[Any] = [merge_page, undo, *OF_EPISODES, *OF_CHILDREN]
