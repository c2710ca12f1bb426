"""One recommendation, and the forms to add, change, update and judge it. No policy, no SQL."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.actions.recommendations.changes import (
    Said,
    add_recommendation,
    assess_recommendation,
    change_recommendation,
    update_recommendation,
)
from app.actions.recommendations.listing import ALL, note_read, recommendations, recommendations_file
from app.actions.recommendations.queries import (
    Lead,
    ListedRecommendation,
    leads_to_choose,
    recommendation_for,
    words_on,
)
from app.actions.recommendations.rules import (
    RECOMMENDATION_LIFECYCLE,
    SOURCE_WORDS,
    SOURCES,
    Recommended,
)
from app.actions.rules import due_words, is_overdue
from app.actions.tracking.queries import assessments_of
from app.actions.tracking.routes import JudgingForm
from app.actions.tracking.rules import RECOMMENDATION, judging_of, words_of
from app.history.changes import AlreadySubmitted
from app.lifecycle import MovedOn, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Asking = Request[Any, Any, Any]
Answer = Template | Response[Any]
ONE = ALL + "/{recommendation_id:int}"


# Written down and mended


class RecommendedForm(Form):
    source: str = ""
    source_title: str = ""
    source_on: date
    reference: str = ""
    text: str = ""
    lead: str = ""
    due_on: date
    version: int = 0

    blank: ClassVar[dict[str, str]] = {
        "source_on": "Enter the date of the audit, meeting or report",
        "due_on": "Enter the date by which it is to be achieved",
    }
    wrong: ClassVar[dict[str, str]] = {
        "source_on": "Enter the date of the source with day, month and year",
        "due_on": "Enter the timescale with day, month and year",
    }

    @property
    def told(self) -> Recommended:
        return Recommended(
            self.source,
            self.source_title,
            self.source_on,
            self.reference,
            self.text,
            self.lead,
            self.due_on,
        )


@get(f"{ALL}/new", opt=needs(Permission.MANAGE_RECOMMENDATION))
async def new_recommendation(request: Asking) -> Template:
    return await _form(request, {})


@post(ALL, opt=needs(Permission.MANAGE_RECOMMENDATION), status_code=200)
async def add(request: Asking) -> Answer:
    filled = await read_form(request, RecommendedForm)
    if filled.value is None:
        return await _form(request, filled.given, filled.errors, 422)
    try:
        made = await add_recommendation(
            who_of(request),
            filled.value.told,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _form(request, filled.given, problem.errors, 422)
    except AlreadySubmitted:
        return see_other(ALL)
    await flash(request, f"Recommendation {made} is recorded.")
    return see_other(f"{ALL}/{made}")


@get(f"{ONE}/change", opt=needs(Permission.MANAGE_RECOMMENDATION))
async def change_form(request: Asking, recommendation_id: FromPath[int]) -> Template:
    async with database.transaction():
        one = await recommendation_for(who_of(request), recommendation_id, Permission.MANAGE_RECOMMENDATION)
        await note_read(request, [one])
    given = {
        "source": one.source,
        "source_title": one.source_title,
        "source_on": one.source_on,
        "reference": one.reference,
        "text": one.text,
        "lead": one.lead_key,
        "due_on": one.due_on,
        "version": one.version,
    }
    return await _form(request, given, one=one)


@post(f"{ONE}/change", opt=needs(Permission.MANAGE_RECOMMENDATION), status_code=200)
async def change(request: Asking, recommendation_id: FromPath[int]) -> Answer:
    who = who_of(request)
    async with database.transaction():
        one = await recommendation_for(who, recommendation_id, Permission.MANAGE_RECOMMENDATION)
    filled = await read_form(request, RecommendedForm)
    if filled.value is None:
        return await _form(request, filled.given, filled.errors, 422, one)
    form = filled.value
    try:
        await change_recommendation(
            who,
            recommendation_id,
            form.told,
            seen=form.version,
            now=now_of(request),
            base_url=request.app.state.settings.base_url,
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _form(request, filled.given, problem.errors, 422, one)
    except MovedOn as moved:
        return await _form(request, filled.given | {"version": one.version}, {"": str(moved)}, 409, one)
    except AlreadySubmitted:
        pass  # the same form, sent twice
    await flash(request, f"Recommendation {recommendation_id} is changed.")
    return see_other(f"{ALL}/{recommendation_id}")


async def _form(
    request: Asking,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    one: ListedRecommendation | None = None,
) -> Template:
    """The form for a new recommendation, or for one that stands."""
    leads = await leads_to_choose()
    if one is not None and one.lead_key not in {lead.key for lead in leads}:
        label = f"{one.lead or one.agency_name} (as now)"
        leads = [Lead(one.lead_key, one.lead_key.partition("-")[0], label, one.agency_id), *leads]
    return page(
        request,
        "actions/recommendation_form.html",
        status=status,
        one=one,
        given=given,
        errors=errors or {},
        sources=SOURCES,
        leads=leads,
    )


# One of them


@get(ONE, opt=needs(Permission.SEE_RECOMMENDATION))
async def recommendation_page(request: Asking, recommendation_id: FromPath[int]) -> Template:
    return await _one(request, recommendation_id)


class SaidForm(Form):
    move: Literal["acknowledge", "start", "complete", "find-not-possible", "leave-undone"]
    note: str = ""
    version: int = 0

    blank: ClassVar[dict[str, str]] = {"move": "Choose how it stands"}
    wrong: ClassVar[dict[str, str]] = {"move": "Choose how it stands"}


@post(f"{ONE}/updates", opt=needs(Permission.UPDATE_RECOMMENDATION), status_code=200)
async def update(request: Asking, recommendation_id: FromPath[int]) -> Answer:
    who = who_of(request)
    async with database.transaction():
        await recommendation_for(who, recommendation_id, Permission.UPDATE_RECOMMENDATION)
    filled = await read_form(request, SaidForm)
    if filled.value is None:
        return await _one(request, recommendation_id, filled.given, filled.errors, 422)
    form = filled.value
    try:
        await update_recommendation(
            who,
            recommendation_id,
            Said(form.move, form.note, form.version),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _one(request, recommendation_id, filled.given, {"note": problem.sentence}, 422)
    except MovedOn as moved:
        return await _one(request, recommendation_id, filled.given, {"note": str(moved)}, 409)
    except AlreadySubmitted:
        pass  # the same form, sent twice
    await flash(request, f"Your word on recommendation {recommendation_id} is saved.")
    return see_other(f"{ALL}/{recommendation_id}")


@post(f"{ONE}/assessments", opt=needs(Permission.MANAGE_RECOMMENDATION), status_code=200)
async def assess(request: Asking, recommendation_id: FromPath[int]) -> Answer:
    who = who_of(request)
    async with database.transaction():
        await recommendation_for(who, recommendation_id, Permission.MANAGE_RECOMMENDATION)
    filled = await read_form(request, JudgingForm)
    if filled.value is None:
        return await _one(request, recommendation_id, filled.given, filled.errors, 422)
    form = filled.value
    try:
        await assess_recommendation(
            who,
            recommendation_id,
            replace(form.judged, meeting_id=None),
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as problem:
        return await _one(request, recommendation_id, filled.given, problem.errors, 422)
    except AlreadySubmitted:
        pass  # the same form, sent twice: the first one was kept
    async with database.transaction():
        one = await recommendation_for(who, recommendation_id)
    await flash(request, f"Recommendation {recommendation_id} is judged: {words_of(one.tracking)}.")
    return see_other(f"{ALL}/{recommendation_id}")


async def _one(
    request: Asking,
    recommendation_id: int,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    who, today = who_of(request), today_of(request)
    async with database.transaction():
        one = await recommendation_for(who, recommendation_id)
        words = await words_on(one.id)
        assessments = await assessments_of(RECOMMENDATION, one.id)
        await note_read(request, [one])
    return page(
        request,
        "actions/recommendation.html",
        status=status,
        one=one,
        words=words,
        assessments=assessments,
        judging=judging_of(one, today),
        moves=[move.name for move in RECOMMENDATION_LIFECYCLE.open_moves(one.status, who, one.scope)],
        may_manage=permits(who, Permission.MANAGE_RECOMMENDATION),
        source_words=SOURCE_WORDS,
        overdue=is_overdue(one.status, one.due_on, today),
        due_words=due_words,
        given=given or {},
        errors=errors or {},
    )


ROUTES: list[Any] = [
    recommendations,
    recommendations_file,
    new_recommendation,
    add,
    change_form,
    change,
    recommendation_page,
    update,
    assess,
]
