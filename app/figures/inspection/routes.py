"""`/inspection`: drawing cases by a seed, everything on file about each, and the whole as PDF and CSV."""

from collections.abc import Collection, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission
from app.figures.inspection.case_files import CaseFile, case_file
from app.figures.inspection.changes import ABOUT, draw_cases
from app.figures.inspection.document import blocks_of_file, drawn_facts, pack_of
from app.figures.inspection.queries import cases_of, sample_for, samples
from app.figures.inspection.rules import (
    MISSING_COLUMNS,
    OF_CASES,
    Sample,
    SampledCase,
    missing_rows,
)
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused
from app.minutes.sampling.rules import read_wish
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.terms.queries import standing_panels
from app.web.documents.pdf import pdf_of
from app.web.documents.sending import PDF, attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs
from app.windows import Window, last_quarter

Asking = Request[Any, Any, Any]
Answer = Template | Response[Any]

INSPECTION = "/inspection"
ONE = INSPECTION + "/{sample_id:int}"

CASE_COLUMNS = (
    *(
        "sample",
        "seed",
        "position",
        "case",
        "panel",
        "child_ref",
        "child_name",
        "accepted_on",
        "first_meeting_on",
    ),
    *("closed_on", "closure_reason", "recalled", "risk_at_start", "risk_now"),
)


@get(INSPECTION, opt=needs(Permission.INSPECT_CASES))
async def inspection(request: Asking) -> Template:
    """The samples drawn. No child is named here."""
    return page(request, "figures/inspection/samples.html", samples=await samples())


@get(f"{INSPECTION}/new", opt=needs(Permission.INSPECT_CASES))
async def new_sample(request: Asking) -> Template:
    return await _drawing(request, OF_CASES.form(_usual(request)), {})


def _usual(request: Asking) -> Window:
    """The six months that inspections look at first: two complete quarters."""
    latest = last_quarter(today_of(request))
    return Window(last_quarter(latest.first).first, latest.last)


async def _drawing(
    request: Asking, given: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Template:
    return page(
        request,
        "figures/inspection/new.html",
        status=status,
        given=given,
        errors=errors,
        panel_choices=[(panel.slug, panel.name) for panel in await standing_panels()],
    )


@post(INSPECTION, opt=needs(Permission.INSPECT_CASES))
async def draw(request: Asking) -> Answer:
    """Draws the sample; the same seed, time, panel and size draw the same cases again."""
    given = (await read_form(request, Form)).given
    panels = {panel.slug for panel in await standing_panels()}
    wish = read_wish(given, OF_CASES, _usual(request), panels)
    if wish.errors:
        return await _drawing(request, given, wish.errors, status=422)
    try:
        sample = await draw_cases(
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
    await flash(request, "The sample is drawn.")
    return see_other(f"{INSPECTION}/{sample}")


@get(ONE, opt=needs(Permission.INSPECT_CASES))
async def one_sample(request: Asking, sample_id: FromPath[int]) -> Template:
    """How it was drawn, and its cases."""
    sample, cases = await _opened(request, sample_id, "page")
    return page(
        request, "figures/inspection/sample.html", sample=sample, cases=cases, facts=drawn_facts(sample)
    )


async def _opened(request: Asking, sample_id: int, form: str) -> tuple[Sample, list[SampledCase]]:
    """A sample and its cases, after it is recorded who is told of which children."""
    async with database.transaction():
        sample = await sample_for(sample_id)
        cases = await cases_of(sample_id, today_of(request))
        await _note_read(request, sample_id, form, {case.child_id for case in cases})
    return sample, cases


async def _note_read(request: Asking, sample_id: int, form: str, children: Collection[int]) -> None:
    await record_read(
        who_of(request).person_id,
        ABOUT,
        [sample_id],
        now=now_of(request),
        children=children,
        details={"form": form},
    )


@get(ONE + "/cases/{position:int}", opt=needs(Permission.INSPECT_CASES))
async def one_case(request: Asking, sample_id: FromPath[int], position: FromPath[int]) -> Template:
    """Everything on file about one case."""
    async with database.transaction():
        sample = await sample_for(sample_id)
        cases = await cases_of(sample_id, today_of(request))
        sampled = next((case for case in cases if case.position == position), None)
        if sampled is None:
            raise Invisible
        file = await _file(request, sampled)
        await _note_read(request, sample_id, "case", [file.child.id])
    return page(
        request,
        "figures/inspection/case.html",
        sample=sample,
        file=file,
        blocks=list(blocks_of_file(file)),
        before=next((case for case in cases if case.position == position - 1), None),
        after=next((case for case in cases if case.position == position + 1), None),
    )


async def _file(request: Asking, sampled: SampledCase) -> CaseFile:
    who: Identity = who_of(request)
    return await case_file(who, sampled, request.app.state.settings.authority, now_of(request))


async def _files(request: Asking, sample_id: int, form: str) -> tuple[Sample, list[CaseFile]]:
    """Every file of a sample, read in one transaction; that they are taken away is recorded before."""
    async with database.transaction():
        sample = await sample_for(sample_id)
        files = [await _file(request, case) for case in await cases_of(sample_id, today_of(request))]
        await _note_read(request, sample_id, form, {file.child.id for file in files})
    return sample, files


@get(f"{ONE}/pack.pdf", opt=needs(Permission.INSPECT_CASES))
async def pack_pdf(request: Asking, sample_id: FromPath[int]) -> Response[bytes]:
    """The whole as one PDF."""
    sample, files = await _files(request, sample_id, "pdf")
    settings, now = request.app.state.settings, now_of(request)
    document = pack_of(sample, files, settings.authority, who_of(request).name, now)
    return attached(await pdf_of(document, made_at=now), PDF, f"inspection-{sample.id}.pdf")


@get(f"{ONE}/cases.csv", opt=needs(Permission.INSPECT_CASES))
async def cases_csv(request: Asking, sample_id: FromPath[int]) -> Response[bytes]:
    """The cases of the sample for a spreadsheet."""
    sample, cases = await _opened(request, sample_id, "csv")
    rows = (
        (
            *(sample.id, sample.seed, case.position, case.case_id, case.panel_name, case.child_ref),
            *(case.child_name, case.accepted_on, case.first_meeting_on, case.closed_on),
            *(CLOSURE_REASONS.get(case.closure_reason, ""), "yes" if case.is_recall else "no"),
            *(case.risk_at_start, case.risk_now),
        )
        for case in cases
    )
    return attached(csv_bytes(CASE_COLUMNS, rows), CSV, f"inspection-{sample.id}-cases.csv")


@get(f"{ONE}/missing.csv", opt=needs(Permission.INSPECT_CASES))
async def missing_csv(request: Asking, sample_id: FromPath[int]) -> Response[bytes]:
    """Missing episodes of the sample's children in its time, as Ofsted’s Annex A lists them."""
    sample, files = await _files(request, sample_id, "missing list")
    by_child = {file.child.id: file for file in files}
    rows = (
        row
        for file in by_child.values()
        for row in missing_rows(file.child, file.interviews, sample.first, sample.last)
    )
    return attached(csv_bytes(MISSING_COLUMNS, rows), CSV, f"inspection-{sample.id}-missing.csv")


ROUTES: list[Any] = [
    inspection,
    new_sample,
    draw,
    one_sample,
    one_case,
    pack_pdf,
    cases_csv,
    missing_csv,
]
