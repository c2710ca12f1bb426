"""The pages of quality: samples and trends, drawing one, grading its items one by one, and files for spreadsheets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused, Stale
from app.minutes.page import text_of
from app.minutes.quality.changes import draw_sample, grade_item
from app.minutes.quality.queries import graded_items, item_for, items_of, sample_for, samples
from app.minutes.quality.rules import (
    CHOICES,
    COLUMNS,
    CRITERIA,
    NOT_APPLICABLE,
    OF_ITEMS,
    SCALE,
    SampledItem,
    Trend,
    by_panel,
    by_quarter,
    export_rows,
    marks_from,
    next_ungraded,
    read_marks,
    trend_of,
)
from app.minutes.queries import minutes_for, who_came
from app.minutes.sampling.rules import read_wish
from app.panels.restricting.rules import HIDDEN_KIND
from app.panels.terms.queries import standing_panels
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs
from app.windows import last_quarter

QUALITY = "/minutes/quality"
ONE = QUALITY + "/{sample_id:int}"
ITEM = ONE + "/items/{position:int}"
ABOUT = "quality sample"
Answer = Template | Response[Any]
Asking = Request[Any, Any, Any]


class GradeForm(Form):
    """The marks come under the keys of the criteria; `version` is that of the grade on screen."""

    version: int = 0


@get(QUALITY, opt=needs(Permission.GRADE_MINUTES))
async def quality(request: Asking) -> Template:
    """The samples drawn, and what the grades say by panel and quarter."""
    panels = await standing_panels()
    names = {panel.slug: panel.name for panel in panels}
    panel = request.query_params.get("panel", "")
    panel = panel if panel in names else ""
    graded = await graded_items(panel or None)
    quarters = by_quarter(graded)
    return page(
        request,
        "minutes/quality.html",
        samples=await samples(),
        panel=panel,
        panel_choices=list(names.items()),
        chosen=[{"text": names[panel], "href": QUALITY}] if panel else [],
        whole=trend_of("", "All", graded),
        panels=by_panel(graded),
        quarters=quarters,
        bars=_bars(quarters),
        criteria=CRITERIA,
    )


def _bars(quarters: Sequence[Trend]) -> list[dict[str, Any]]:
    return [
        {
            "label": f"{trend.label.split(' ')[0][:3]} to {trend.label.split(' ')[2][:3]} {trend.label[-2:]}",
            "long_label": trend.label,
            "value": trend.percent,
            "numerator": trend.good,
            "denominator": trend.marks,
        }
        for trend in quarters
    ]


@get(f"{QUALITY}/new", opt=needs(Permission.GRADE_MINUTES))
async def new_sample(request: Asking) -> Template:
    window = last_quarter(today_of(request))
    return await _drawing(request, OF_ITEMS.form(window), {})


async def _drawing(
    request: Asking, given: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Template:
    return page(
        request,
        "minutes/quality-new.html",
        status=status,
        given=given,
        errors=errors,
        panel_choices=[(panel.slug, panel.name) for panel in await standing_panels()],
    )


@post(QUALITY, opt=needs(Permission.GRADE_MINUTES))
async def draw(request: Asking) -> Answer:
    """Draws the sample; the same seed, time, panel and size draw the same items again."""
    given = (await read_form(request, Form)).given
    panels = {panel.slug for panel in await standing_panels()}
    wish = read_wish(given, OF_ITEMS, last_quarter(today_of(request)), panels)
    if wish.errors:
        return await _drawing(request, given, wish.errors, status=422)
    try:
        sample = await draw_sample(
            who_of(request),
            wish.window,
            wish.panel,
            wish.size,
            wish.seed,
            now=now_of(request),
            submission_key=given.get("submission_key"),
        )
    except Refused as refusal:
        return await _drawing(request, given, refusal.errors, status=422)
    await flash(request, "The sample is drawn. Grade its items one by one; you can stop and go on later.")
    return see_other(f"{QUALITY}/{sample}")


@get(ONE, opt=needs(Permission.GRADE_MINUTES))
async def one_sample(request: Asking, sample_id: FromPath[int]) -> Template:
    """The items of a sample with their marks. No child is named here."""
    async with database.transaction():
        sample = await sample_for(sample_id)
        items = await items_of(sample_id)
    return page(
        request,
        "minutes/quality-sample.html",
        sample=sample,
        items=items,
        criteria=CRITERIA,
        next=next_ungraded(items),
        whole=trend_of("", "", [item for item in items if item.graded_at]),
    )


@get(ITEM, opt=needs(Permission.GRADE_MINUTES))
async def one_item(request: Asking, sample_id: FromPath[int], position: FromPath[int]) -> Template:
    """An item's text, as this person may see it, beside the form that grades it."""
    return await _item(request, sample_id, position)


async def _item(
    request: Asking,
    sample_id: int,
    position: int,
    *,
    given: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    theirs: Stale | None = None,
    status: int = 200,
) -> Template:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        sample = await sample_for(sample_id)
        one = await item_for(sample_id, position)
        meeting, text = await _text_of(who, one)
        children = [one.child_id] if one.child_id and text and text["kind"] != HIDDEN_KIND else []
        await record_read(who.person_id, "minutes", [one.meeting_id], now=now, children=children)
    return page(
        request,
        "minutes/quality-item.html",
        status=status,
        sample=sample,
        one=one,
        meeting=meeting,
        item=text,
        is_hidden=text is not None and text["kind"] == HIDDEN_KIND,
        criteria=CRITERIA,
        choices=CHOICES,
        scale=SCALE,
        given=given if given is not None else _given(one),
        errors=errors or {},
        theirs=marks_from(theirs.theirs) if theirs else {},
        their_name=theirs.by if theirs else "",
    )


async def _text_of(who: Identity, one: SampledItem) -> tuple[Any, dict[str, Any] | None]:
    """The meeting, and the item as the fixed minutes have it for this person; None where they lack it."""
    meeting, minutes = await minutes_for(who, one.meeting_id)
    text = await text_of(who, meeting, minutes, await who_came(meeting))
    items = text.content["items"] if text else []
    return meeting, next((item for item in items if item["id"] == one.item_id), None)


def _given(one: SampledItem) -> dict[str, Any]:
    """The form as it was left."""
    filled: dict[str, Any] = {"version": one.version}
    for key, mark in one.marks.items():
        filled[key] = NOT_APPLICABLE if mark.value is None else str(mark.value)
        filled[f"{key}_remarks"] = mark.remarks
    return filled


@post(ITEM, opt=needs(Permission.GRADE_MINUTES))
async def grade(request: Asking, sample_id: FromPath[int], position: FromPath[int]) -> Answer:
    """Keeps the marks and goes on to the next item that has none; what is left open can be filled in later."""
    who = who_of(request)
    one = await item_for(sample_id, position)
    _, text = await _text_of(who, one)
    if text is None or text["kind"] == HIDDEN_KIND:
        raise Invisible
    filled = await read_form(request, GradeForm)
    marks, errors = read_marks(filled.given)
    errors |= filled.errors
    if errors or filled.value is None:
        given = {"version": one.version, **filled.given}
        return await _item(request, sample_id, position, given=given, errors=errors, status=422)
    try:
        await grade_item(
            who,
            sample_id,
            position,
            marks,
            filled.value.version,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Stale as stale:
        sentence = f"{stale.by or 'Somebody'} graded this item while you were at it. Yours is below, theirs beside it"
        return await _item(
            request,
            sample_id,
            position,
            given={**filled.given, "version": stale.version},
            errors={"": sentence},
            theirs=stale,
            status=409,
        )
    after = next_ungraded(await items_of(sample_id), position)
    if "stop" in filled.given or after is None or after.position == position:
        await flash(request, "The grade is saved." if after else "Every item of this sample is graded.")
        return see_other(f"{QUALITY}/{sample_id}")
    await flash(request, f"The grade of item {position} of the sample is saved.")
    return see_other(f"{QUALITY}/{sample_id}/items/{after.position}")


@get(f"{ONE}/export", opt=needs(Permission.GRADE_MINUTES))
async def sample_csv(request: Asking, sample_id: FromPath[int]) -> Response[bytes]:
    """The marks of one sample as CSV."""
    async with database.transaction():
        sample = await sample_for(sample_id)
        items = await items_of(sample_id)
        await _note_read(who_of(request), items, [sample_id], now_of(request))
    return _csv(items, f"minutes-quality-sample-{sample.id}.csv")


@get(f"{QUALITY}.csv", opt=needs(Permission.GRADE_MINUTES))
async def quality_csv(request: Asking) -> Response[bytes]:
    """The marks behind the trends as CSV, with the page's filter."""
    async with database.transaction():
        items = await graded_items(request.query_params.get("panel") or None)
        items.sort(key=lambda item: (item.held_on, item.item_id))
        await _note_read(who_of(request), items, sorted({item.sample_id for item in items}), now_of(request))
    return _csv(items, f"minutes-quality-{today_of(request)}.csv")


async def _note_read(who: Identity, items: Sequence[SampledItem], about: list[int], now: datetime) -> None:
    """Who takes remarks about children's items away, before the file is sent."""
    children = {item.child_id for item in items if item.child_id}
    await record_read(who.person_id, ABOUT, about, now=now, children=children)


def _csv(items: Sequence[SampledItem], name: str) -> Response[bytes]:
    return attached(csv_bytes(COLUMNS, export_rows(items)), CSV, name)


ROUTES: list[Any] = [quality, new_sample, draw, one_sample, one_item, grade, sample_csv, quality_csv]
