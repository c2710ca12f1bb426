"""`/figures/ssda903`: the statutory missing table of a year, checked, with what to mend first; and its files."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.figures.ssda903.files import notes_file, span, spans, table_file
from app.figures.ssda903.mending import StatutoryTable
from app.figures.ssda903.queries import first_year_with_episodes, not_for_it, statutory_table
from app.figures.ssda903.rules import RULES, StatutoryRow, StatutoryYear, broken, read_year, year_of
from app.history.changes import record_read
from app.lifecycle import Refused
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

Asking = Request[Any, Any, Any]

HERE = "/figures/ssda903"
ABOUT = "missing table"
MOST_SHOWN = 50


@dataclass(frozen=True)
class Checked:
    """One published rule: what in the records would break it, and what in the table does."""

    rule: str
    words: str
    mended: int
    left_out: int
    broken: int


@get(HERE, opt=needs(Permission.EXPORT_STATUTORY))
async def missing_table(request: Asking) -> Template:
    """Every rule with what would break it, before anything is downloaded."""
    year, problem = _year(request)
    own_names = request.app.state.settings.authority_names
    async with database.transaction():
        choices = _years(await first_year_with_episodes(), today_of(request), year)
        table = await statutory_table(year, own_names)
        before = await statutory_table(year.before, own_names)
        outside = await not_for_it(year, own_names)
        children = _children_shown(table)
        await record_read(
            who_of(request).person_id, ABOUT, [year.began], now=now_of(request), children=children
        )
    breaks = broken(table.rows, year, before.rows)
    return page(
        request,
        "figures/ssda903.html",
        status=422 if problem else 200,
        errors={"year": problem} if problem else {},
        year=year,
        given=request.query_params.get("year", "") if problem else year.label,
        year_choices=choices,
        table=table,
        checks=_checks(table, breaks),
        outside=outside,
        is_over=today_of(request) > year.last,
        is_begun=today_of(request) >= year.first,
        most=MOST_SHOWN,
        span=span,
        spans=spans,
    )


@get(f"{HERE}/table.csv", opt=needs(Permission.EXPORT_STATUTORY))
async def table_csv(request: Asking) -> Response[bytes]:
    """The table as it is sent."""
    year, table = await _taken(request, "table")
    return attached(table_file(table), CSV, f"ssda903-missing-{year.label}.csv")


@get(f"{HERE}/notes.csv", opt=needs(Permission.EXPORT_STATUTORY))
async def notes_csv(request: Asking) -> Response[bytes]:
    """What was mended and what is not in the table, to work through."""
    year, table = await _taken(request, "notes")
    return attached(notes_file(table), CSV, f"ssda903-missing-{year.label}-notes.csv")


async def _taken(request: Asking, form: str) -> tuple[StatutoryYear, StatutoryTable]:
    """The table, after it is recorded about whom somebody takes a file away."""
    year, problem = _year(request)
    if problem:
        raise Refused(f"{problem}.", {"year": problem})
    async with database.transaction():
        table = await statutory_table(year, request.app.state.settings.authority_names)
        children = {row.child_id for row in table.rows} if form == "table" else table.child_ids
        await record_read(
            who_of(request).person_id,
            ABOUT,
            [year.began],
            now=now_of(request),
            children=children,
            details={"year": year.label, "form": form},
        )
    return year, table


def _year(request: Asking) -> tuple[StatutoryYear, str]:
    """The year asked for, else the one before this; and a sentence where what was asked is no year."""
    usual = year_of(today_of(request)).before
    asked = request.query_params.get("year", "").strip()
    found = read_year(asked) if asked else usual
    return (found, "") if found else (usual, "Choose a year, such as 2025-26")


def _years(first: StatutoryYear | None, today: date, asked: StatutoryYear) -> list[tuple[str, str]]:
    """From this year back to the first with an episode, and the one asked for."""
    latest = year_of(today)
    begun = min(first or latest.before, latest.before)
    years = {StatutoryYear(began) for began in range(max(begun.began, latest.began - 30), latest.began + 1)}
    return [(year.label, year.words) for year in sorted({*years, asked}, reverse=True)]


def _checks(table: StatutoryTable, breaks: list[tuple[str, StatutoryRow]]) -> list[Checked]:
    return [
        Checked(
            rule,
            words,
            sum(1 for one in table.mended if one.rule == rule),
            sum(1 for one in table.left_out if one.rule == rule),
            sum(1 for found, _ in breaks if found == rule),
        )
        for rule, words in RULES.items()
    ]


def _children_shown(table: StatutoryTable) -> set[int]:
    """Those whom the page names."""
    left_out = {one.child_id for one in table.left_out[:MOST_SHOWN]}
    mended = {one.child_id for one in table.mended[:MOST_SHOWN]}
    return left_out | mended | {row.child_id for row in table.twice[:MOST_SHOWN]}


ROUTES: list[Any] = [missing_table, table_csv, notes_csv]
