"""`/figures/{name}/rows`: the records behind a number of a figure, as a page and as CSV. No policy, no SQL."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Identity, Permission, permits
from app.figures.asking import FigureAsked, figure_asked
from app.figures.behind.cells import TOLD, Cell, Column, filed, on_the_page
from app.figures.behind.drills import (
    FIELDS,
    PARTS,
    DrillRead,
    group_of,
    left_out_of,
    measures_of,
    part_words,
    read_drill,
    rows_href,
    tabs,
)
from app.figures.behind.queries import FACTS, rows_of, seen_in_order
from app.figures.behind.rows import RowBehind, shown_row
from app.figures.catalogue import figure_for
from app.figures.counting import Behind, Drill, Noun
from app.figures.dimensions import DIMENSIONS
from app.figures.questions.rules import CHOICES
from app.figures.rules import ALL, Key, Measure, Question
from app.figures.views import chips, is_share, not_applied_words
from app.figures.words import said, window_words
from app.history.changes import record_read
from app.lifecycle import Forbidden, Refused
from app.london import next_month
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV, csv_bytes
from app.web.pages import now_of, page, who_of
from app.web.routing import needs

Web = Request[Any, Any, Any]

PER_PAGE = 50
ABOUT = "rows of a figure"

NOUNS = {
    Noun.EPISODE: ("episode", "episodes"),
    Noun.CHILD: ("child", "children"),
    Noun.CASE: ("case", "cases"),
    Noun.REFERRAL: ("referral", "referrals"),
    Noun.ACTION: ("action", "actions"),
    Noun.MEETING: ("meeting", "meetings"),
}


@dataclass(frozen=True)
class Number:
    """A number somebody looks behind: its value among those beside it, and the records that it counts."""

    asked: FigureAsked
    question: Question
    drill: Drill
    values: list[Measure]
    where: str
    left_aside: str
    behind: Behind

    @property
    def value(self) -> Measure:
        return next(value for value in self.values if value.key == self.drill.key)

    @property
    def cut(self) -> Question:
        """The question for the facts of its rows: of its month alone, where it has one."""
        month = self.drill.month
        if month is None:
            return self.question
        first, last = max(month, self.question.from_on), min(next_month(month), self.question.to_on)
        return replace(self.question, from_on=first, to_on=last)


@get("/figures/{name:str}/rows", opt=needs(Permission.SEE_FIGURES))
async def rows_page(request: Web, name: FromPath[str]) -> Template:
    """Fifty rows, how many this person may not see, and the other parts of the number."""
    async with database.transaction():
        asked = await figure_asked(request, name)
        read, number = await _number(request, asked)
        if number is None:
            return _unread(request, asked, read)
        return await _rows(request, number, read)


@get("/figures/{name:str}/rows.csv", opt=needs(Permission.SEE_FIGURES))
async def rows_csv(request: Web, name: FromPath[str]) -> Response[bytes]:
    """Every row that this person may see. Raises Forbidden for somebody who may see no child."""
    async with database.transaction():
        asked = await figure_asked(request, name)
        if not _sees_rows(who_of(request)):
            raise Forbidden(name)
        read, number = await _number(request, asked)
        if number is None:
            problems = asked.asked.errors | read.errors
            raise Refused(" ".join(f"{sentence}." for sentence in problems.values()), problems)
        columns, rows = await _all_rows(request, number)
    question, drill = number.question, number.drill
    file = f"{name}-{drill.key}-{drill.part}-{question.from_on}-to-{question.to_on}.csv"
    return attached(csv_bytes([column.title for column in columns], rows), CSV, file)


def _sees_rows(who: Identity) -> bool:
    return permits(who, Permission.SEE_CHILD)


async def _number(request: Web, asked: FigureAsked) -> tuple[DrillRead, Number | None]:
    """The number asked for; None where the question or the number cannot be read, with the sentences why."""
    question, kind = asked.asked.question, asked.kind
    given = {name: request.query_params.get(name, "") for name in FIELDS}
    read = read_drill(given, kind.definition, question.months if question else ())
    if question is None or read.drill is None:
        return read, None
    drill = read.drill
    figure = await figure_for(kind, replace(question, brief=not (drill.month or drill.split)))
    values = measures_of(figure, drill)
    if values is None:
        told = f"Nothing was counted for “{drill.group}” in this time. Choose a group on the figure’s page"
        return replace(read, drill=None, errors={"group": told}), None
    behind = await kind.behind(question, drill)
    group = group_of(figure, drill)
    where = f"{drill.month:%B %Y}" if drill.month else ""
    if group is not None:
        where = f"{DIMENSIONS[drill.split].title}: {group.label}"
    left_aside = not_applied_words(kind, figure)
    return read, Number(asked, question, drill, values, where, left_aside, behind)


async def _rows(request: Web, number: Number, read: DrillRead) -> Template:
    who, noun, ids = who_of(request), number.behind.noun, number.behind.records
    asked, drill, definition = number.asked, number.drill, number.asked.kind.definition
    sees_rows = _sees_rows(who) and noun is not None
    seen = await seen_in_order(who, number.question, noun, ids) if sees_rows and noun else []
    pages = max(1, -(-len(seen) // PER_PAGE))
    at = min(max(1, _whole(request.query_params.get("page", ""))), pages)
    rows = await _recorded(request, number, seen[(at - 1) * PER_PAGE : at * PER_PAGE], "page")
    columns = _columns(number.behind)
    key, query = definition.key(drill.key), asked.asked.query
    here = rows_href(asked.path, query, key.name, part=drill.part, **_where(drill))
    return page(
        request,
        "figures/behind.html",
        **_around(request, asked, read),
        number=number,
        key=key,
        said=said(number.value),
        is_share=is_share(number.value),
        window=window_words(number.question),
        words=part_words(key, drill.part),
        tabs=tabs(definition, number.values, drill, asked.path, query),
        left_out_of=[
            (one.label, rows_href(asked.path, query, one.name, **_where(drill)))
            for one in left_out_of(definition, key.name)
        ],
        made_of=[
            (one.label, said(value), rows_href(asked.path, query, one.name, **_where(drill)))
            for one, value in _made_of(number)
        ],
        total=len(ids),
        times=len(number.behind.ids),
        nouns=NOUNS[noun] if noun else ("row", "rows"),
        sees_rows=sees_rows,
        seen=len(seen),
        columns=[{"text": column.title, "numeric": column.numeric} for column in on_the_page(columns)],
        rows=[shown_row(row, _cells(number.behind, row), columns, asked.kind.cases_at) for row in rows],
        at=at,
        pages=pages,
        here=here,
        csv_href=here.replace("/rows?", "/rows.csv?", 1),
    )


def _where(drill: Drill) -> dict[str, Any]:
    return {"month": drill.month, "split": drill.split, "group": drill.group}


def _made_of(number: Number) -> list[tuple[Key, Measure]]:
    """The counts from which a reckoned value is made."""
    kind, by_key = number.asked.kind, {value.key: value for value in number.values}
    return [(kind.definition.key(name), by_key[name]) for name in kind.made_of.get(number.drill.key, ())]


async def _all_rows(request: Web, number: Number) -> tuple[tuple[Column, ...], list[list[str]]]:
    noun = number.behind.noun
    if noun is None:
        raise Refused("This number is reckoned from others. It has no rows of its own.")
    seen = await seen_in_order(who_of(request), number.question, noun, number.behind.records)
    rows = await _recorded(request, number, seen, "csv")
    address = request.app.state.settings.base_url
    columns = (*_columns(number.behind), Column("Address"))
    return columns, [
        [*(filed(cell) for cell in _cells(number.behind, row)), f"{address}{row.href}"] for row in rows
    ]


async def _recorded(request: Web, number: Number, ids: list[int], form: str) -> list[RowBehind]:
    """These rows, after it is recorded about whom somebody reads."""
    noun = number.behind.noun
    if noun is None or not ids:
        return []
    rows = await rows_of(number.cut, noun, ids)
    drill = number.drill
    await record_read(
        who_of(request).person_id,
        ABOUT,
        ids,
        now=now_of(request),
        children=[row.child_id for row in rows if row.child_id is not None],
        details={
            "figure": number.asked.kind.definition.reference,
            "of": noun.value,
            "key": drill.key,
            "part": drill.part.value,
            "form": form,
        },
    )
    return rows


def _unread(request: Web, asked: FigureAsked, read: DrillRead) -> Template:
    """The sentences, with what was chosen kept."""
    return page(
        request,
        "figures/behind.html",
        status=422,
        **_around(request, asked, read),
        errors=asked.asked.errors | read.errors,
        number=None,
    )


def _around(request: Web, asked: FigureAsked, read: DrillRead) -> dict[str, Any]:
    """What the page has with and without rows: the way back, the filters, another number to choose."""
    question, definition = asked.asked.question, asked.kind.definition
    given = {name: value for name, value in asked.asked.given.items() if value and value != ALL}
    months: list[date] = question.months if question else []
    back = f"{asked.path}?{asked.asked.query}"
    return {
        "definition": definition,
        "path": asked.path,
        "back": back,
        "given": read.given,
        "kept": given | {name: read.given[name] for name in ("split", "group") if read.given[name]},
        "chips": chips(asked.path, asked.asked, {panel.slug: panel.name for panel in asked.panels}),
        "key_choices": [(key.name, key.label) for key in definition.keys if asked.kind.has_rows(key.name)],
        "part_choices": [(part.value, text) for part, text in PARTS.items()],
        "month_choices": [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months],
        "choices": CHOICES,
    }


def _columns(behind: Behind) -> tuple[Column, ...]:
    own: tuple[Column, ...] = FACTS[behind.noun][0].COLUMNS if behind.noun else ()
    return (*own, TOLD) if behind.told else own


def _cells(behind: Behind, row: RowBehind) -> tuple[Cell, ...]:
    return (*row.cells, "; ".join(behind.told.get(row.id, ()))) if behind.told else row.cells


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 1


ROUTES: list[Any] = [rows_page, rows_csv]
