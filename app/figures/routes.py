"""Pages of figures: the overview, one figure with its filters, and the same values as CSV and JSON."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission, Scope, permits
from app.figures.catalogue import FIGURES, FigureKind, answered, figure_for
from app.figures.dimensions import DIMENSIONS
from app.figures.papers.routes import ROUTES as PAPERS
from app.figures.queries import PanelChoice, panels_for_figures
from app.figures.questions.rules import CHOICES, FIELDS, Asked, read_question
from app.figures.report_schedules.routes import ROUTES as REPORT_SCHEDULES
from app.figures.reports.routes import ROUTES as REPORTS
from app.figures.views import (
    COLUMN_LABELS,
    bars,
    chips,
    finding,
    is_share,
    meanings,
    not_applied_words,
    part_keys,
    picked,
    rows_by_month,
    rows_of_parts,
)
from app.figures.words import csv_of, window_words
from app.lifecycle import Forbidden, Invisible, Refused
from app.web.pages import now_of, page, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asking = Request[Any, Any, Any]


@get("/figures", opt=needs(Permission.SEE_FIGURES))
async def overview(request: Asking) -> Template:
    """What each figure answers, with the last 12 months for which it can be answered in full."""
    who = who_of(request)
    async with database.transaction():
        panels = _panels_of(who, await panels_for_figures())
        cards = []
        asked = _asked(request, panels, _panel_given(request), who)
        for kind in FIGURES.values() if asked.question else ():
            if _sees_everything(who) or (kind.about_panels and panels):
                cards.append(
                    await _card(kind, _asked(request, panels, _panel_given(request), who, kind.followed_for))
                )
    return page(
        request,
        "figures/overview.html",
        status=422 if asked.errors else 200,
        cards=cards,
        given=asked.given,
        errors=asked.errors,
        panel_choices=[(panel.slug, panel.name) for panel in panels],
        sees_everything=_sees_everything(who),
        is_share=is_share,
    )


@get("/figures/{address:str}", opt=needs(Permission.SEE_FIGURES))
async def figure_page(request: Asking, address: FromPath[str]) -> Answer:
    """`/figures/missing` is the page, `/figures/missing.csv` and `.json` the same values for programs."""
    name, _, form = address.partition(".")
    kind = FIGURES.get(name)
    if kind is None or form not in ("", "csv", "json") or address.endswith("."):
        raise Invisible
    who = who_of(request)
    async with database.transaction():
        panels = _panels_of(who, await panels_for_figures())
        if not (_sees_everything(who) or (kind.about_panels and panels)):
            raise Forbidden(name)
        asked = _asked(
            request,
            panels,
            {name: request.query_params.get(name, "") for name in FIELDS},
            who,
            kind.followed_for,
        )
        if form == "json":
            return await _json(kind, asked)
        if form == "csv":
            return await _csv(kind, asked)
        return await _page(request, kind, asked, panels)


def _sees_everything(who: Identity) -> bool:
    """Managers and officers see every figure; who leads a panel sees that panel's."""
    return permits(who, Permission.SEE_FIGURES, Scope())


def _panels_of(who: Identity, panels: list[PanelChoice]) -> list[PanelChoice]:
    return [panel for panel in panels if permits(who, Permission.SEE_FIGURES, Scope(frozenset({panel.id})))]


def _panel_given(request: Asking) -> dict[str, str]:
    return {"panel": request.query_params.get("panel", "")}


def _asked(
    request: Asking, panels: list[PanelChoice], given: dict[str, str], who: Identity, followed_for: int = 0
) -> Asked:
    """The question of this request; who leads panels asks for one of them, the first unless another is named."""
    if not _sees_everything(who) and not given.get("panel") and panels:
        given["panel"] = panels[0].slug
    return read_question(
        given,
        now=now_of(request),
        own_names=request.app.state.settings.authority_names,
        panels=[panel.slug for panel in panels],
        followed_for=followed_for,
    )


async def _card(kind: FigureKind, asked: Asked) -> dict[str, Any]:
    assert asked.question is not None
    question = asked.question if kind.about_panels else asked.question.without_panel()
    figure = await figure_for(kind, question)
    return {"kind": kind, "window": window_words(question), "values_shown": picked(figure.values, kind.first)}


async def _json(kind: FigureKind, asked: Asked) -> Answer:
    if asked.question is None:
        return Response({"problem": "The question cannot be read.", "errors": asked.errors}, status_code=422)
    return Response(answered(kind, asked.question, await figure_for(kind, asked.question)))


async def _csv(kind: FigureKind, asked: Asked) -> Answer:
    if asked.question is None:
        raise Refused(" ".join(f"{sentence}." for sentence in asked.errors.values()), asked.errors)
    question = asked.question
    content = csv_of(kind.definition, question, await figure_for(kind, question))
    name = f"{kind.name}-{question.from_on}-to-{question.to_on}.csv"
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _page(request: Asking, kind: FigureKind, asked: Asked, panels: list[PanelChoice]) -> Template:
    path = f"/figures/{kind.name}"
    shown: dict[str, Any] = {}
    if asked.question is not None:
        figure = await figure_for(kind, asked.question)
        shown = {
            "figure": figure,
            "window": window_words(asked.question),
            "tiles": picked(figure.values, kind.tiles),
            "bars": bars(kind, figure),
            "drawn": figure.value(kind.drawn),
            "finding": finding(kind, figure),
            "months": [month for month, _ in figure.by_month],
            "by_month": rows_by_month(kind, figure),
            "parts": rows_of_parts(kind, figure),
            "part_labels": [COLUMN_LABELS[key] for key in part_keys(kind, figure)],
            "column_labels": [COLUMN_LABELS[key] for key in kind.columns],
            "not_applied_words": not_applied_words(kind, figure),
            "splits": [
                (
                    split,
                    DIMENSIONS[split].title,
                    [(group.label, picked(group.values, kind.columns)) for group in groups],
                )
                for split, groups in figure.by.items()
            ],
        }
    return page(
        request,
        "figures/figure.html",
        status=422 if asked.errors else 200,
        kind=kind,
        definition=kind.definition,
        path=path,
        query=asked.query,
        given=asked.given,
        errors=asked.errors,
        panels=panels if kind.about_panels else [],
        panel_choices=[(panel.slug, panel.name) for panel in panels],
        sees_everything=_sees_everything(who_of(request)),
        meanings=meanings(kind),
        choices=CHOICES,
        chips=chips(path, asked, {panel.slug: panel.name for panel in panels}),
        is_share=is_share,
        **shown,
    )


ROUTES: list[Any] = [overview, figure_page, *PAPERS, *REPORTS, *REPORT_SCHEDULES]
