"""Pages of figures: the overview, one figure with its filters and its definition, and its values as CSV and JSON."""

from dataclasses import replace
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.figures.asking import FigureAsked, asked_with, figure_asked, may_see, panels_of, sees_everything
from app.figures.behind.drills import rows_href
from app.figures.behind.routes import ROUTES as BEHIND
from app.figures.cases.routes import ROUTES as CASES
from app.figures.catalogue import FIGURES, FigureKind, answered, figure_for
from app.figures.papers.routes import ROUTES as PAPERS
from app.figures.pictures import pictures_of
from app.figures.queries import panels_for_figures
from app.figures.questions.rules import CHOICES, Asked
from app.figures.report_schedules.routes import ROUTES as REPORT_SCHEDULES
from app.figures.reports.routes import ROUTES as REPORTS
from app.figures.rules import Figure, Measure
from app.figures.views import (
    COLUMN_LABELS,
    RowsOf,
    bars,
    chips,
    counts_something,
    definition_rows,
    finding,
    is_share,
    not_applied_words,
    panel_note,
    part_keys,
    picked,
    rows_by_month,
    rows_of_parts,
    splits_of,
)
from app.figures.words import csv_of, said, window_words
from app.lifecycle import Invisible, Refused
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.pages import page, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asking = Request[Any, Any, Any]


@get("/figures", opt=needs(Permission.SEE_FIGURES))
async def overview(request: Asking) -> Template:
    """What each figure answers, with the last 12 months for which it can be answered in full."""
    who = who_of(request)
    async with database.transaction():
        panels = panels_of(who, await panels_for_figures())
        given = {"panel": request.query_params.get("panel", "")}
        asked = asked_with(request, panels, given)
        cards = [
            await _card(kind, asked_with(request, panels, given, kind.followed_for))
            for kind in FIGURES.values()
            if asked.question and may_see(who, kind, panels)
        ]
    return page(
        request,
        "figures/overview.html",
        status=422 if asked.errors else 200,
        cards=cards,
        given=asked.given,
        errors=asked.errors,
        panel_choices=[(panel.slug, panel.name) for panel in panels],
        sees_everything=sees_everything(who),
        is_share=is_share,
    )


@get("/figures/{address:str}", opt=needs(Permission.SEE_FIGURES))
async def figure_page(request: Asking, address: FromPath[str]) -> Answer:
    """`/figures/missing` is the page, `/figures/missing.csv` and `.json` the same values for programs."""
    name, _, form = address.partition(".")
    if form not in ("", "csv", "json") or address.endswith("."):
        raise Invisible
    async with database.transaction():
        asked = await figure_asked(request, name)
        if form == "json":
            return await _json(asked.kind, asked.asked)
        if form == "csv":
            return await _csv(asked.kind, asked.asked)
        return await _page(request, asked)


@get("/figures/{name:str}/definition", opt=needs(Permission.SEE_FIGURES))
async def definition_page(request: Asking, name: FromPath[str]) -> Template:
    """What a figure counts, in its present version and in those before it."""
    async with database.transaction():
        asked = await figure_asked(request, name)
    present = asked.kind.definition
    newer = (present, *present.retired)
    return page(
        request,
        "figures/definition.html",
        definition=present,
        rows=definition_rows(present),
        retired=[(old, newer[at], definition_rows(old)) for at, old in enumerate(present.retired)],
        back=f"{asked.path}?{asked.asked.query}",
        errors={"definition": asked.asked.errors["definition"]} if "definition" in asked.asked.errors else {},
    )


async def _card(kind: FigureKind, asked: Asked) -> dict[str, Any]:
    """A figure of the overview: its values alone, without months and splits."""
    assert asked.question is not None
    question = replace(asked.question, brief=True)
    figure = await figure_for(kind, question if kind.about_panels else question.without_panel())
    return {
        "kind": kind,
        "window": window_words(question),
        "values_shown": picked(figure.values, kind.first),
        "rows": _rows_of(kind, asked.query),
    }


def _rows_of(kind: FigureKind, query: str) -> RowsOf:
    """Gives the address of the rows behind a value; blank where it has none."""

    def rows(value: Measure, month: date | None = None, split: str = "", group: str = "") -> str:
        if not counts_something(value) or not (kind.has_rows(value.key) or kind.made_of.get(value.key)):
            return ""
        return rows_href(f"/figures/{kind.name}", query, value.key, month=month, split=split, group=group)

    return rows


async def _json(kind: FigureKind, asked: Asked) -> Answer:
    if asked.question is None:
        return Response({"problem": "The question cannot be read.", "errors": asked.errors}, status_code=422)
    return Response(answered(kind, asked.question, await figure_for(kind, asked.question)))


async def _csv(kind: FigureKind, asked: Asked) -> Answer:
    if asked.question is None:
        raise Refused(" ".join(f"{sentence}." for sentence in asked.errors.values()), asked.errors)
    question = asked.question
    content = csv_of(kind.definition, question, await figure_for(kind, question))
    return attached(content, CSV, f"{kind.name}-{question.from_on}-to-{question.to_on}.csv")


async def _page(request: Asking, asked: FigureAsked) -> Template:
    kind, question = asked.kind, asked.asked.question
    shown: dict[str, Any] = {"figure": None}
    if question is not None:
        sees_children = permits(who_of(request), Permission.SEE_CHILD)
        beside = await kind.beside(question) if kind.beside and sees_children else None
        shown = _shown(asked, await figure_for(kind, question), beside)
    return page(
        request,
        "figures/figure.html",
        status=422 if asked.asked.errors else 200,
        kind=kind,
        definition=kind.definition,
        path=asked.path,
        query=asked.asked.query,
        given=asked.asked.given,
        errors=asked.asked.errors,
        panels=asked.panels if kind.about_panels else [],
        panel_choices=[(panel.slug, panel.name) for panel in asked.panels],
        sees_everything=sees_everything(who_of(request)),
        definitions=definition_rows(kind.definition, tuple(prefix for _, prefix in kind.parts)),
        choices=CHOICES,
        chips=chips(asked.path, asked.asked, {panel.slug: panel.name for panel in asked.panels}),
        is_share=is_share,
        **shown,
    )


def _shown(asked: FigureAsked, figure: Figure, beside: Any) -> dict[str, Any]:
    """What the page has of an answer."""
    kind, question = asked.kind, asked.asked.question
    assert question is not None
    rows = _rows_of(kind, asked.asked.query)
    return {
        "figure": figure,
        "window": window_words(question),
        "is_empty": not any(counts_something(value) for value in figure.values),
        "panel_note": panel_note(asked.panel, question, figure),
        "tiles": picked(figure.values, kind.tiles),
        "bars": bars(kind, figure, rows),
        "drawn": figure.value(kind.drawn),
        "finding": finding(kind, figure),
        "pictures": pictures_of(kind, figure, rows, beside),
        "said": said,
        "months": [month for month, _ in figure.by_month],
        "by_month": rows_by_month(kind, figure),
        "parts": rows_of_parts(kind, figure),
        "part_labels": [COLUMN_LABELS[key] for key in part_keys(kind, figure)],
        "column_labels": [COLUMN_LABELS[key] for key in kind.columns],
        "not_applied_words": not_applied_words(kind, figure),
        "rows": rows,
        "splits": splits_of(kind, figure, diversity=False),
        "diversity": splits_of(kind, figure, diversity=True),
    }


ROUTES: list[Any] = [
    overview,
    figure_page,
    definition_page,
    *BEHIND,
    *CASES,
    *PAPERS,
    *REPORTS,
    *REPORT_SCHEDULES,
]
