"""The page of earlier texts of an item: when, by whom, what changed, and restoring one."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.minutes.discussion.changes import restore_revision
from app.minutes.discussion.queries import discussion_for
from app.minutes.discussion.rules import IN_ORDER, Said, heading_of, in_words
from app.minutes.marking.queries import names_in
from app.minutes.marking.rules import Names, Sees, hidden_keys, seen_by
from app.minutes.queries import minutes_of
from app.minutes.revisions.queries import revision_lines, saved_text, sittings
from app.minutes.revisions.rules import compared
from app.minutes.rules import why_text_is_fixed
from app.panels.meetings.queries import meeting_for
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
REVISIONS = "/meetings/{meeting_id:int}/minutes/items/{item_id:int}/revisions"


class RestoreForm(Form):
    blank: ClassVar[dict[str, str]] = {"base": "Reload the page, then restore the text"}
    wrong: ClassVar[dict[str, str]] = blank
    base: int


@get(REVISIONS, opt=needs(Permission.TAKE_MINUTES))
async def revisions(
    request: Request[Any, Any, Any],
    meeting_id: FromPath[int],
    item_id: FromPath[int],
    newer: FromQuery[int] = 0,
    older: FromQuery[int] = 0,
    every: FromQuery[bool] = False,
) -> Answer:
    """The saved texts, latest first, and two of them compared: by default the latest with the one before it."""
    who = who_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id, Permission.TAKE_MINUTES)
        discussion = await discussion_for(who, meeting_id, item_id)
        lines = await (revision_lines if every else sittings)(discussion.id) if discussion.id else []
        newer = newer or discussion.version
        older = older or next((line.version for line in lines if line.version < newer), 0)
        new_text = await saved_text(discussion.id, newer) if discussion.id else None
        old_text = await saved_text(discussion.id, older) if discussion.id and older else None
        if discussion.id and (new_text is None or (older and old_text is None)):
            raise Invisible
        minutes = await minutes_of(meeting_id)
        await record_read(
            who.person_id,
            "minutes",
            [meeting_id],
            now=now_of(request),
            children=[discussion.child_id] if discussion.child_id else [],
        )
        older_said, newer_said = _as_seen(
            seen_by(who, meeting.panel_id),
            discussion.said,
            old_text.revision.said if old_text else Said(),
            new_text.revision.said if new_text else Said(),
        )
        names = await names_in([*older_said.marks.values(), *newer_said.marks.values()])
    return page(
        request,
        "minutes/revisions.html",
        meeting=meeting,
        discussion=discussion,
        lines=lines,
        every=every,
        newer=new_text,
        older=old_text,
        changes=_changes(older_said, newer_said, names) if new_text else [],
        fixed=why_text_is_fixed(minutes.status, meeting.status, discussion.item_status),
    )


def _as_seen(sees: Sees, stored: Said, older: Said, newer: Said) -> tuple[Said, Said]:
    """Two texts without the sections that are for others in either of them, or are by now."""
    hidden = frozenset().union(*(hidden_keys(said.marks, sees) for said in (stored, older, newer)))
    return older.leaving_out(hidden), newer.leaving_out(hidden)


def _changes(older: Said, newer: Said, names: Names) -> list[dict[str, Any]]:
    before, after = older.flat(), newer.flat()
    texts = [
        {
            "heading": heading_of(key),
            "pieces": compared(in_words(key, before.get(key, "")), in_words(key, after.get(key, ""))),
        }
        for key in IN_ORDER
        if before.get(key, "") != after.get(key, "")
    ]
    return texts + [
        {
            "heading": f"{heading_of(key)}: who may read it",
            "pieces": compared(names.in_words(older.mark(key)), names.in_words(newer.mark(key))),
        }
        for key in IN_ORDER
        if older.mark(key) != newer.mark(key)
    ]


@post(f"{REVISIONS}/{{version:int}}/restoration", opt=needs(Permission.TAKE_MINUTES), status_code=303)
async def restore(
    request: Request[Any, Any, Any], meeting_id: FromPath[int], item_id: FromPath[int], version: FromPath[int]
) -> Answer:
    """Makes an earlier text the latest again; the texts in between stay in the list."""
    filled = await read_form(request, RestoreForm)
    await restore_revision(
        who_of(request),
        meeting_id,
        item_id,
        version,
        filled.value.base if filled.value else -1,
        now=now_of(request),
        submission_key=filled.given.get("submission_key"),
    )
    await flash(request, "The earlier text is the latest again. The texts in between are still in the list.")
    return see_other(f"/meetings/{meeting_id}/minutes/items/{item_id}")


ROUTES = [revisions, restore]
