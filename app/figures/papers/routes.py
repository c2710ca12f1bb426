"""`/figures/papers`: figures laid out as four councils print them, as a page, CSV, PDF and text. No policy, no SQL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission, Scope, permits
from app.figures.papers import queries
from app.figures.papers.files import csv_of, document_of
from app.figures.papers.rules import birmingham, nottinghamshire, thurrock, wolverhampton
from app.figures.papers.rules.papers import PAPERS, Paper
from app.figures.papers.rules.sheets import Asking, Sheet, has_small_numbers
from app.figures.queries import panels_for_figures
from app.figures.questions.rules import CHOICES, Asked, read_question
from app.figures.rules import ALL
from app.figures.words import window_words
from app.lifecycle import Forbidden, Invisible, Refused
from app.web.documents.pdf import pdf_of
from app.web.documents.sending import PDF, attached
from app.web.documents.spreadsheets import CSV
from app.web.pages import now_of, page, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Web = Request[Any, Any, Any]
ADDRESS = "/figures/papers"
FORMS = ("", "csv", "pdf", "txt")
MOST_MONTHS = 61
"""Five years, wherever in a month they begin."""
CUT_OFF = "printed"
"""The field that asks for per cents as the paper prints them."""


@dataclass(frozen=True)
class PaperAsked:
    """What somebody asked of a paper: the question read, and the panels that may be asked for."""

    paper: Paper
    asked: Asked
    cuts_off: bool
    panels: list[tuple[str, str]]

    @property
    def query(self) -> str:
        """The address's query; `all` is told where a paper begins with something else."""
        kept = {name: value for name, value in self.asked.given.items() if value and value != ALL}
        if self.paper.legal_status and self.asked.given["legal_status"] == ALL:
            kept["legal_status"] = ALL
        return urlencode(kept | ({CUT_OFF: "yes"} if self.cuts_off else {}))


@get(ADDRESS, opt=needs(Permission.SEE_FIGURES))
async def papers(request: Web) -> Template:
    """The four papers, those that this person may open."""
    who = who_of(request)
    return page(
        request,
        "figures/papers/papers.html",
        papers=[paper for paper in PAPERS.values() if _may_open(who, paper)],
        of=len(PAPERS),
    )


@get(f"{ADDRESS}/{{address:str}}", opt=needs(Permission.SEE_FIGURES))
async def paper_page(request: Web, address: FromPath[str]) -> Answer:
    """`thurrock` is the page, `thurrock.csv`, `.pdf` and `.txt` the same sheet as files; `.txt` where it has prose."""
    name, _, form = address.partition(".")
    paper, who = PAPERS.get(name), who_of(request)
    if paper is None or form not in FORMS or address.endswith("."):
        raise Invisible
    if not _may_open(who, paper):
        raise Forbidden(name)
    async with database.transaction():
        found = await _read(request, paper)
        sheet = await _sheet(who, found)
    if not form:
        return _page(request, found, sheet)
    if sheet is None:
        problems = found.asked.errors
        raise Refused(" ".join(f"{sentence}." for sentence in problems.values()), problems)
    return await _file(request, found, sheet, form)


def _may_open(who: Identity, paper: Paper) -> bool:
    """A paper made of figures about all children is for those who see every figure."""
    return (
        permits(who, Permission.SEE_FIGURES, Scope())
        if paper.of_figures
        else permits(who, Permission.SEE_TRACKING)
    )


async def _read(request: Web, paper: Paper) -> PaperAsked:
    given = {name: request.query_params.get(name, "") for name in ("from", "to", *paper.filters)}
    if not given["from"].strip() and not given["to"].strip():
        window = paper.window(today_of(request))
        given |= {"from": window.first.isoformat(), "to": window.last.isoformat()}
    if paper.legal_status and not given["legal_status"]:
        given["legal_status"] = paper.legal_status
    panels = []
    if "panel" in paper.filters:
        panels = [(panel.slug, panel.name) for panel in await panels_for_figures()]
        given["panel"] = (
            given["panel"] or await queries.first_panel_of("mace") or (panels[0][0] if panels else "")
        )
    asked = read_question(
        given,
        now=now_of(request),
        own_names=request.app.state.settings.authority_names,
        panels=[slug for slug, _ in panels],
    )
    if asked.question is not None and len(asked.question.months) > MOST_MONTHS:
        asked = Asked(
            None, {"to": "Ask for five years or fewer: a layout has a line for every month"}, asked.given
        )
    return PaperAsked(paper, asked, paper.cuts_off and request.query_params.get(CUT_OFF) == "yes", panels)


async def _sheet(who: Identity, found: PaperAsked) -> Sheet | None:
    """The sheet with its numbers; None where the question makes no sense."""
    question, given = found.asked.question, found.asked.given
    if question is None:
        return None
    filters = {name: given[name] for name in found.paper.filters if name != "panel"}
    asking = Asking(question, filters, found.cuts_off)
    if found.paper.name == "thurrock":
        return thurrock.sheet(asking, await queries.periods_of(question))
    if found.paper.name == "wolverhampton":
        named = await queries.panel_named(given["panel"])
        return wolverhampton.sheet(asking, await queries.wolverhampton(question, named))
    if found.paper.name == "nottinghamshire":
        names = permits(who, Permission.SEE_PLACE)
        return nottinghamshire.sheet(asking, await queries.nottinghamshire(question, names_places=names))
    return birmingham.sheet(*await queries.tracked(who, question))


def _page(request: Web, found: PaperAsked, sheet: Sheet | None) -> Template:
    asked, paper = found.asked, found.paper
    return page(
        request,
        "figures/papers/paper.html",
        status=422 if asked.errors else 200,
        paper=paper,
        path=f"{ADDRESS}/{paper.name}",
        query=found.query,
        given=asked.given,
        errors=asked.errors,
        choices=CHOICES,
        panels=found.panels,
        cuts_off=found.cuts_off,
        chips=_chips(found),
        window=_window(found),
        sheet=sheet,
        small=sheet is not None and paper.of_figures and has_small_numbers(sheet),
    )


def _window(found: PaperAsked) -> str:
    return window_words(found.asked.question) if found.asked.question else ""


def _chips(found: PaperAsked) -> list[dict[str, str]]:
    """What is chosen beside the window, each with the address without it."""
    given, begun = found.asked.given, {"legal_status": found.paper.legal_status}
    words: dict[str, str] = {}
    for name in found.paper.filters:
        value = given[name]
        if name in CHOICES and value != (begun.get(name) or ALL):
            words[name] = CHOICES[name].get(value, value)
        elif name in ("as_at", "known_at") and value:
            words[name] = f"{'As at' if name == 'as_at' else 'As known on'} {value.replace('T', ' at ')}"
    chips = [{"text": text, "href": _address(found, {name: ""})} for name, text in words.items()]
    if found.cuts_off:
        chips.append({"text": "Per cents as the paper prints them", "href": _address(found, {CUT_OFF: ""})})
    return chips


def _address(found: PaperAsked, without: dict[str, str]) -> str:
    kept = {name: value for name, value in found.asked.given.items() if value and value != ALL}
    told = kept | ({CUT_OFF: "yes"} if found.cuts_off else {}) | without
    return f"{ADDRESS}/{found.paper.name}?" + urlencode(
        {name: value for name, value in told.items() if value}
    )


async def _file(request: Web, found: PaperAsked, sheet: Sheet, form: str) -> Response[Any]:
    question = found.asked.question
    assert question is not None
    name = f"{found.paper.name}-{question.from_on}-to-{question.to_on}.{form}"
    if form == "csv":
        return attached(csv_of(sheet), CSV, name)
    if form == "txt":
        if not sheet.paragraphs:
            raise Invisible
        return attached((sheet.text + "\n").encode(), "text/plain; charset=utf-8", name)
    document = document_of(
        sheet,
        title=found.paper.title,
        council=found.paper.council,
        window=_window(found),
        authority=request.app.state.settings.authority,
        reader=who_of(request).name,
        now=now_of(request),
    )
    return attached(await pdf_of(document, made_at=now_of(request)), PDF, name)


ROUTES: list[Any] = [papers, paper_page]
