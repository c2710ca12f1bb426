"""`/reports`: the list, a new one, its page with the officer's words, fixing it, and its files."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission, permits
from app.figures.queries import panels_for_figures
from app.figures.reports.changes import (
    discard_report,
    fix_report,
    make_new_version,
    make_report,
)
from app.figures.reports.content import SUPPRESSED, as_read, cell_words, has_hidden, is_number
from app.figures.reports.document import NOBODYS, csv_of, document_of, facts_of
from app.figures.reports.kinds import KINDS, kind_of
from app.figures.reports.pages import (
    AUDIENCES,
    as_seen_by,
    look_of,
    new_form,
    printed_for,
    report_shown,
)
from app.figures.reports.queries import report_for, reports
from app.figures.reports.rules import (
    ReportFacts,
    read_period,
)
from app.figures.reports.words.routes import ROUTES as WORDS
from app.figures.sections import Audience
from app.lifecycle import Invisible, MovedOn, Refused
from app.minutes.fixed_text.rules import canonical, fingerprint
from app.web.documents.pdf import pdf_of
from app.web.documents.sending import PDF, WORD, attached
from app.web.documents.spreadsheets import CSV
from app.web.documents.word import word_of
from app.web.forms import LARGEST_NUMBER, Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
ONE = "/reports/{report_id:int}"
PER_PAGE = 50


@get("/reports", opt=needs(Permission.SEE_REPORT))
async def list_of_reports(request: Asked) -> Template:
    given = request.query_params.get("page", "1")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 6 else 1
    found, total = await reports(who_of(request), number, PER_PAGE)
    return page(
        request,
        "figures/reports.html",
        reports=found,
        titles={kind.slug: kind.title for kind in KINDS},
        audiences=AUDIENCES,
        nobody=NOBODYS,
        page=number,
        pages=max(1, -(-total // PER_PAGE)),
        total=total,
        makes=permits(who_of(request), Permission.MAKE_REPORT),
    )


@get("/reports/new", opt=needs(Permission.MAKE_REPORT))
async def new_report(request: Asked) -> Template:
    """The kinds to choose from, or the form for the one that was chosen, about the last complete period."""
    kind = kind_of(request.query_params.get("kind", ""))
    if kind is None:
        return page(request, "figures/report-kinds.html", kinds=KINDS, audiences=AUDIENCES)
    window = kind.period.last_complete(today_of(request))
    given = {
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
        "audience": kind.audiences[0].value,
    }
    return await new_form(request, kind, given, {})


@post("/reports", opt=needs(Permission.MAKE_REPORT))
async def make(request: Asked) -> Answer:
    given = (await read_form(request, Form)).given
    kind = kind_of(str(given.get("kind", "")))
    if kind is None:
        sentence = "Choose a report from the list"
        return page(
            request,
            "figures/report-kinds.html",
            status=422,
            kinds=KINDS,
            audiences=AUDIENCES,
            errors={"": sentence},
        )
    today = today_of(request)
    read = read_period(
        {name: str(given.get(name, "")) for name in ("from", "to")}, kind.period.last_complete(today), today
    )
    audience, panel = str(given.get("audience", kind.audiences[0].value)), str(given.get("panel", ""))
    errors = dict(read.errors)
    if audience not in kind.audiences:
        errors["audience"] = "Choose who this report is for"
    if panel and panel not in {one.slug for one in await panels_for_figures()}:
        errors["panel"] = "Choose a panel from the list"
    if errors or read.window is None:
        return await new_form(request, kind, given, errors, status=422)
    try:
        made = await make_report(
            who_of(request),
            kind,
            Audience(audience),
            read.window,
            panel=panel or None,
            now=now_of(request),
            submission_key=given.get("submission_key"),
        )
    except Refused as problem:
        return await new_form(request, kind, given, problem.errors, status=422)
    return see_other(f"/reports/{made}")


@get("/reports/{address:str}", opt=needs(Permission.SEE_REPORT))
async def report_page(request: Asked, address: FromPath[str]) -> Answer:
    """`/reports/12` is the page, `/reports/12.pdf`, `.docx` and `.csv` the same as files."""
    digits, _, form = address.partition(".")
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > LARGEST_NUMBER or address.endswith("."):
        raise Invisible
    if form not in ("", "pdf", "docx", "csv"):
        raise Invisible
    report = await report_for(who_of(request), int(digits))
    if form:
        return await _file(request, report, form)
    return await report_shown(request, report)


async def _file(request: Asked, report: ReportFacts, form: str) -> Response[bytes]:
    printed = await printed_for(request, report, audience=as_seen_by(request, report))
    name = f"{printed.file_name}.{form}"
    if form == "csv":
        return attached(csv_of(printed), CSV, name)
    document = document_of(printed)
    if form == "pdf":
        return attached(await pdf_of(document, made_at=printed.opened_at), PDF, name)
    return attached(await word_of(document, made_at=printed.opened_at), WORD, name)


@get(f"{ONE}/fixing", opt=needs(Permission.MAKE_REPORT))
async def check_before_fixing(request: Asked, report_id: FromPath[int]) -> Template:
    """What is about to be fixed for good, to be read once more."""
    report = await report_for(who_of(request), report_id)
    if report.is_fixed:
        raise MovedOn("This report is already fixed. Nothing was changed.")
    printed = await printed_for(request, report)
    kind = kind_of(report.kind)
    return page(
        request,
        "figures/report-check.html",
        report=report,
        content=printed.content,
        facts=list(facts_of(printed.content)),
        audiences=AUDIENCES,
        suppressed=SUPPRESSED if has_hidden(printed.content) else "",
        reading=fingerprint(canonical(as_read(printed.content))),
        without_words=[
            section.title
            for section in (kind.sections if kind else ())
            if section.narrative and not report.narrative.get(section.key)
        ],
        cell_words=cell_words,
        is_number=is_number,
    )


class FixForm(Form):
    version: int = 0
    reading: str = ""


@post(f"{ONE}/fixing", opt=needs(Permission.MAKE_REPORT))
async def fix(request: Asked, report_id: FromPath[int]) -> Answer:
    await report_for(who_of(request), report_id)
    form = (await read_form(request, FixForm)).value or FixForm()
    # without what was on screen nobody has read what is fixed
    await fix_report(
        look_of(request),
        report_id,
        form.version,
        form.reading or "nothing",
        submission_key=form.submission_key,
    )
    await flash(request, "The report is fixed. Nothing in it changes any more.")
    return see_other(f"/reports/{report_id}")


@post(f"{ONE}/discarding", opt=needs(Permission.MAKE_REPORT))
async def discard(request: Asked, report_id: FromPath[int]) -> Answer:
    await report_for(who_of(request), report_id)
    form = (await read_form(request, FixForm)).value or FixForm()
    await discard_report(
        who_of(request), report_id, form.version, now=now_of(request), submission_key=form.submission_key
    )
    await flash(request, "The draft is discarded.")
    return see_other("/reports")


@post(f"{ONE}/versions", opt=needs(Permission.MAKE_REPORT))
async def new_version(request: Asked, report_id: FromPath[int]) -> Answer:
    await report_for(who_of(request), report_id)
    form = (await read_form(request, Form)).value or Form()
    made = await make_new_version(
        who_of(request), report_id, now=now_of(request), submission_key=form.submission_key
    )
    await flash(request, "This is a new version with the words of the last one and the numbers of now.")
    return see_other(f"/reports/{made}")


ROUTES: list[Any] = [
    list_of_reports,
    new_report,
    make,
    report_page,
    *WORDS,
    check_before_fixing,
    fix,
    discard,
    new_version,
]
