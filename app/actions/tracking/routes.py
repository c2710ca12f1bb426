"""The tracking table of a quarter, with its file, and how one action is judged. No policy, no SQL."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar_htmx import HTMXRequest

from app import database
from app.access import Permission, permits
from app.actions.queries import action_for
from app.actions.tracking.changes import assess_action
from app.actions.tracking.files import csv_of
from app.actions.tracking.filters import (
    ADDRESS,
    MOST_ON_ONE_PAGE,
    PER_PAGE,
    UNJUDGED,
    TrackingFilters,
    quarter_choices,
    read_filters,
)
from app.actions.tracking.queries import (
    TrackedWords,
    assessments_of,
    due_in,
    meetings_to_name,
    words_of_rows,
)
from app.actions.tracking.rules import (
    ACTION,
    BY_AGENCY,
    CATEGORIES,
    COLUMNS,
    NOT_JUDGED,
    RECOMMENDATION,
    Judged,
    Tracked,
    category_of,
    judging_of,
    line_of,
    lines_by,
    named_by_agency,
    named_by_panel,
    words_of,
)
from app.history.changes import AlreadySubmitted, record_read
from app.lifecycle import Forbidden, Refused
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asking = Request[Any, Any, Any]
Answer = Template | Response[Any]
Words = dict[tuple[str, int], TrackedWords]
OF_AN_ACTION = "/actions/{action_id:int}/tracking"


@get(ADDRESS, opt=needs(Permission.SEE_TRACKING))
async def tracking_table(request: Asking) -> Template:
    """How many of what was due in a quarter stand in each category, by panel or agency, and the rows behind it."""
    who, today = who_of(request), today_of(request)
    filters = read_filters(request.query_params, today)
    async with database.transaction():
        due = await due_in(who, filters.window)
        counted = [row for row in due if filters.counts(row)]
        rows = [row for row in counted if filters.shows(row, today)]
        pages = max(1, -(-len(rows) // PER_PAGE))
        filters = replace(filters, page=min(filters.page, pages))
        shown = rows[:MOST_ON_ONE_PAGE] if filters.rows else _one_page(rows, filters.page)
        words = await words_of_rows(shown)
        await _record_read(request, shown, words)
    return page(
        request,
        "actions/tracking_table.html",
        filters=filters,
        quarters=quarter_choices(today, filters.quarter),
        panels=_choices(due, by_agency=False),
        agencies=_choices(due, by_agency=True),
        categories=CATEGORIES,
        columns=COLUMNS,
        category_choices=[
            *((str(one.number), one.label) for one in CATEGORIES),
            (UNJUDGED, NOT_JUDGED),
        ],
        chips=_chips(filters, due),
        lines=lines_by(filters.by, counted, today),
        whole=line_of("", "All", counted, today),
        by_agency=filters.by == BY_AGENCY,
        rows=[(row, category_of(row, today), words[(row.kind, row.id)]) for row in shown],
        total=len(rows),
        pages=pages,
        most=MOST_ON_ONE_PAGE,
        words_of=words_of,
        sees_recommendations=permits(who, Permission.MANAGE_RECOMMENDATION),
    )


@get(f"{ADDRESS}.csv", opt=needs(Permission.SEE_TRACKING))
async def tracking_file(request: Asking) -> Response[bytes]:
    """Every row of the table with its filters. No child is named but where somebody's words do."""
    who, today = who_of(request), today_of(request)
    filters = read_filters(request.query_params, today)
    async with database.transaction():
        due = await due_in(who, filters.window)
        rows = [row for row in due if filters.counts(row) and filters.shows(row, today)]
        words = await words_of_rows(rows)
        await _record_read(request, rows, words)
    content = csv_of([(row, category_of(row, today), words[(row.kind, row.id)]) for row in rows])
    return attached(content, CSV, f"tracking-{filters.quarter:%Y-%m}-quarter.csv")


def _one_page(rows: Sequence[Tracked], number: int) -> Sequence[Tracked]:
    return rows[PER_PAGE * (number - 1) : PER_PAGE * number]


async def _record_read(request: Asking, rows: Sequence[Tracked], words: Words) -> None:
    """Who read which actions and recommendations, before any of them is sent."""
    children = {one.child_id for one in words.values() if one.child_id is not None}
    for kind in (ACTION, RECOMMENDATION):
        ids = [row.id for row in rows if row.kind == kind]
        if ids:
            await record_read(
                who_of(request).person_id,
                kind,
                ids,
                now=now_of(request),
                children=children if kind == ACTION else [],
            )


def _choices(due: Sequence[Tracked], *, by_agency: bool) -> list[tuple[str, str]]:
    """The panels or agencies of which something was due, for the filter."""
    named = {named_by_agency(row) if by_agency else named_by_panel(row) for row in due}
    return [(key, label) for _, label, key in sorted(named)]


def _chips(filters: TrackingFilters, due: Sequence[Tracked]) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    category = NOT_JUDGED if filters.category == UNJUDGED else words_of(int(filters.category or 0))
    told = {
        "panel": dict(_choices(due, by_agency=False)).get(filters.panel, "Nothing due in this panel"),
        "agency": dict(_choices(due, by_agency=True)).get(filters.agency, "Nothing due in this agency"),
        "category": category,
    }
    return [
        {"text": text, "href": filters.address(**{name: ""}, page=1)}
        for name, text in told.items()
        if getattr(filters, name)
    ]


# How one action is judged


class JudgingForm(Form):
    category: int
    anticipated_on: date | None = None
    words: str = ""
    meeting: int | None = None
    back: str = ""

    blank: ClassVar[dict[str, str]] = {"category": "Choose a category"}
    wrong: ClassVar[dict[str, str]] = {
        "category": "Choose a category",
        "anticipated_on": "Enter the anticipated date with day, month and year",
        "meeting": "Choose the meeting from the list",
    }

    @property
    def judged(self) -> Judged:
        return Judged(self.category, self.anticipated_on, self.words, self.meeting)


@get(OF_AN_ACTION, opt=needs(Permission.SEE_ACTION))
async def tracking_of_action(request: Asking, action_id: FromPath[int]) -> Template:
    return await _of_action(request, action_id)


@post("/actions/{action_id:int}/assessments", opt=needs(Permission.ASSESS_ACTION), status_code=200)
async def assess(request: Asking, action_id: FromPath[int]) -> Answer:
    """From the action's page, or from the meeting that reviews it: there it is answered with the part alone."""
    who = who_of(request)
    async with database.transaction():
        action = await action_for(who, action_id)
    if not permits(who, Permission.ASSESS_ACTION, action.scope):
        raise Forbidden(Permission.ASSESS_ACTION)
    filled = await read_form(request, JudgingForm)
    if filled.value is None:
        return await _of_action(request, action_id, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    try:
        action = await assess_action(
            who, action_id, form.judged, now=now_of(request), submission_key=form.submission_key
        )
    except Refused as problem:
        errors = problem.errors or {"": problem.sentence}
        return await _of_action(request, action_id, given=filled.given, errors=errors, status=422)
    except AlreadySubmitted:
        async with database.transaction():
            action = await action_for(who, action_id)  # the same form, sent twice: the first one was kept
    if isinstance(request, HTMXRequest) and request.htmx:
        return await _of_action(request, action_id, just=True)
    await flash(request, f"Action {action_id} is judged: {words_of(action.tracking)}.")
    return see_other(form.back if is_of_a_meeting(form.back) else f"/actions/{action_id}")


def is_of_a_meeting(address: str) -> bool:
    """Whether this is a page of a meeting of our own, to which a form may go back."""
    return re.fullmatch(r"/meetings/\d+(/[\w-]+)*(#[\w-]+)?", address) is not None


async def _of_action(
    request: Asking,
    action_id: int,
    *,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    just: bool = False,
) -> Template:
    """`just`: it was judged a moment ago. A meeting in the address or the form is the one that judges."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        action = await action_for(who, action_id)
        assessments = await assessments_of(ACTION, action.id)
        may_assess = permits(who, Permission.ASSESS_ACTION, action.scope)
        meetings = await meetings_to_name(action.panel_id, now) if may_assess else []
        await record_read(
            who.person_id,
            "action",
            [action.id],
            now=now,
            children=[action.child_id] if action.child_id is not None else [],
        )
    given = given or {}
    asked = str(given.get("meeting", "") or request.query_params.get("meeting", ""))
    meeting_id = next((one.id for one in meetings if str(one.id) == asked), None)
    extended = action.due_on != action.original_due_on and action.due_on >= today_of(request)
    return page(
        request,
        "actions/tracking_of_action.html",
        part="actions/_judging.html",
        status=status,
        action=action,
        judging=judging_of(action, today_of(request)),
        assessments=assessments,
        may_assess=may_assess,
        meetings=meetings,
        meeting_id=meeting_id,
        back=_back(given, meeting_id, action_id),
        anticipated=action.anticipated_on or (action.due_on if extended else None),
        given=given,
        errors=errors or {},
        just=just,
    )


def _back(given: dict[str, Any], meeting_id: int | None, action_id: int) -> str:
    """Where the form goes back to: where it stood, or the meeting that judges; blank for the action's own page."""
    if is_of_a_meeting(str(given.get("back", ""))):
        return str(given["back"])
    return f"/meetings/{meeting_id}/action-reviews#review-{action_id}" if meeting_id is not None else ""


ROUTES: list[Any] = [tracking_table, tracking_file, tracking_of_action, assess]
