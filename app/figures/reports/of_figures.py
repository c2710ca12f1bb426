"""A section for each figure: its values beside those of the period before, by month, by group. Figures count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.figures.catalogue import FigureKind, figure_for
from app.figures.dimensions import DIMENSIONS, DIVERSITY
from app.figures.reports.numbers import BEFORE, SUMS_OF_COUNTS, WHOLE, Named, Numbers, held_sum, named
from app.figures.reports.periods import earlier
from app.figures.rules import Definition, Figure, Measure, Question
from app.figures.sections import Built, Hidden, Section, Sought, Table
from app.figures.suppression.rules import Key, Sum
from app.figures.views import COLUMN_LABELS
from app.windows import Window

LABEL_WIDTH, NUMBER_WIDTH = 5, 2
MOST_GROUPS = 60
NOT_PLAIN = (*DIVERSITY, "legal_status")
COUNTED = "What is counted"
TOO_FEW = "Too few to be told apart here."

COUNTED_ONCE = frozenset(
    {
        "children",
        "children_age_unknown",
        "children_under_16",
        "completed_of_eligible_repeat",
        "declined_children",
        "declined_repeat_children",
        "repeat_children",
    }
)
"""Children count once in each month and once in all. A committee is given them for the whole alone: the months together
say something about each of them that is no sum."""

WRITE = "What stands behind these numbers, and what is being done"


@dataclass(frozen=True)
class OpenTable:
    """A table whose numbers still have their names."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Named, ...]], ...]
    is_detail: bool = True
    """By month or by group, beside the values of the whole."""


def figure_section(kind: FigureKind) -> Section:
    """The section of one figure; whatever figure it is."""

    async def build(sought: Sought) -> Built:
        question, before = asked(kind, sought.question), asked(kind, sought.before)
        # one answer with months and splits, one without: the period before has a column and no more
        brief = not sought.months and not sought.groupings
        figure = await figure_for(kind, replace(question, brief=brief))
        earlier_figure = await figure_for(kind, replace(before, brief=True))
        return built(kind, sought, question, figure, earlier_figure)

    return Section(kind.name, kind.definition.title, build, narrative=WRITE)


def asked(kind: FigureKind, question: Question) -> Question:
    """The question as this figure is asked it: so much earlier that what must follow has followed."""
    window = earlier(Window(question.from_on, question.to_on), kind.followed_for)
    moved = replace(question, from_on=window.first, to_on=window.last)
    return moved if kind.about_panels else moved.without_panel()


def built(kind: FigureKind, sought: Sought, question: Question, figure: Figure, before: Figure) -> Built:
    """The section from the figure's answers."""
    tables = list(open_tables(kind, sought, figure, before))
    numbers = Numbers(kind, [one for table in tables for _, row in table.rows for one in row])

    def without(hidden: Mapping[Key, str]) -> tuple[Table, ...]:
        return tuple(_closed(table, numbers, hidden) for table in tables)

    return Built(
        words=(kind.definition.asks, *kind.said_beside, *_more_words(kind, sought)),
        tables=without({}),
        definitions=(_defined(kind, tables),),
        window=_window_words(kind, question),
        counts=numbers.counts,
        sums=(*numbers.sums, *_sums_of_groups(kind, tables, numbers)),
        without=without,
    )


def _defined(kind: FigureKind, tables: Sequence[OpenTable]) -> Definition:
    """The definition as far as its values are printed."""
    shown = {one.measure.key for table in tables for _, row in table.rows for one in row}
    return replace(kind.definition, keys=tuple(key for key in kind.definition.keys if key.name in shown))


def _window_words(kind: FigureKind, question: Question) -> str:
    if not kind.followed_for:
        return ""
    words = Window(question.from_on, question.to_on).words
    return f"{words}: {kind.followed_for} months must have passed before this can be told in full"


def _more_words(kind: FigureKind, sought: Sought) -> Iterator[str]:
    if sought.question.panel and not kind.about_panels:
        yield "This is not told apart by panel: the numbers are those of the whole authority."
    if sought.months and kind.counts_people and not sought.is_for_committee:
        yield "Children and people count once in each month and once in all, so their months do not add up."


def open_tables(kind: FigureKind, sought: Sought, figure: Figure, before: Figure) -> Iterator[OpenTable]:
    """What the section shows: the values, the families of values, the months, the groups."""
    prefixes = tuple(prefix for _, prefix in kind.parts)
    now, then = _by_key(figure.values), _by_key(before.values)
    more = tuple(key for key in now if key in SUMS_OF_COUNTS)
    keys = (*kind.tiles, *more) if sought.is_for_committee else tuple(now)
    yield OpenTable(
        kind.definition.title,
        (COUNTED, *sought.labels),
        tuple(
            (now[key].label, (named(kind, WHOLE, now[key]), named(kind, BEFORE, then[key])))
            for key in keys
            if not (prefixes and key.startswith(prefixes))
        ),
        is_detail=False,
    )
    if kind.parts:
        yield _families(kind, now)
    if sought.months and len(figure.by_month) > 1:
        columns = _columns(kind, sought, counted_once=False)
        yield _grouped(kind, "By month", "Month", columns, _months(figure))
    for grouping in sought.groupings:
        rows = [
            (f"{split} {group.key}", _group_label(split, group.label), group.values)
            for split in grouping.splits
            for group in figure.by.get(split, [])
        ]
        if 0 < len(rows) <= MOST_GROUPS and kind.name in (grouping.figures or (kind.name,)):
            yield _grouped(kind, grouping.caption, "Group", _columns(kind, sought), rows)


def _by_key(values: Sequence[Measure]) -> dict[str, Measure]:
    return {value.key: value for value in values}


def _months(figure: Figure) -> list[tuple[str, str, list[Measure]]]:
    return [(f"month {month:%Y-%m}", f"{month:%B %Y}", values) for month, values in figure.by_month]


def _group_label(split: str, label: str) -> str:
    """Groups that do not say themselves what they are, say it."""
    return f"{DIMENSIONS[split].title}: {label}" if split in NOT_PLAIN else label


def _columns(kind: FigureKind, sought: Sought, *, counted_once: bool = True) -> tuple[str, ...]:
    """The values that tables of months and groups show."""
    if counted_once or not sought.is_for_committee:
        return kind.columns
    return tuple(key for key in kind.columns if key not in COUNTED_ONCE)


def _families(kind: FigureKind, values: Mapping[str, Measure]) -> OpenTable:
    """A row for each family of values that differ by a prefix, such as the stages of minutes."""
    keys = [key for key in kind.columns if all(f"{prefix}{key}" in values for _, prefix in kind.parts)]
    return OpenTable(
        kind.parts_title,
        ("Stage", *(COLUMN_LABELS.get(key, values[key].label) for key in keys)),
        tuple(
            (label, tuple(named(kind, WHOLE, values[f"{prefix}{key}"]) for key in keys))
            for label, prefix in kind.parts
        ),
    )


def _grouped(
    kind: FigureKind,
    caption: str,
    head: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, str, Sequence[Measure]]],
) -> OpenTable:
    labels = _by_key(rows[0][2])
    return OpenTable(
        caption,
        (head, *(COLUMN_LABELS.get(key, labels[key].label) for key in columns)),
        tuple(
            (label, tuple(named(kind, part, _by_key(values)[column]) for column in columns))
            for part, label, values in rows
        ),
    )


def _sums_of_groups(kind: FigureKind, tables: Sequence[OpenTable], numbers: Numbers) -> Iterator[Sum]:
    """Months and groups add up to the whole wherever they do; where they stay below it, something is left."""
    for table in tables:
        for column in zip(*(row for _, row in table.rows), strict=True) if table.is_detail else ():
            for split, alike in groupby(column, key=_split_of):
                for names in zip(*(one.counts for one in alike), strict=True) if split != WHOLE else ():
                    yield from held_sum(numbers.counts, (kind.name, WHOLE, names[0][-1]), names)


def _split_of(one: Named) -> str:
    """By what the row is one among others: the first word of the part it is about."""
    return one.scope[1].split(" ")[0]


def _closed(table: OpenTable, numbers: Numbers, hidden: Mapping[Key, str]) -> Table:
    """The table as it is printed; one that leaves out more than it tells is not."""
    rows = tuple((label, *(numbers.cell(one, hidden) for one in row)) for label, row in table.rows)
    cells = [cell for _, *row in rows for cell in row]
    if table.is_detail and 2 * sum(isinstance(cell, Hidden) for cell in cells) > len(cells):
        return Table(table.caption, table.columns, (), empty=TOO_FEW)
    return Table(
        table.caption,
        table.columns,
        rows,
        widths=(LABEL_WIDTH, *(NUMBER_WIDTH for _ in table.columns[1:])),
    )
