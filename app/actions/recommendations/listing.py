"""The list of recommendations with its filters, and its file for spreadsheets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.actions.recommendations.queries import (
    ListedRecommendation,
    count_recommendations,
    leading_agencies,
    recommendations_seen,
)
from app.actions.recommendations.rules import (
    OPEN,
    PER_PAGE,
    SOURCE_WORDS,
    SOURCES,
    STATES,
    RecommendationFilters,
    read_filters,
)
from app.actions.rules import due_words, is_overdue
from app.actions.tracking.rules import category_of, words_of
from app.history.changes import record_read
from app.london import london_date
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

Asking = Request[Any, Any, Any]
ALL = "/recommendations"


@get(ALL, opt=needs(Permission.SEE_RECOMMENDATION))
async def recommendations(request: Asking) -> Template:
    who, today = who_of(request), today_of(request)
    filters = read_filters(request.query_params)
    async with database.transaction():
        total = await count_recommendations(who, filters, today)
        pages = max(1, -(-total // PER_PAGE))
        filters = replace(filters, page=min(filters.page, pages))
        found = await recommendations_seen(who, filters, today)
        agencies = await leading_agencies(who)
        await note_read(request, found)
    return page(
        request,
        "actions/recommendations.html",
        filters=filters,
        found=[(one, category_of(one, today)) for one in found],
        total=total,
        pages=pages,
        agencies=agencies,
        sources=SOURCES,
        source_words=SOURCE_WORDS,
        states=STATES,
        chips=_chips(filters, agencies),
        words_of=words_of,
        due_words=due_words,
        is_overdue=is_overdue,
        may_manage=permits(who, Permission.MANAGE_RECOMMENDATION),
    )


def _chips(filters: RecommendationFilters, agencies: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    chosen = []
    if filters.source:
        chosen.append({"text": SOURCE_WORDS[filters.source], "href": filters.address(source="", page=1)})
    if filters.lead:
        named = dict(agencies).get(filters.lead, "An agency that leads on nothing")
        chosen.append({"text": named, "href": filters.address(lead="", page=1)})
    if filters.state != OPEN:
        chosen.append({"text": dict(STATES)[filters.state], "href": filters.address(state=OPEN, page=1)})
    return chosen


async def note_read(request: Asking, found: Sequence[ListedRecommendation]) -> None:
    """Who read which recommendations, before any of them is sent."""
    if found:
        await record_read(
            who_of(request).person_id, "recommendation", [one.id for one in found], now=now_of(request)
        )


FILE_COLUMNS = (
    *("number", "source", "source_title", "source_on", "reference", "recommendation", "lead", "agency"),
    *("timescale", "present_date", "status", "finished_on", "category", "category_words", "anticipated_on"),
    *("last_word", "last_word_on"),
)


@get(f"{ALL}.csv", opt=needs(Permission.SEE_RECOMMENDATION))
async def recommendations_file(request: Asking) -> Response[bytes]:
    """Every row of the list with its filters."""
    who, today = who_of(request), today_of(request)
    async with database.transaction():
        found = await recommendations_seen(who, read_filters(request.query_params), today, every=True)
        await note_read(request, found)
    return attached(
        csv_bytes(FILE_COLUMNS, (_cells(one, today) for one in found)), CSV, "recommendations.csv"
    )


def _cells(one: ListedRecommendation, today: date) -> tuple[object, ...]:
    category = category_of(one, today)
    return (
        *(
            one.id,
            SOURCE_WORDS[one.source],
            one.source_title,
            one.source_on,
            one.reference,
            one.text,
            one.lead,
        ),
        *(one.agency_name, one.original_due_on, one.due_on, one.status, one.finished_on, category),
        *(
            words_of(category),
            one.anticipated_on,
            one.last_note,
            london_date(one.last_at) if one.last_at else "",
        ),
    )
