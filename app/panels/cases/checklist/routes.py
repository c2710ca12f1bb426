"""`/cases/{id}/checklist` and a panel's matrix of checklists, on the page and as CSV."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.lifecycle import Refused
from app.panels.cases.checklist.changes import note_on_file
from app.panels.cases.checklist.queries import FileRow, checklists_of, open_cases
from app.panels.cases.checklist.rules import KINDS, SHORT, Checklist
from app.panels.cases.queries import case_for
from app.panels.fields import Day
from app.panels.standing.queries import panel_for
from app.panels.terms.rules import StandingPanel
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
PER_PAGE = 50
SHOWN = {"all": "Every open case", "gaps": "With a gap", "old": "With a gap or an old date"}


class CheckForm(Form):
    blank: ClassVar[dict[str, str]] = {"kind": "Choose what was done"}
    kind: str = ""
    done_on: Day | None = None
    note: str = ""


def case_with(show: Callable[..., Awaitable[Template]]) -> list[Any]:
    """The routes; `show` renders the page of a case, to which a refused line comes back."""

    @post("/cases/{case_id:int}/checklist", opt=needs(Permission.RECORD_CHECKLIST), status_code=303)
    async def note(request: Asked, case_id: FromPath[int]) -> Answer:
        who = who_of(request)
        await case_for(who, case_id, Permission.RECORD_CHECKLIST)
        filled = await read_form(request, CheckForm)
        errors, form = filled.errors, filled.value
        if form is not None:
            try:
                await note_on_file(
                    who,
                    case_id,
                    kind=form.kind,
                    done_on=form.done_on,
                    note=form.note,
                    now=now_of(request),
                    submission_key=form.submission_key,
                )
            except Refused as problem:
                errors = problem.errors
        if errors:
            return await show(request, case_id, status=422, errors=errors, given=filled.given)
        await flash(request, "The case file is up to date.")
        return see_other(f"/cases/{case_id}#checklist")

    return [note, matrix, matrix_file]


@get("/panels/{slug:str}/cases/checklist", opt=needs(Permission.SEE_CASE))
async def matrix(request: Asked, slug: FromPath[str]) -> Template:
    show = request.query_params.get("show", "all")
    show = show if show in SHOWN else "all"
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 7 else 1
    async with database.transaction():
        panel, rows = await _rows(request, slug)
        chosen = [row for row in rows if _fits(row[1], show)]
        on_page = chosen[(number - 1) * PER_PAGE : number * PER_PAGE]
        await _record_read(request, on_page)
    return page(
        request,
        "panels/cases-checklist.html",
        panel=panel,
        rows=on_page,
        total=len(chosen),
        of_all=len(rows),
        gaps={kind: sum(1 for _, file in rows if _has_gap(file, kind)) for kind in KINDS},
        kinds=SHORT,
        show=show,
        shown=SHOWN,
        number=number,
        per_page=PER_PAGE,
        pages=max(1, -(-len(chosen) // PER_PAGE)),
    )


@get("/panels/{slug:str}/cases/checklist.csv", opt=needs(Permission.SEE_CASE))
async def matrix_file(request: Asked, slug: FromPath[str]) -> Response[bytes]:
    async with database.transaction():
        panel, rows = await _rows(request, slug)
        await _record_read(request, rows)
    cells = (
        (
            row.child_ref,
            row.child_name,
            row.accepted_on,
            *(point.latest.done_on if point.latest else "" for point in file.points),
            "; ".join(file.gaps),
            "; ".join(file.old),
        )
        for row, file in rows
    )
    columns = ("child_ref", "child_name", "case_since", *KINDS, "gaps", "old")
    name = f"case-files-{panel.slug}-{today_of(request).isoformat()}.csv"
    return attached(csv_bytes(columns, cells), CSV, name)


async def _rows(request: Asked, slug: str) -> tuple[StandingPanel, list[tuple[FileRow, Checklist]]]:
    """Every open case with its checklist."""
    panel = await panel_for(who_of(request), slug, Permission.SEE_CASE)
    cases = await open_cases(panel.id)
    files = await checklists_of([case.id for case in cases], today_of(request))
    return panel, [(case, files[case.id]) for case in cases]


async def _record_read(request: Asked, rows: list[tuple[FileRow, Checklist]]) -> None:
    """Of the rest of the cases a page tells no more than how many have which gap."""
    if rows:
        await record_read(
            who_of(request).person_id,
            "panel case",
            [case.id for case, _ in rows],
            now=now_of(request),
            children=[case.child_id for case, _ in rows],
        )


def _fits(file: Checklist, show: str) -> bool:
    return show == "all" or bool(file.gaps) or (show == "old" and bool(file.old))


def _has_gap(file: Checklist, kind: str) -> bool:
    return any(point.is_gap for point in file.points if point.kind == kind)
